/* SPDX-License-Identifier: GPL-2.0-only */
#include "report.h"

#include "names.h"
#include "pm4.h"

#include <nlohmann/json.hpp>

#include <format>
#include <iostream>

using json = nlohmann::ordered_json;

namespace {

/* Longer lists end in "… N more". */
constexpr size_t shown_words = 8;
constexpr size_t shown_commands = 24;
constexpr size_t shown_changes = 8;

struct CommandName {
	std::string operator()(const Packet &packet) const { return packet_name(packet.opcode); }
	std::string operator()(const RegisterWrite &write) const
	{
		return register_name(write.offset) + " =";
	}
	std::string operator()(const RawWords &) const { return "word"; }
};

std::string word_list(std::span<const uint32_t> words)
{
	std::string list;

	for (uint32_t word : words.first(std::min(words.size(), shown_words)))
		list += std::format(" {:08x}", word);
	if (words.size() > shown_words)
		list += std::format(" … {} more", words.size() - shown_words);
	return list;
}

/* Each command with the words that follow its header. */
void print_commands(const JobReport &job)
{
	std::span<const uint32_t> words = job.words;
	size_t shown = 0;

	for (const Command &command : *job.commands) {
		size_t header = std::holds_alternative<RawWords>(command.kind) ? 0 : 1;
		size_t payload = encoded_words(command.operands);

		if (shown++ == shown_commands) {
			std::cout << std::format("      … {} more\n",
						 job.commands->size() - shown_commands);
			return;
		}
		std::cout << std::format("      {:<22}{}\n",
					 std::visit(CommandName(), command.kind),
					 word_list(words.subspan(header, payload)));
		words = words.subspan(header + payload);
	}
}

void print_job(const JobReport &job)
{
	std::cout << std::format("  job {}: {} dwords", job.name, job.words.size());
	if (job.priority)
		std::cout << std::format(" on queue {} (priority {})", job.queue, *job.priority);
	for (const std::string &earlier : job.after)
		std::cout << std::format(", after the fence of {}", earlier);
	std::cout << '\n';
	print_commands(job);
}

std::string fence_numbers(const JobReport &job)
{
	if (job.fences.size() == 1)
		return std::format("fence {}", job.fences.front());
	return std::format("fences {} to {}", job.fences.front(), job.fences.back());
}

void print_changes(const BufferReport &buffer)
{
	size_t shown = 0;

	for (const ChangedWord &word : buffer.changes) {
		if (shown++ == shown_changes) {
			std::cout << std::format("      … {} more words\n",
						 buffer.changes.size() - shown_changes);
			return;
		}
		std::cout << std::format("      {}+{:#04x}  {:08x} -> {:08x}\n", buffer.name,
					 word.offset, word.before, word.after);
	}
}

json to_json(const RunReport &report)
{
	json buffers = json::array();
	json jobs = json::array();
	json checks = json::array();

	for (const BufferReport &buffer : report.buffers) {
		json changes = json::array();

		for (const ChangedWord &word : buffer.changes)
			changes.push_back({{"offset", word.offset},
					   {"before", word.before},
					   {"after", word.after}});
		buffers.push_back({{"name", buffer.name},
				   {"size", buffer.size},
				   {"iova", buffer.iova},
				   {"changes", changes}});
	}
	for (const JobReport &job : report.jobs) {
		jobs.push_back({{"name", job.name},
				{"queue", job.queue},
				{"priority", job.priority ? json(*job.priority) : json(nullptr)},
				{"after", job.after},
				{"words", job.words},
				{"fences", job.fences}});
	}
	for (const CheckReport &check : report.checks) {
		checks.push_back({{"text", check.text},
				  {"line", check.line},
				  {"passed", check.passed},
				  {"found", check.found}});
	}
	return {
		{"file", report.file},
		{"title", report.title},
		{"buffers", buffers},
		{"jobs", jobs},
		{"elapsed_ns", report.elapsed.count()},
		{"checks", checks},
		{"passed", report.passed()},
	};
}

} // namespace

void print_report(const RunReport &report)
{
	std::cout << report.file;
	if (!report.title.empty())
		std::cout << ": " << report.title;
	std::cout << "\n  memory\n";
	for (const BufferReport &buffer : report.buffers)
		std::cout << std::format("      {:<12} {:>8} bytes at GPU address {:#x}\n",
					 buffer.name, buffer.size, buffer.iova);
	for (const JobReport &job : report.jobs)
		print_job(job);

	std::cout << std::format("  signalled within {:.1f} ms\n", report.elapsed.count() / 1e6);
	for (const JobReport &job : report.jobs)
		std::cout << std::format("      {:<12} {} of queue {}\n", job.name,
					 fence_numbers(job), job.queue);

	std::cout << "  what the GPU wrote\n";
	for (const BufferReport &buffer : report.buffers)
		print_changes(buffer);

	std::cout << "  checks\n";
	if (report.faults)
		std::cout << std::format(
			"      FAIL  no hang and no fault: the driver counted {}\n", report.faults);
	for (const CheckReport &check : report.checks) {
		std::cout << std::format("      {}  {}\n", check.passed ? "PASS" : "FAIL",
					 check.text);
		if (!check.passed)
			std::cout << std::format("            {}:{}: {}\n", report.file, check.line,
						 check.found);
	}
}

void print_json(const Device &device, const std::vector<RunReport> &reports)
{
	json streams = json::array();

	for (const RunReport &report : reports)
		streams.push_back(to_json(report));
	std::cout << json{{"device", device.path()},
			  {"driver", device.version().name},
			  {"streams", streams}}
			     .dump(2)
		  << '\n';
}
