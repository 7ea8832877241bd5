/* SPDX-License-Identifier: GPL-2.0-only */
#include "parser.h"

#include "failure.h"
#include "lexer.h"
#include "names.h"
#include "pm4.h"

#include <drm/msm_drm.h>

#include <cerrno>
#include <cstring>
#include <format>
#include <fstream>
#include <iterator>
#include <map>

namespace {

constexpr uint64_t max_buffer_size = 256 * 1024 * 1024;
constexpr uint64_t max_repeat = 1000000;

enum class Meaning { Constant, Buffer, Queue, Syncobj, Job };

constexpr const char *meaning_names[] = {"constant", "buffer", "queue", "syncobj", "job"};

/* What a name of the stream stands for: an index into the Stream's vectors, or a constant's value.
 */
struct Symbol {
	Meaning meaning;
	uint64_t value;
	unsigned line;
};

/* A line's tokens and how far they were read. */
class Cursor {
public:
	explicit Cursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

	const Token &peek() const { return tokens_[next_]; }
	bool at_end() const { return peek().kind == Token::Kind::End; }
	bool at_word() const { return peek().kind == Token::Kind::Word; }

	[[noreturn]] void fail(const std::string &message) const { fail(peek(), message); }
	[[noreturn]] static void fail(const Token &token, const std::string &message)
	{
		throw SyntaxError{token.column, message};
	}

	Token take()
	{
		const Token &token = peek();

		if (!at_end())
			next_++;
		return token;
	}

	/* Steps over the word or punctuation @text if it is next. */
	bool accept(std::string_view text)
	{
		if (peek().text != text || at_end())
			return false;
		next_++;
		return true;
	}

	void expect(std::string_view text)
	{
		if (!accept(text))
			fail(std::format("expected '{}'{}", text, instead()));
	}

	Token word(std::string_view what)
	{
		if (!at_word())
			fail(std::format("expected {}{}", what, instead()));
		return take();
	}

	Token number(std::string_view what)
	{
		if (peek().kind != Token::Kind::Number)
			fail(std::format("expected {}{}", what, instead()));
		return take();
	}

	void end()
	{
		if (!at_end())
			fail(std::format("unexpected '{}'", peek().text));
	}

private:
	std::string instead() const
	{
		return at_end() ? " at the end of the line"
				: std::format(", not '{}'", peek().text);
	}

	std::vector<Token> tokens_;
	size_t next_ = 0;
};

class Parser {
public:
	Parser(const std::string &file, std::string_view text) : rest_(text)
	{
		stream_.file = file;
	}

	Stream parse()
	{
		try {
			while (next_line())
				parse_statement();
			if (stream_.jobs.empty())
				throw SyntaxError{1, "the stream has no job"};
		} catch (const SyntaxError &error) {
			throw Failure(Exit::BadStream,
				      std::format("{}:{}:{}: {}", stream_.file, line_, error.column,
						  error.message));
		}
		return std::move(stream_);
	}

private:
	bool next_line()
	{
		if (rest_.empty())
			return false;

		size_t end = rest_.find('\n');
		current_ = rest_.substr(0, end);
		rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
		line_++;
		return true;
	}

	void parse_statement()
	{
		Cursor cursor(tokenize_statement());

		if (cursor.at_end())
			return;

		Token keyword = cursor.word("a statement");
		if (keyword.text == "title")
			return; /* taken by tokenize_statement() */
		else if (keyword.text == "let")
			parse_let(cursor);
		else if (keyword.text == "buffer")
			parse_buffer(cursor);
		else if (keyword.text == "fill")
			parse_fill(cursor);
		else if (keyword.text == "data")
			parse_data(cursor);
		else if (keyword.text == "queue")
			parse_queue(cursor);
		else if (keyword.text == "syncobj")
			parse_syncobj(cursor);
		else if (keyword.text == "commands")
			parse_commands(cursor);
		else if (keyword.text == "job")
			parse_job(cursor);
		else if (keyword.text == "expect")
			parse_expect(cursor);
		else
			Cursor::fail(keyword, std::format("unknown statement '{}'", keyword.text));
	}

