/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command line of msmsubmit. Each subcommand is a function elsewhere; here is only what the user can say.
 */
#include "device.h"
#include "failure.h"
#include "info.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>
#include <string>

namespace {

constexpr const char *exit_statuses =
	"Exit status: 0 success, 1 a check failed, 2 wrong usage, 3 bad stream (file:line:column),\n"
	"4 no msm device, 5 an ioctl failed (its name and errno), 6 a fence did not signal in time.";

struct Options {
	std::optional<std::string> device;
	bool json = false;
};

void add_common(CLI::App &command, Options &options)
{
	command.add_option("--device", options.device,
			   "DRM node (default: the first render node of the msm driver)");
	command.add_flag("--json", options.json, "print one JSON object instead of text");
}

int command_line_error(const CLI::App &app, const CLI::ParseError &error)
{
	if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
		return app.exit(error); /* --help: prints it */
	std::cerr << "msmsubmit: " << error.what() << "; try --help\n";
	return static_cast<int>(Exit::Usage);
}

int run(int argc, char **argv)
{
	CLI::App app("Submits command streams to an Adreno GPU through the msm DRM driver.");
	Options options;

	app.require_subcommand(1);
	app.footer(exit_statuses);

	CLI::App *info = app.add_subcommand("info", "Show the driver, the chip, its parameters and queues");
	add_common(*info, options);

	try {
		app.parse(argc, argv);
	} catch (const CLI::ParseError &error) {
		return command_line_error(app, error);
	}

	if (info->parsed())
		print_info(Device::open(options.device), options.json);
	return static_cast<int>(Exit::Success);
}

} // namespace

int main(int argc, char **argv)
{
	try {
		return run(argc, argv);
	} catch (const Failure &failure) {
		std::cerr << "msmsubmit: " << failure.what() << '\n';
		return static_cast<int>(failure.status());
	}
}
