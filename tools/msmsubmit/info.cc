/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `msmsubmit info`: everything the driver says about the device without running anything on it.
 * First it is collected as one JSON object, then printed as such or as text, so the two cannot
 * differ. A parameter the driver refuses is part of the answer: it stands with its errno in place
 * of a value.
 */
#include "info.h"

#include "failure.h"

#include <drm/msm_drm.h>
#include <nlohmann/json.hpp>

#include <format>
#include <iostream>

using json = nlohmann::ordered_json;

namespace {

enum class Shown { Decimal, Hex, Bytes };

struct Parameter {
	uint32_t number;
	const char *name;
	Shown shown;
};

/* All of them: those that can only be written are asked for too, and have an errno. */
constexpr Parameter parameters[] = {
	{MSM_PARAM_GPU_ID, "GPU_ID", Shown::Decimal},
	{MSM_PARAM_GMEM_SIZE, "GMEM_SIZE", Shown::Bytes},
	{MSM_PARAM_CHIP_ID, "CHIP_ID", Shown::Hex},
	{MSM_PARAM_MAX_FREQ, "MAX_FREQ", Shown::Decimal},
	{MSM_PARAM_TIMESTAMP, "TIMESTAMP", Shown::Decimal},
	{MSM_PARAM_GMEM_BASE, "GMEM_BASE", Shown::Hex},
	{MSM_PARAM_PRIORITIES, "PRIORITIES", Shown::Decimal},
	{MSM_PARAM_PP_PGTABLE, "PP_PGTABLE", Shown::Decimal},
	{MSM_PARAM_FAULTS, "FAULTS", Shown::Decimal},
	{MSM_PARAM_SUSPENDS, "SUSPENDS", Shown::Decimal},
	{MSM_PARAM_SYSPROF, "SYSPROF", Shown::Decimal},
	{MSM_PARAM_COMM, "COMM", Shown::Decimal},
	{MSM_PARAM_CMDLINE, "CMDLINE", Shown::Decimal},
	{MSM_PARAM_VA_START, "VA_START", Shown::Hex},
	{MSM_PARAM_VA_SIZE, "VA_SIZE", Shown::Hex},
	{MSM_PARAM_HIGHEST_BANK_BIT, "HIGHEST_BANK_BIT", Shown::Decimal},
	{MSM_PARAM_RAYTRACING, "RAYTRACING", Shown::Decimal},
	{MSM_PARAM_UBWC_SWIZZLE, "UBWC_SWIZZLE", Shown::Hex},
	{MSM_PARAM_MACROTILE_MODE, "MACROTILE_MODE", Shown::Decimal},
	{MSM_PARAM_UCHE_TRAP_BASE, "UCHE_TRAP_BASE", Shown::Hex},
	{MSM_PARAM_HAS_PRR, "HAS_PRR", Shown::Decimal},
	{MSM_PARAM_EN_VM_BIND, "EN_VM_BIND", Shown::Decimal},
	{MSM_PARAM_AQE, "AQE", Shown::Decimal},
};

template <typename T>
void set_answer(json &object, const char *key, const std::expected<T, int> &answer)
{
	object[key] = answer ? json(*answer) : json(nullptr);
	object["errno"] = answer ? json(nullptr) : json(errno_name(answer.error()));
}

json collect_params(const Device &device)
{
	json all = json::object();

	for (const Parameter &parameter : parameters) {
		json &entry = all[parameter.name];

		entry["number"] = parameter.number;
		set_answer(entry, "value", device.get_param(parameter.number));
	}
	return all;
}

/* Makes a queue of each priority, asks it and closes it again. */
json collect_queues(const Device &device, uint64_t priorities)
{
	json all = json::array();

	for (uint64_t priority = 0; priority < priorities; priority++) {
		auto queue = device.create_queue(priority);
		json entry = {{"priority", priority}};

		if (queue) {
			set_answer(entry, "faults", device.queue_faults(*queue));
			if (int error = device.close_queue(*queue))
				throw ioctl_failure("SUBMITQUEUE_CLOSE", error);
		} else {
			set_answer(entry, "faults", queue);
		}
		all.push_back(entry);
	}
	return all;
}

json collect(const Device &device)
{
	const DriverVersion &version = device.version();
	json params = collect_params(device);
	auto value = [&](const char *name) {
		return params[name]["value"];
	};
	json priorities = value("PRIORITIES");

	return {
		{"device", device.path()},
		{"driver",
		 {{"name", version.name},
		  {"version",
		   std::format("{}.{}.{}", version.major, version.minor, version.patchlevel)},
		  {"description", version.description}}},
		{"chip",
		 {{"gpu_id", value("GPU_ID")},
		  {"chip_id", value("CHIP_ID")},
		  {"gmem_size", value("GMEM_SIZE")},
		  {"gmem_base", value("GMEM_BASE")},
		  {"priorities", priorities}}},
		{"params", params},
		{"queues", collect_queues(device, priorities.is_null() ? 0 : uint64_t(priorities))},
	};
}

std::string shown(const json &entry, Shown how)
{
	if (entry["value"].is_null())
		return std::format("- ({})", std::string(entry["errno"]));

	uint64_t value = entry["value"];
	switch (how) {
	case Shown::Hex:
		return std::format("{:#x}", value);
	case Shown::Bytes:
		return std::format("{} ({} KiB)", value, value / 1024);
	case Shown::Decimal:
		break;
	}
	return std::format("{}", value);
}

/* A chip id's four bytes as in "Adreno 6.1.0.0". */
std::string chip_name(const json &chip_id)
{
	if (chip_id.is_null())
		return "unknown";

	uint64_t id = chip_id;
	return std::format("{}.{}.{}.{}", id >> 24 & 0xff, id >> 16 & 0xff, id >> 8 & 0xff,
			   id & 0xff);
}

void print_text(const json &info)
{
	const json &driver = info["driver"];

	std::cout << std::format("device      {}\n", std::string(info["device"]));
	std::cout << std::format("driver      {} {} ({})\n", std::string(driver["name"]),
				 std::string(driver["version"]),
				 std::string(driver["description"]));
	std::cout << std::format("chip        Adreno {}\n", chip_name(info["chip"]["chip_id"]));
	std::cout << "parameters\n";
	for (const Parameter &parameter : parameters) {
		std::cout << std::format("  {:#04x}  {:<18}{}\n", parameter.number, parameter.name,
					 shown(info["params"][parameter.name], parameter.shown));
	}
	std::cout << "submitqueues\n";
	for (const json &queue : info["queues"]) {
		std::cout << std::format("  priority {}: ", uint64_t(queue["priority"]));
		if (queue["faults"].is_null())
			std::cout << std::format("{}\n", std::string(queue["errno"]));
		else
			std::cout << std::format("{} faults\n", uint64_t(queue["faults"]));
	}
}

} // namespace

void print_info(const Device &device, bool as_json)
{
	json info = collect(device);

	if (as_json)
		std::cout << info.dump(2) << '\n';
	else
		print_text(info);
}