	/* A title is free text: it must not meet the tokenizer. */
	std::vector<Token> tokenize_statement()
	{
		constexpr std::string_view keyword = "title ";

		if (!current_.starts_with(keyword))
			return tokenize(current_);
		stream_.title = current_.substr(keyword.size());
		return tokenize("title");
	}

	void define(const Token &name, Meaning meaning, uint64_t value)
	{
		auto [found, is_new] =
			symbols_.try_emplace(std::string(name.text), Symbol{meaning, value, line_});

		if (!is_new)
			Cursor::fail(name, std::format("'{}' is already defined on line {}",
						       name.text, found->second.line));
	}

	const Symbol *find(std::string_view name) const
	{
		auto found = symbols_.find(name);

		return found == symbols_.end() ? nullptr : &found->second;
	}

	/* The index of an object of kind @meaning that must be defined. */
	size_t reference(Cursor &cursor, Meaning meaning)
	{
		const char *what = meaning_names[static_cast<int>(meaning)];
		Token name = cursor.word(std::format("the name of a {}", what));
		const Symbol *symbol = find(name.text);

		if (!symbol || symbol->meaning != meaning)
			Cursor::fail(name,
				     std::format("no {} '{}' defined above", what, name.text));
		return symbol->value;
	}

	/* NAME[+OFFSET] with room for @bytes; 0 when the caller checks that later. */
	Location parse_location(Cursor &cursor, uint64_t bytes)
	{
		Token start = cursor.peek();
		Location location = {reference(cursor, Meaning::Buffer), 0};

		if (cursor.accept("+"))
			location.offset = cursor.number("an offset in bytes").number;
		if (location.offset % 4)
			Cursor::fail(start, "the offset must be a multiple of 4");
		require_room(start, location, bytes);
		return location;
	}

	void require_room(const Token &at, const Location &location, uint64_t bytes)
	{
		const Buffer &buffer = stream_.buffers[location.buffer];

		if (location.offset >= buffer.size || bytes > buffer.size - location.offset)
			Cursor::fail(at, std::format("'{}' has {} bytes only", buffer.name,
						     buffer.size));
	}

	/* The register @entry, or an element of it if [INDEX] follows. */
	uint32_t parse_index(Cursor &cursor, const RegisterName &entry)
	{
		if (!cursor.accept("["))
			return entry.offset;

		Token index = cursor.number("an index");
		cursor.expect("]");
		if (index.number >= entry.count)
			Cursor::fail(index, std::format("the index must be below {}", entry.count));
		return entry.offset + static_cast<uint32_t>(index.number) * entry.stride;
	}

	uint64_t parse_primary(Cursor &cursor)
	{
		if (cursor.accept("(")) {
			uint64_t value = parse_value(cursor);

			cursor.expect(")");
			return value;
		}
		if (!cursor.at_word())
			return cursor.number("a value").number;

		Token name = cursor.take();
		if (cursor.accept(".")) {
			cursor.expect("dwords");
			const Symbol *symbol = find(name.text);
			if (!symbol || symbol->meaning != Meaning::Buffer)
				Cursor::fail(name, std::format("no buffer '{}' defined above",
							       name.text));
			return stream_.buffers[symbol->value].size / 4;
		}
		if (const Symbol *symbol = find(name.text)) {
			if (symbol->meaning != Meaning::Constant)
				Cursor::fail(
					name,
					std::format("'{}' is a {}, not a value; its address is &{}",
						    name.text, meaning_names[int(symbol->meaning)],
						    name.text));
			return symbol->value;
		}
		if (auto event = find_event(name.text))
			return *event;
		if (auto entry = find_register(name.text))
			return parse_index(cursor, *entry);
		Cursor::fail(name, std::format("unknown name '{}'", name.text));
	}

