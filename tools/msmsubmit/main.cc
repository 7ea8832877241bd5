/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of msmsubmit. Each subcommand is a function elsewhere; here is only what the
 * user can say.
 */
#include "device.h"
#include "failure.h"
#include "info.h"
#include "parser.h"
#include "report.h"
#include "runner.h"
#include "stress.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

constexpr const char *exit_statuses = "Exit status: 0 success, 1 a check failed, 2 wrong usage, 3 "
				      "bad stream (file:line:column),\n"
				      "4 no msm device, 5 an ioctl failed (its name and errno), 6 "
				      "a fence did not signal in time.";

struct Options {
	std::optional<std::string> device;
	bool json = false;
	double timeout_seconds = 10;
	std::vector<std::string> files;
	StressOptions stress;

	std::chrono::nanoseconds timeout() const
	{
		return std::chrono::nanoseconds(static_cast<int64_t>(timeout_seconds * 1e9));
	}
};

void add_common(CLI::App &command, Options &options)
{
	command.add_option("--device", options.device,
			   "DRM node (default: the first render node of the msm driver)");
	command.add_flag("--json", options.json, "print one JSON object instead of text");
}

void add_timeout(CLI::App &command, Options &options)
{
	command.add_option("--timeout", options.timeout_seconds, "seconds a fence may take")
		->check(CLI::Range(0.0, 86400.0))
		->capture_default_str();
}

/* All files are read first: a typo in the second does not leave the first one's effects behind. */
Exit run_files(const Options &options)
{
	std::vector<Stream> streams;
	std::vector<RunReport> reports;
	bool passed = true;

	for (const std::string &file : options.files)
		streams.push_back(read_stream(file));

	Device device = Device::open(options.device);
	for (const Stream &stream : streams) {
		reports.push_back(run_stream(device, stream, options.timeout()));
		passed = passed && reports.back().passed();
		if (!options.json)
			print_report(reports.back());
	}
	if (options.json)
		print_json(device, reports);
	return passed ? Exit::Success : Exit::CheckFailed;
}

Exit run_stress(Options &options)
{
	options.stress.timeout = options.timeout();
	options.stress.device = options.device;
	options.stress.json = options.json;
	return run_stress(options.stress);
}

int command_line_error(const CLI::App &app, const CLI::ParseError &error)
{
	if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
		return app.exit(error); /* --help: prints it */
	std::cerr << "msmsubmit: " << error.what() << "; try --help\n";
	return static_cast<int>(Exit::Usage);
}

int submit_main(int argc, char **argv)
{
	CLI::App app("Submits command streams to an Adreno GPU through the msm DRM driver.");
	Options options;

	app.require_subcommand(1);
	app.footer(exit_statuses);

	CLI::App *info =
		app.add_subcommand("info", "Show the driver, the chip, its parameters and queues");
	add_common(*info, options);

	CLI::App *run = app.add_subcommand("run", "Run command streams and check what they wrote");
	add_common(*run, options);
	add_timeout(*run, options);
	run->add_option("FILE", options.files, "streams as text PM4")->required();

	CLI::App *stress = app.add_subcommand(
		"stress", "Submit many small jobs from several processes and check all results");
	add_common(*stress, options);
	add_timeout(*stress, options);
	stress->add_option("--processes", options.stress.processes, "processes")
		->check(CLI::Range(1, 256))
		->capture_default_str();
	stress->add_option("--submits", options.stress.submits, "submits of each process")
		->check(CLI::Range(1, 100000000))
		->capture_default_str();
	stress->add_option("--seed", options.stress.seed, "what is submitted follows from it")
		->capture_default_str();

	try {
		app.parse(argc, argv);
	} catch (const CLI::ParseError &error) {
		return command_line_error(app, error);
	}

	if (run->parsed())
		return static_cast<int>(run_files(options));
	if (stress->parsed())
		return static_cast<int>(run_stress(options));
	print_info(Device::open(options.device), options.json);
	return static_cast<int>(Exit::Success);
}

} // namespace

int main(int argc, char **argv)
{
	try {
		return submit_main(argc, argv);
	} catch (const Failure &failure) {
		std::cerr << "msmsubmit: " << failure.what() << '\n';
		return static_cast<int>(failure.status());
	}
}
