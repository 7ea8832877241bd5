// SPDX-License-Identifier: GPL-2.0-only
#include "journal.h"

#include <cerrno>
#include <format>
#include <system_error>

namespace vadreno {

Journal::Journal(const std::string &trace, const std::string &report)
	: trace_(open(trace)), report_(open(report))
{
}

Journal::File Journal::open(const std::string &name)
{
	if (name.empty())
		return nullptr;
	File file(std::fopen(name.c_str(), "we"));
	if (!file)
		throw std::system_error(errno, std::generic_category(), name);
	return file;
}

void Journal::register_access(Initiator initiator, bool write, std::string_view block,
			      std::string_view name, std::uint32_t offset, std::uint64_t value)
{
	if (!trace_)
		return;
	const std::string line =
		std::format("reg {} {} {} {} {:#07x} {:#010x}\n", write ? 'w' : 'r',
			    initiator == Initiator::cpu ? "cpu" : "cp", block, name, offset, value);
	std::fputs(line.c_str(), trace_.get());
}

void Journal::packet(std::string_view where, std::uint64_t iova, std::string_view name,
		     std::span<const std::uint32_t> payload)
{
	if (!trace_)
		return;
	std::string line = std::format("pkt {} {:#x} {}", where, iova, name);
	for (std::uint32_t word : payload)
		std::format_to(std::back_inserter(line), " {:#010x}", word);
	line += '\n';
	std::fputs(line.c_str(), trace_.get());
}

void Journal::event(std::string_view text)
{
	if (trace_)
		std::fputs(std::format("evt {}\n", text).c_str(), trace_.get());
}

void Journal::report(std::string_view kind, const std::string &subject, const std::string &detail)
{
	const std::string key = std::format("{} {}", kind, subject);

	event(std::format("report {}: {}", key, detail));
	if (seen_[{key, after()}]++ < lines_per_subject)
		report_line(std::format("report: {}: {}{}\n", key, detail, after()));
}

void Journal::injected(std::string_view what)
{
	if (!injected_.contains(what))
		injected_.emplace(what);
}

std::string Journal::after() const
{
	std::string text;

	for (const std::string &what : injected_)
		text += (text.empty() ? " (after " : ", ") + what;
	return text.empty() ? text : text + ")";
}

void Journal::report_line(const std::string &line)
{
	std::fputs(line.c_str(), stderr);
	if (report_) {
		std::fputs(line.c_str(), report_.get());
		std::fflush(report_.get());
	}
}

void Journal::finish()
{
	for (auto &[key, count] : seen_) {
		if (count > lines_per_subject)
			report_line(std::format("report: {}: {} more{}\n", key.first,
						count - lines_per_subject, key.second));
		count = 0;
	}
	if (trace_)
		std::fflush(trace_.get());
}

} // namespace vadreno