	uint64_t parse_shift(Cursor &cursor)
	{
		uint64_t value = parse_primary(cursor);

		if (cursor.accept("<<")) {
			Token at = cursor.peek();
			uint64_t shift = parse_primary(cursor);

			if (shift > 63 || (shift && value >> (64 - shift)))
				Cursor::fail(at, "shifts bits out of 64");
			value <<= shift;
		}
		return value;
	}

	uint64_t parse_value(Cursor &cursor)
	{
		uint64_t value = parse_shift(cursor);

		while (cursor.accept("|"))
			value |= parse_shift(cursor);
		return value;
	}

	uint32_t parse_word(Cursor &cursor)
	{
		Token at = cursor.peek();
		uint64_t value = parse_value(cursor);

		if (value > UINT32_MAX)
			Cursor::fail(
				at, std::format("{:#x} does not fit into a word: write the low and "
						"the high half",
						value));
		return static_cast<uint32_t>(value);
	}

	std::vector<Operand> parse_operands(Cursor &cursor)
	{
		std::vector<Operand> operands;

		while (!cursor.at_end()) {
			if (cursor.accept("&"))
				operands.emplace_back(parse_location(cursor, 4));
			else
				operands.emplace_back(parse_word(cursor));
		}
		return operands;
	}

	void parse_let(Cursor &cursor)
	{
		Token name = cursor.word("a name");

		cursor.expect("=");
		uint64_t value = parse_value(cursor);
		cursor.end();
		define(name, Meaning::Constant, value);
	}

	void parse_buffer(Cursor &cursor)
	{
		Token name = cursor.word("a name");
		Token size = cursor.number("a size in bytes");
		Buffer buffer = {std::string(name.text), size.number, MSM_BO_WC};

		if (!size.number || size.number % 4 || size.number > max_buffer_size)
			Cursor::fail(size, "the size must be a multiple of 4, from 4 to 256M");
		while (!cursor.at_end()) {
			if (cursor.accept("cached"))
				buffer.flags = (buffer.flags & ~MSM_BO_CACHE_MASK) | MSM_BO_CACHED;
			else if (cursor.accept("readonly"))
				buffer.flags |= MSM_BO_GPU_READONLY;
			else if (cursor.accept("private"))
				buffer.flags |= MSM_BO_NO_SHARE;
			else
				cursor.fail(std::format("unknown buffer option '{}'",
							cursor.peek().text));
		}
		add_buffer(name, std::move(buffer));
	}

	void add_buffer(const Token &name, Buffer buffer)
	{
		define(name, Meaning::Buffer, stream_.buffers.size());
		stream_.buffers.push_back(std::move(buffer));
	}

	/* A buffer that `buffer` made; what `commands` holds is fixed. */
	void require_plain(const Token &at, size_t index)
	{
		if (!stream_.buffers[index].commands.empty())
			Cursor::fail(at, std::format("'{}' holds commands",
						     stream_.buffers[index].name));
	}

	void parse_fill(Cursor &cursor)
	{
		Token at = cursor.peek();
		size_t index = reference(cursor, Meaning::Buffer);

		require_plain(at, index);
		cursor.expect("=");
		stream_.buffers[index].fill = parse_word(cursor);
		cursor.end();
	}

	void parse_data(Cursor &cursor)
	{
		Token at = cursor.peek();
		Location location = parse_location(cursor, 4);

		require_plain(at, location.buffer);
		cursor.expect("=");
		std::vector<Operand> words = parse_operands(cursor);
		if (words.empty())
			cursor.fail("expected words");
		require_room(at, location, encoded_words(words) * 4);
		stream_.buffers[location.buffer].contents.push_back(
			{location.offset, std::move(words)});
	}

	void parse_queue(Cursor &cursor)
	{
		Token name = cursor.word("a name");

		cursor.expect("priority");
		Token priority = cursor.number("a priority");
		if (priority.number > UINT32_MAX)
			Cursor::fail(priority, "a priority has 32 bits");
		cursor.end();
		define(name, Meaning::Queue, stream_.queues.size());
		stream_.queues.push_back(
			{std::string(name.text), static_cast<uint32_t>(priority.number)});
	}

