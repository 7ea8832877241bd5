/* SPDX-License-Identifier: GPL-2.0-only */
#include "stress.h"

#include "stress_worker.h"

#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <format>
#include <iostream>
#include <random>
#include <vector>

using json = nlohmann::ordered_json;

namespace {

/* The life of one process. */
Exit work(const StressOptions &options, unsigned index)
{
	try {
		Device device = Device::open(options.device);
		std::seed_seq seed{options.seed, options.seed >> 32, uint64_t(index)};

		StressWorker(device, seed, options.timeout).run(options.submits);
	} catch (const Failure &failure) {
		std::cerr << std::format("msmsubmit: process {}: {}\n", index, failure.what());
		return failure.status();
	}
	return Exit::Success;
}

pid_t start(const StressOptions &options, unsigned index)
{
	pid_t pid = fork();

	if (pid < 0)
		throw ioctl_failure("fork", errno);
	if (pid == 0)
		_exit(static_cast<int>(work(options, index)));
	return pid;
}

/* A worker that a signal killed, which nothing here does, has failed its check. */
Exit finish(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			throw ioctl_failure("waitpid", errno);
	}
	return WIFEXITED(status) ? static_cast<Exit>(WEXITSTATUS(status)) : Exit::CheckFailed;
}

} // namespace

Exit run_stress(const StressOptions &options)
{
	std::vector<pid_t> pids;
	std::vector<int> statuses;
	auto begin = std::chrono::steady_clock::now();

	for (unsigned i = 0; i < options.processes; i++)
		pids.push_back(start(options, i));
	for (pid_t pid : pids)
		statuses.push_back(static_cast<int>(finish(pid)));

	std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
	size_t good = std::ranges::count(statuses, static_cast<int>(Exit::Success));
	uint64_t total = uint64_t(options.processes) * options.submits;

	if (options.json) {
		json result = {
			{"processes", options.processes}, {"submits", options.submits},
			{"seed", options.seed},           {"elapsed_s", elapsed.count()},
			{"statuses", statuses},           {"passed", good == options.processes}};
		std::cout << result.dump(2) << '\n';
	} else {
		std::cout << std::format(
			"{} processes x {} submits, seed {}: {} of {} processes found "
			"memory as predicted\n{:.2f} s, {:.0f} submits/s\n",
			options.processes, options.submits, options.seed, good, options.processes,
			elapsed.count(), total / elapsed.count());
	}
	return static_cast<Exit>(*std::ranges::max_element(statuses));
}
