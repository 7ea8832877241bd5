/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Observer of a real run: a trace file, a report file, and reports on stderr.
 *
 * Trace lines (fields separated by one blank; numbers in hexadecimal with 0x):
 *   reg r|w cpu|cp BLOCK NAME OFFSET VALUE
 *   pkt rb|ib1|ib2 IOVA NAME [PAYLOAD…]
 *   evt TEXT
 * Report lines:
 *   report: KIND SUBJECT: DETAIL [(after INJECTION, INJECTION…)]
 * where INJECTION is what has gone wrong by the plan before. Of one kind and subject the first
 * lines_per_subject are written, and as many after the same injections; the rest is counted, and
 * summed up at the end.
 */
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "observer.h"

namespace vadreno {

/** Journal - writes trace and reports. Files are flushed by finish() and line by line for reports.
 */
class Journal : public Observer {
public:
	/* Empty names mean: no such file. Throws std::system_error if one cannot be made. */
	Journal(const std::string &trace, const std::string &report);
	~Journal() override { finish(); }

	void register_access(Initiator initiator, bool write, std::string_view block,
			     std::string_view name, std::uint32_t offset,
			     std::uint64_t value) override;
	void packet(std::string_view where, std::uint64_t iova, std::string_view name,
		    std::span<const std::uint32_t> payload) override;
	void event(std::string_view text) override;
	void report(std::string_view kind, const std::string &subject,
		    const std::string &detail) override;
	void injected(std::string_view what) override;
	void plan_begins() override { injected_.clear(); }
	bool tracing() const override { return trace_ != nullptr; }

	/** finish() - write the sums of what was held back and flush. Further lines may follow. */
	void finish();

private:
	static constexpr unsigned lines_per_subject = 10;

	struct Closer {
		void operator()(std::FILE *file) const { std::fclose(file); }
	};
	using File = std::unique_ptr<std::FILE, Closer>;

	static File open(const std::string &name);
	void report_line(const std::string &line);
	/* What stands behind a report: nothing on a good board. */
	std::string after() const;

	File trace_;
	File report_;
	/* Kind and subject, and what they came after. */
	std::map<std::pair<std::string, std::string>, unsigned> seen_;
	std::set<std::string, std::less<>> injected_;
};

} // namespace vadreno