	void parse_syncobj(Cursor &cursor)
	{
		Token name = cursor.word("a name");

		cursor.end();
		define(name, Meaning::Syncobj, stream_.syncobjs.size());
		stream_.syncobjs.emplace_back(name.text);
	}

	uint32_t parse_register(Cursor &cursor)
	{
		Token name = cursor.take();

		if (name.kind == Token::Kind::Number) {
			if (name.number > max_register)
				Cursor::fail(name, "no register has this number");
			return static_cast<uint32_t>(name.number);
		}

		auto entry = find_register(name.text);
		if (!entry)
			Cursor::fail(name,
				     std::format("unknown packet or register '{}'", name.text));
		return parse_index(cursor, *entry);
	}

	Command parse_command(Cursor &cursor)
	{
		Token first = cursor.peek();
		Command command;
		size_t limit = SIZE_MAX;

		if (cursor.accept("word")) {
			command.kind = RawWords{};
		} else if (auto opcode =
				   cursor.at_word() ? find_packet(first.text) : std::nullopt) {
			cursor.take();
			command.kind = Packet{*opcode};
			limit = max_type7_words;
		} else {
			command.kind = RegisterWrite{parse_register(cursor)};
			cursor.expect("=");
			if (cursor.at_end())
				cursor.fail("expected a value");
			limit = max_type4_words;
		}
		command.operands = parse_operands(cursor);
		if (encoded_words(command.operands) > limit)
			Cursor::fail(first,
				     std::format("at most {} words fit after one header", limit));
		return command;
	}

	Commands parse_block()
	{
		unsigned start = line_;
		Commands commands;

		while (next_line()) {
			Cursor cursor(tokenize(current_));

			if (cursor.at_end())
				continue;
			if (cursor.accept("end")) {
				cursor.end();
				return commands;
			}
			commands.push_back(parse_command(cursor));
		}
		line_ = start;
		throw SyntaxError{1, "no 'end' follows"};
	}

	void parse_commands(Cursor &cursor)
	{
		Token name = cursor.word("a name");
		Buffer buffer = {std::string(name.text), 0, MSM_BO_WC | MSM_BO_GPU_READONLY};

		unsigned start = line_;

		cursor.end();
		buffer.commands = parse_block();
		std::swap(start, line_); /* messages belong to the first line */
		if (buffer.commands.empty())
			Cursor::fail(name, "a buffer of no commands");
		buffer.size = encoded_words(buffer.commands) * 4;
		add_buffer(name, std::move(buffer));
		std::swap(start, line_);
	}

	SyncPoint parse_sync_point(Cursor &cursor)
	{
		SyncPoint sync = {reference(cursor, Meaning::Syncobj), 0};

		if (cursor.accept("@"))
			sync.point = cursor.number("a timeline point").number;
		return sync;
	}

	void parse_job_options(Cursor &cursor, Job &job)
	{
		while (!cursor.at_end()) {
			if (cursor.accept("on")) {
				job.queue = reference(cursor, Meaning::Queue);
			} else if (cursor.accept("after")) {
				job.after.push_back(reference(cursor, Meaning::Job));
			} else if (cursor.accept("wait")) {
				job.wait.push_back(parse_sync_point(cursor));
			} else if (cursor.accept("signal")) {
				job.signal.push_back(parse_sync_point(cursor));
			} else if (cursor.accept("implicit")) {
				job.implicit = true;
			} else if (cursor.accept("repeat")) {
				Token count = cursor.number("a count");

				if (!count.number || count.number > max_repeat)
					Cursor::fail(count,
						     std::format("from 1 to {}", max_repeat));
				job.repeat = static_cast<uint32_t>(count.number);
			} else {
				cursor.fail(
					std::format("unknown job option '{}'", cursor.peek().text));
			}
		}
	}

