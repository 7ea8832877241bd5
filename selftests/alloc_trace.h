/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts allocations by the function that asks for them, with the kernel's events kmem:kmalloc and
 * kmem:kmem_cache_alloc, for all tasks there are: what a worker allocates for a submit counts, too.
 *
 * An event names the function that called the allocator; for kvmalloc() that is a part of the
 * allocator itself, so the stack is looked at for who called that.
 */
#pragma once

#include "msm_test.h"

#define TRACING "/sys/kernel/tracing/"

/**
 * struct alloc_trace - what was counted
 * @name: `function [module]`, or a function of the kernel itself
 */
struct alloc_trace {
	unsigned int count;
	struct alloc_site {
		char name[80];
		unsigned long count;
		/* From a stack, where modules are not told. */
		bool without_module;
	} sites[128];
};

static inline int alloc_trace_events(const char *value)
{
	int ret = write_text(TRACING "events/kmem/kmalloc/enable", value);

	return ret ? ret : write_text(TRACING "events/kmem/kmem_cache_alloc/enable", value);
}

/** alloc_trace_start() - 0, or -errno where the kernel has no such events */
static inline int alloc_trace_start(void)
{
	int ret = write_text(TRACING "buffer_size_kb", "4096");

	if (!ret)
		ret = write_text(TRACING "trace", "");
	if (!ret)
		ret = write_text(TRACING "events/kmem/kmalloc/trigger", "stacktrace");
	return ret ? ret : alloc_trace_events("1");
}

static inline void alloc_trace_count(struct alloc_trace *trace, const char *name,
				     bool without_module)
{
	unsigned int i = 0;

	while (i < trace->count && strcmp(trace->sites[i].name, name))
		i++;
	if (i == sizeof(trace->sites) / sizeof(trace->sites[0]))
		return;
	if (i == trace->count) {
		snprintf(trace->sites[i].name, sizeof(trace->sites[i].name), "%s", name);
		trace->sites[i].without_module = without_module;
		trace->sites[i].count = 0;
		trace->count++;
	}
	trace->sites[i].count++;
}

/* Takes `function [module]` out of `… kmalloc: call_site=function+0x1c/0x40 [module] ptr=…`. */
static inline bool alloc_trace_event(const char *line, char *name, size_t size)
{
	const char *site = strstr(line, "call_site="), *end, *plus, *module;

	if (!site)
		return false;
	site += strlen("call_site=");
	end = strstr(site, " ptr=");
	plus = strchr(site, '+');
	if (!end || !plus || plus > end)
		return false;
	module = strchr(plus, '[');
	if (!module || module > end)
		module = end;
	snprintf(name, size, "%.*s%s%.*s", (int)(plus - site), site, module < end ? " " : "",
		 (int)(end - module), module);
	return true;
}

static inline bool alloc_trace_is_kvmalloc(const char *name)
{
	return strstr(name, "kvmalloc_node") == name + strspn(name, "_");
}

static inline void alloc_trace_read(struct alloc_trace *trace, FILE *file)
{
	/* Within the stack of a kvmalloc, and past that. */
	bool looking = false, past = false;
	char line[1024], name[80];

	while (fgets(line, sizeof(line), file)) {
		if (alloc_trace_event(line, name, sizeof(name))) {
			looking = alloc_trace_is_kvmalloc(name);
			past = false;
			if (!looking)
				alloc_trace_count(trace, name, false);
		} else if (looking && sscanf(line, " => %79s", name) == 1) {
			if (alloc_trace_is_kvmalloc(name)) {
				past = true;
			} else if (past) {
				alloc_trace_count(trace, name, true);
				looking = false;
			}
		}
	}
}

/* Whose the functions are that were found in stacks. */
static inline void alloc_trace_find_modules(struct alloc_trace *trace)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[1024], name[512], module[64];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*s %511s [%63[^]]", name, module) != 2)
			continue;
		for (unsigned int i = 0; i < trace->count; i++) {
			struct alloc_site *site = &trace->sites[i];
			size_t length = strlen(site->name);

			if (!site->without_module ||
			    strncmp(site->name, name, sizeof(site->name) - 1))
				continue;
			snprintf(site->name + length, sizeof(site->name) - length, " [%s]", module);
			site->without_module = false;
		}
	}
	if (file)
		fclose(file);
}

/** alloc_trace_stop() - 0, or -errno; then nothing was counted */
static inline int alloc_trace_stop(struct alloc_trace *trace)
{
	int ret = alloc_trace_events("0");
	FILE *file;

	trace->count = 0;
	write_text(TRACING "events/kmem/kmalloc/trigger", "!stacktrace");
	if (ret)
		return ret;
	file = fopen(TRACING "trace", "re");
	if (!file)
		return -errno;
	alloc_trace_read(trace, file);
	fclose(file);
	write_text(TRACING "trace", "");
	alloc_trace_find_modules(trace);
	return 0;
}

/** alloc_trace_of() - how many had a site whose name ends with @module, as in "[msmxx]" */
static inline unsigned long alloc_trace_of(const struct alloc_trace *trace, const char *module)
{
	unsigned long count = 0;

	for (unsigned int i = 0; i < trace->count; i++) {
		if (strstr(trace->sites[i].name, module))
			count += trace->sites[i].count;
	}
	return count;
}
