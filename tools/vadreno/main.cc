// SPDX-License-Identifier: GPL-2.0-only
/*
 * vadreno: a virtual Adreno GPU as a vfio-user device. Serves one client and ends when it leaves.
 *
 * Exit status: 0 when the client has left or on SIGTERM/SIGINT; 2 for a wrong call; 3 if the socket
 * or a file cannot be made or fails; 4 if the client breaks the protocol; 5 if the plan says that
 * the board dies.
 */
#include <CLI/CLI.hpp>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "model/adreno_board.h"
#include "model/clock.h"
#include "model/journal.h"
#include "vfio_user/server.h"

namespace {

using vfio_user::UniqueFd;

constexpr int exit_usage = 2;
constexpr int exit_system = 3;
constexpr int exit_protocol = 4;
constexpr int exit_died = 5;

/* Work between two looks at the socket: little enough that a register read never waits noticeably.
 */
constexpr unsigned words_per_turn = 4096;
constexpr unsigned messages_per_turn = 256;

[[noreturn]] void fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

/* SIGTERM and SIGINT become readable, so that they end the loop and the files are finished. */
UniqueFd catch_signals()
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (::sigprocmask(SIG_BLOCK, &set, nullptr))
		fail("sigprocmask");
	UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC));
	if (!fd)
		fail("signalfd");
	return fd;
}

UniqueFd listen_at(const std::string &path)
{
	sockaddr_un address{};

	address.sun_family = AF_UNIX;
	if (path.size() >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		fail(path);
	}
	std::memcpy(address.sun_path, path.data(), path.size());

	UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	if (!fd)
		fail("socket");
	::unlink(path.c_str());
	if (::bind(fd.get(), reinterpret_cast<sockaddr *>(&address), sizeof(address)) ||
	    ::listen(fd.get(), 1))
		fail(path);
	return fd;
}

/* Waits for @fd. False if a signal came instead; @timeout as for ppoll(). */
bool wait_for(int fd, int signals, const std::optional<std::chrono::nanoseconds> &timeout)
{
	pollfd fds[] = {{fd, POLLIN, 0}, {signals, POLLIN, 0}};
	timespec time{};

	if (timeout) {
		time.tv_sec = static_cast<time_t>(timeout->count() / 1'000'000'000);
		time.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
	}
	if (::ppoll(fds, 2, timeout ? &time : nullptr, nullptr) < 0 && errno != EINTR)
		fail("ppoll");
	return !fds[1].revents;
}

/* The plan of --inject, which is a file's name or the text itself, and --seed. Without --inject a
 * seed alone stands for the random plan. */
std::string plan_text(const std::string &inject, const std::string &seed)
{
	std::string text = inject;

	if (std::ifstream file(inject); !inject.empty() && file)
		text.assign(std::istreambuf_iterator<char>(file), {});
	if (seed.empty())
		return text;
	return inject.empty() ? "random " + seed : text + "\nseed " + seed;
}

void serve(const std::string &path, const vadreno::ChipInfo &chip, std::string_view plan,
	   vadreno::Journal &journal)
{
	const UniqueFd signals = catch_signals();
	const UniqueFd listener = listen_at(path);

	if (!wait_for(listener.get(), signals.get(), std::nullopt))
		return;
	UniqueFd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
	if (!client)
		fail("accept");

	const vadreno::SteadyClock clock;
	vfio_user::GuestMemory memory;
	vfio_user::MsixVectors msix;
	vadreno::AdrenoBoard board(chip, memory, msix, clock, journal);
	board.inject(plan);
	vfio_user::PciDevice device(vadreno::AdrenoBoard::pci_identity(), memory, msix, board);
	vfio_user::Server server(std::move(client), device);

	/* Register accesses and the GPU take turns on this one thread; a turn of either is short.
	 */
	auto next = board.run(words_per_turn);
	while (wait_for(server.fd(), signals.get(), next)) {
		if (!server.service(messages_per_turn))
			return;
		next = board.run(words_per_turn);
	}
}

} // namespace

int main(int argc, char **argv)
{
	CLI::App app("A virtual Adreno GPU, served to QEMU over vfio-user");
	std::string socket, gpu, trace, report, inject, seed;

	app.add_option("--socket", socket, "Unix socket to serve on; made here")->required();
	app.add_option("--gpu", gpu, "chip: " + vadreno::chip_names())->required();
	app.add_option("--trace", trace, "file for a line per register access and packet");
	app.add_option("--report", report, "file for a line per violation or unknown thing");
	app.add_option("--inject", inject, "what goes wrong: a plan, or a file that holds one");
	app.add_option("--seed", seed, "of the plan's probabilities; alone: a random plan")
		->check(CLI::NonNegativeNumber);
	try {
		app.parse(argc, argv);
	} catch (const CLI::ParseError &error) {
		return app.exit(error) ? exit_usage : 0;
	}

	const vadreno::ChipInfo *chip = vadreno::find_chip(gpu);
	if (!chip) {
		std::fprintf(stderr, "vadreno: no GPU '%s'; there is: %s\n", gpu.c_str(),
			     vadreno::chip_names().c_str());
		return exit_usage;
	}
	const std::string plan = plan_text(inject, seed);
	if (const auto parsed = vadreno::Plan::parse(plan); !parsed) {
		std::fprintf(stderr, "vadreno: plan, line %u: %s\n", parsed.error().line,
			     parsed.error().text.c_str());
		return exit_usage;
	}
	try {
		vadreno::Journal journal(trace, report);
		serve(socket, *chip, plan, journal);
	} catch (const vadreno::BoardDied &) {
		std::fprintf(stderr, "vadreno: dies, as the plan says\n");
		return exit_died;
	} catch (const vfio_user::ProtocolError &error) {
		std::fprintf(stderr, "vadreno: the client broke the protocol: %s\n", error.what());
		return exit_protocol;
	} catch (const std::exception &error) {
		std::fprintf(stderr, "vadreno: %s\n", error.what());
		return exit_system;
	}
	return 0;
}