	void parse_job(Cursor &cursor)
	{
		Token name = cursor.word("a name");
		Job job;

		job.name = name.text;
		parse_job_options(cursor, job);
		define(name, Meaning::Job, stream_.jobs.size());
		job.commands = parse_block();
		stream_.jobs.push_back(std::move(job));
	}

	Comparison parse_comparison(Cursor &cursor)
	{
		static constexpr std::pair<std::string_view, Comparison> all[] = {
			{"==", Comparison::Equal},        {"!=", Comparison::NotEqual},
			{">=", Comparison::GreaterEqual}, {">", Comparison::Greater},
			{"<=", Comparison::LessEqual},    {"<", Comparison::Less},
		};

		for (const auto &[text, comparison] : all) {
			if (cursor.accept(text))
				return comparison;
		}
		cursor.fail("expected a comparison: == != >= > <= <");
	}

	bool at_buffer(const Cursor &cursor) const
	{
		const Symbol *symbol = cursor.at_word() ? find(cursor.peek().text) : nullptr;

		return symbol && symbol->meaning == Meaning::Buffer && !is_size(cursor);
	}

	/* "NAME.dwords" begins like a location. */
	bool is_size(const Cursor &cursor) const
	{
		Cursor ahead = cursor;

		ahead.take();
		return ahead.accept(".");
	}

	std::vector<Operand> parse_expected_values(Cursor &cursor, unsigned width)
	{
		if (width == 4)
			return parse_operands(cursor);

		std::vector<Operand> halves;
		while (!cursor.at_end()) {
			if (cursor.accept("&")) {
				halves.emplace_back(parse_location(cursor, 4));
				continue;
			}
			uint64_t value = parse_value(cursor);
			halves.emplace_back(static_cast<uint32_t>(value));
			halves.emplace_back(static_cast<uint32_t>(value >> 32));
		}
		return halves;
	}

	uint64_t parse_byte_count(Cursor &cursor, unsigned width)
	{
		if (!cursor.accept("bytes"))
			return width;

		Token bytes = cursor.number("a number of bytes");
		if (!bytes.number || bytes.number % width)
			Cursor::fail(bytes, std::format("must be a multiple of {}", width));
		return bytes.number;
	}

	void parse_expect(Cursor &cursor)
	{
		Check check;

		check.line = line_;
		check.text = statement_text(cursor);
		check.width = cursor.accept("u64") ? 8 : 4;

		Token left = cursor.peek();
		check.left = parse_location(cursor, check.width);
		check.comparison = parse_comparison(cursor);
		if (at_buffer(cursor)) {
			Token right = cursor.peek();
			Location location = parse_location(cursor, check.width);
			uint64_t bytes = parse_byte_count(cursor, check.width);

			cursor.end();
			require_room(right, location, bytes);
			check.count = bytes / check.width;
			check.right = location;
		} else {
			std::vector<Operand> values = parse_expected_values(cursor, check.width);

			check.count = encoded_words(values) * 4 / check.width;
			if (!check.count)
				cursor.fail("expected a value or a buffer");
			check.right = std::move(values);
		}
		require_room(left, check.left, check.count * check.width);
		stream_.checks.push_back(std::move(check));
	}

	/* The line from the cursor on, without comment and trailing blanks. */
	std::string statement_text(const Cursor &cursor) const
	{
		std::string_view text = current_.substr(0, current_.find('#'));

		text.remove_prefix(cursor.peek().column - 1);
		return std::string(text.substr(0, text.find_last_not_of(" \t\r") + 1));
	}

	Stream stream_;
	std::map<std::string, Symbol, std::less<>> symbols_;
	std::string_view rest_;
	std::string_view current_;
	unsigned line_ = 0;
};

} // namespace

Stream parse_stream(const std::string &file, std::string_view text)
{
	return Parser(file, text).parse();
}

Stream read_stream(const std::string &file)
{
	std::ifstream input(file);

	if (!input)
		throw Failure(Exit::BadStream, std::format("{}: {}", file, strerror(errno)));

	std::string text{std::istreambuf_iterator<char>(input), {}};
	return parse_stream(file, text);
}
