/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include "runner.h"

/** print_report() - a run as text for people: what was submitted, what the GPU wrote, each check */
void print_report(const RunReport &report);

/** print_json() - runs on @device as one JSON object */
void print_json(const Device &device, const std::vector<RunReport> &reports);
