// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the board costs, without a guest: a client of its socket measures register accesses, jobs
 * from doorbell to interrupt, and how much processor a server takes that has nothing to do.
 *
 *   vadreno-bench SOCKET PID      the socket of a vadreno that waits for its client, and its process
 *
 * Prints a line for each measurement: name, median, 99th percentile, unit.
 */
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "../tests/driver_side.h"
#include "client.h"

namespace {

using namespace vadreno;
using Clock = std::chrono::steady_clock;

constexpr unsigned rounds = 20000;
constexpr auto idle_time = std::chrono::seconds(3);

double microseconds(Clock::duration time)
{
	return std::chrono::duration<double, std::micro>(time).count();
}

/* @body so often, each time measured. */
template <typename Body>
void measure(const char *name, unsigned count, Body body)
{
	std::vector<double> times;

	for (unsigned i = 0; i < count; i++) {
		const auto start = Clock::now();
		body(i);
		times.push_back(microseconds(Clock::now() - start));
	}
	std::ranges::sort(times);
	std::printf("%-28s %8.1f %8.1f us\n", name, times[count / 2], times[count * 99ull / 100]);
}

/* Seconds of processor time that @process has used. */
double processor_time(const std::string &process)
{
	std::ifstream file("/proc/" + process + "/stat");
	std::string word;
	double ticks = 0;

	/* The name is in brackets and without blanks here; 14 and 15 are user and system time. */
	for (int field = 1; file >> word; field++)
		if (field == 14 || field == 15)
			ticks += std::stod(word);
	return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Bench {
public:
	explicit Bench(const std::string &socket) : client_(socket)
	{
		client_.map(GuestRam::base, GuestRam::size, file_.get());
		client_.set_vector(0, interrupt_.get());
		memory_.map(GuestRam::base, GuestRam::size, vfio_user::UniqueFd(::dup(file_.get())),
			    0, true);
		driver_.emplace(client_, memory_);
		driver_->start();
		run(); /* ME_INIT */
	}

	void all()
	{
		DriverSide &driver = *driver_;

		measure("register read", rounds,
			[&](unsigned) { driver.reg_get(reg::CP_RB_RPTR); });
		measure("posted register write", rounds,
			[&](unsigned i) { driver.reg_set(reg::CP_SCRATCH, i); });
		measure("64 writes and a read", rounds / 64, [&](unsigned) {
			for (unsigned i = 0; i < 64; i++)
				driver.reg_set(reg::CP_SCRATCH, i);
			driver.reg_get(reg::CP_SCRATCH);
		});
		measure("job, doorbell to interrupt", rounds / 4, [&](unsigned) { run(); });

		std::vector<DriverSide::Words> packets;
		constexpr std::uint32_t count = 1000;
		const std::uint32_t size = fill(count);
		measure("job of 1000 packets", rounds / 40, [&](unsigned) {
			driver.emit_ib(0, size);
			run();
		});
	}

private:
	/* @count CP_MEM_WRITE in the code pages */
	std::uint32_t fill(std::uint32_t count)
	{
		std::uint32_t at = 0;
		for (std::uint32_t i = 0; i < count; i++)
			for (const std::uint32_t word :
			     {encode_pkt7(pm4::CP_MEM_WRITE, 3),
			      DriverSide::low(DriverSide::data_address(4 * i)),
			      DriverSide::high(DriverSide::data_address(4 * i)), i})
				driver_->poke(DriverSide::code_at + 4 * at++, word);
		return at;
	}

	/* What is in the ring and a fence, as a driver ends a job; waits for its interrupt. */
	void run()
	{
		driver_->emit(DriverSide::pkt7(pm4::CP_EVENT_WRITE,
					       {pm4::CACHE_FLUSH_TS | 1u << 31,
						DriverSide::low(DriverSide::data_iova + 0xf000),
						DriverSide::high(DriverSide::data_iova + 0xf000),
						++seqno_}));
		driver_->ring_doorbell();
		pollfd fd{interrupt_.get(), POLLIN, 0};
		if (::poll(&fd, 1, 10000) != 1)
			throw std::runtime_error("no interrupt within 10 s");
		eventfd_t value;
		static_cast<void>(::eventfd_read(interrupt_.get(), &value));
		driver_->reg_set(reg::RBBM_INT_CLEAR_CMD, 1u << 20);
		if (driver_->data(0xf000) != seqno_)
			throw std::runtime_error("the interrupt came before the fence");
	}

	vfio_user::UniqueFd file_ = make_memory_file(GuestRam::size);
	vfio_user::UniqueFd interrupt_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
	vfio_user::GuestMemory memory_;
	bench::Client client_;
	std::optional<DriverSide> driver_;
	std::uint32_t seqno_ = 0;
};

} // namespace

int main(int argc, char **argv)
{
	if (argc != 3) {
		std::fprintf(stderr, "usage: vadreno-bench SOCKET PID\n");
		return 2;
	}
	try {
		Bench bench(argv[1]);

		bench.all();
		const double before = processor_time(argv[2]);
		std::this_thread::sleep_for(idle_time);
		std::printf("%-28s %8.2f %8s %%\n", "processor, idle server",
			    100 * (processor_time(argv[2]) - before) /
				    std::chrono::duration<double>(idle_time).count(),
			    "");
	} catch (const std::exception &error) {
		std::fprintf(stderr, "vadreno-bench: %s\n", error.what());
		return 1;
	}
	return 0;
}
