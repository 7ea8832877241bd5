/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device coredumps of a GPU, read the way Mesa's crashdec does (src/freedreno/decode/crashdec.c):
 * what it would stumble over is an error here.
 */
#pragma once

#include <ctype.h>
#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>

#include "msm_job.h"

/** struct dump_words - what stood in an ascii85 block */
struct dump_words {
	uint32_t *words;
	uint32_t count;
};

struct dump_bo {
	uint64_t iova;
	uint64_t size;
	uint32_t flags;
	char name[32];
	struct dump_words data;
};

struct dump_register {
	uint32_t index;
	uint32_t value;
};

#define DUMP_MAX_BOS       1024
#define DUMP_MAX_REGISTERS 8192

/** struct crash_dump - of a chip with one ring */
struct crash_dump {
	size_t bytes;
	char kernel[64];
	char module[32];
	uint64_t seconds;
	char comm[64];
	char cmdline[256];
	char reason[32];
	uint32_t gpu_id;
	uint32_t chip_id;
	bool has_fault;
	uint64_t fault_iova;
	char fault_direction[16];
	char fault_source[32];
	uint64_t fault_ttbr0;
	/* How the job's page tables translate it; upstream's since 7.x, and msmxx. */
	bool has_walk;
	uint64_t walk_ttbr0;
	uint64_t ptes[4];
	uint32_t rings;
	uint64_t ring_iova;
	uint32_t last_fence;
	uint32_t retired_fence;
	uint32_t ring_rptr;
	uint32_t ring_wptr;
	uint32_t ring_size;
	struct dump_words ring;
	uint32_t nr_bos;
	uint32_t left_out;
	struct dump_bo bos[DUMP_MAX_BOS];
	uint32_t banks;
	uint32_t nr_registers;
	struct dump_register registers[DUMP_MAX_REGISTERS];
	char error[160];
};

/* So long msmxx takes no dump after it dropped one because another was not read yet. */
#define DUMP_BLIND_US 1100000

/** dump_path() - of a dump that nobody has read yet; false if there is none */
static inline bool dump_path(char path[64])
{
	glob_t found;
	bool is = !glob("/sys/class/devcoredump/devcd*/data", 0, NULL, &found);

	if (is)
		snprintf(path, 64, "%s", found.gl_pathv[0]);
	globfree(&found);
	return is;
}

/** dump_discard() - no dump waits to be read any more, for the driver either; false if one stays */
static inline bool dump_discard(void)
{
	char path[64];
	glob_t found;
	int fd;

	for (int i = 0; i < 500; i++) {
		bool there = dump_path(path);

		fd = there ? open(path, O_WRONLY | O_CLOEXEC) : -1;
		if (fd >= 0) {
			if (write(fd, "1", 1) < 0 && errno != ENODEV)
				perror(path);
			close(fd);
		}
		/* The link, which the driver looks for, goes after the dump. */
		if (!there && glob("/sys/class/drm/renderD*/device/devcoredump", 0, NULL, &found))
			return true;
		if (!there)
			globfree(&found);
		usleep(10000);
	}
	return false;
}

/** dump_read() - the text of the dump that comes within @ms, to be freed; NULL if none does */
static inline char *dump_read(int ms)
{
	size_t size = 0, room = 1 << 20;
	char path[64], *text;
	ssize_t count;
	int fd;

	for (; !dump_path(path); ms -= 10) {
		if (ms <= 0)
			return NULL;
		usleep(10000);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = malloc(room + 1);
	while ((count = read(fd, text + size, room - size)) > 0) {
		size += count;
		if (size == room)
			text = realloc(text, (room *= 2) + 1);
	}
	close(fd);
	text[size] = 0;
	return text;
}

static inline int dump_fail(struct crash_dump *dump, const char *what, const char *line)
{
	snprintf(dump->error, sizeof(dump->error), "%s: %.100s", what, line);
	return -EINVAL;
}

/* One line of data for a block of @bytes; more than fits would overrun crashdec's memory. */
static inline int dump_decode(struct crash_dump *dump, const char *line, uint64_t bytes,
			      struct dump_words *out)
{
	uint32_t most = bytes / 4;

	if (*line != ' ')
		return dump_fail(dump, "data that is not indented", line);
	while (*line == ' ')
		line++;
	*out = (struct dump_words){.words = calloc(most + 1, 4)};
	while (*line) {
		uint64_t word = 0;

		if (out->count >= most)
			return dump_fail(dump, "more data than the size says", line);
		if (*line == 'z') {
			out->count++;
			line++;
			continue;
		}
		for (int i = 0; i < 5; i++, line++) {
			if (*line < '!' || *line > 'u')
				return dump_fail(dump, "no ascii85", line);
			word = word * 85 + (*line - '!');
		}
		if (word > UINT32_MAX)
			return dump_fail(dump, "an ascii85 word that is too large", line);
		out->words[out->count++] = word;
	}
	return 0;
}

/* A line of @text, cut off; NULL at its end. */
static inline char *dump_line(char **text)
{
	char *line = *text, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	if (end)
		*end++ = 0;
	*text = end;
	return line;
}

static inline bool dump_starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

static inline int dump_ring_line(struct crash_dump *dump, char *line, char **rest)
{
	uint32_t id;

	if (sscanf(line, "  - id: %u", &id) == 1) {
		dump->rings++;
		return id ? dump_fail(dump, "more than one ring", line) : 0;
	}
	if (dump_starts(line, "    data: !!ascii85 |")) {
		line = dump_line(rest);
		return dump_decode(dump, line ?: "", dump->ring_size, &dump->ring);
	}
	if (sscanf(line, "    iova: %" SCNx64, &dump->ring_iova) == 1 ||
	    sscanf(line, "    rptr: %u", &dump->ring_rptr) == 1 ||
	    sscanf(line, "    wptr: %u", &dump->ring_wptr) == 1 ||
	    sscanf(line, "    size: %u", &dump->ring_size) == 1 ||
	    sscanf(line, "    last-fence: %u", &dump->last_fence) == 1 ||
	    sscanf(line, "    retired-fence: %u", &dump->retired_fence) == 1)
		return 0;
	return dump_fail(dump, "unknown in a ring", line);
}

static inline int dump_bo_line(struct crash_dump *dump, char *line, char **rest)
{
	struct dump_bo *bo = &dump->bos[dump->nr_bos - 1];

	if (dump_starts(line, "  - iova:")) {
		if (dump->nr_bos == DUMP_MAX_BOS)
			return dump_fail(dump, "too many buffers for this test", line);
		bo = &dump->bos[dump->nr_bos++];
		return sscanf(line, "  - iova: %" SCNx64, &bo->iova) == 1
			       ? 0
			       : dump_fail(dump, "no address", line);
	}
	/* msmxx's own; the end of the section. */
	if (sscanf(line, "  - left-out: %u", &dump->left_out) == 1)
		return 0;
	if (!dump->nr_bos)
		return dump_fail(dump, "a buffer without an address", line);
	if (dump_starts(line, "    data: !!ascii85 |")) {
		line = dump_line(rest);
		return dump_decode(dump, line ?: "", bo->size, &bo->data);
	}
	/* The name may be empty. */
	if (dump_starts(line, "    name:")) {
		sscanf(line, "    name: %31s", bo->name);
		return 0;
	}
	if (sscanf(line, "    size: %" SCNu64, &bo->size) == 1 ||
	    sscanf(line, "    flags: %x", &bo->flags) == 1)
		return 0;
	return dump_fail(dump, "unknown in a buffer", line);
}

static inline int dump_register_line(struct crash_dump *dump, char *line)
{
	struct dump_register *reg = &dump->registers[dump->nr_registers];
	uint32_t offset;

	if (dump->nr_registers == DUMP_MAX_REGISTERS ||
	    sscanf(line, "  - { offset: %x, value: %x }", &offset, &reg->value) != 2 || offset % 4)
		return dump_fail(dump, "no register", line);
	reg->index = offset / 4;
	dump->nr_registers++;
	return 0;
}

/* Those behind an address register; what is in them is checked, but not kept. */
static inline int dump_bank_line(struct crash_dump *dump, char *line, char **rest, uint32_t *dwords)
{
	struct dump_words words;
	int ret;

	if (dump_starts(line, "  - regs-name: ")) {
		dump->banks++;
		*dwords = 0;
		return 0;
	}
	if (sscanf(line, "    dwords: %u", dwords) == 1)
		return 0;
	if (!dump_starts(line, "    data: !!ascii85 |"))
		return dump_fail(dump, "unknown in a bank of registers", line);
	line = dump_line(rest);
	ret = dump_decode(dump, line ?: "", *dwords * 4ull, &words);
	free(words.words);
	return ret;
}

/** dump_parse() - 0, or -EINVAL with the reason in dump->error; cuts @text up */
static inline int dump_parse(char *text, struct crash_dump *dump)
{
	enum { none, fault, walk, ring, bos, registers, banks, other } section = none;
	char *line, *rest = text;
	uint32_t dwords = 0;
	int ret = 0;

	*dump = (struct crash_dump){.bytes = strlen(text)};
	if (!dump_starts(text, "---\n"))
		return dump_fail(dump, "no beginning", text);
	while (!ret && (line = dump_line(&rest))) {
		if (*line == ' ') {
			switch (section) {
			case none:
				ret = dump_fail(dump, "a section without a name", line);
				break;
			case fault:
				if (sscanf(line, "  - iova=%" SCNx64, &dump->fault_iova) == 1)
					dump->has_fault = true;
				sscanf(line, "  - ttbr0=%" SCNx64, &dump->fault_ttbr0);
				sscanf(line, "  - dir=%15s", dump->fault_direction);
				sscanf(line, "  - source=%31s", dump->fault_source);
				break;
			case walk:
				sscanf(line, "  - ttbr0: %" SCNx64, &dump->walk_ttbr0);
				if (sscanf(line,
					   "  - ptes: %16" SCNx64 " %16" SCNx64 " %16" SCNx64
					   " %16" SCNx64,
					   &dump->ptes[0], &dump->ptes[1], &dump->ptes[2],
					   &dump->ptes[3]) == 4)
					dump->has_walk = true;
				break;
			case ring:
				ret = dump_ring_line(dump, line, &rest);
				break;
			case bos:
				ret = dump_bo_line(dump, line, &rest);
				break;
			case registers:
				ret = dump_register_line(dump, line);
				break;
			case banks:
				ret = dump_bank_line(dump, line, &rest, &dwords);
				break;
			case other:
				break;
			}
			continue;
		}
		section = dump_starts(line, "fault-info:")          ? fault
			  : !strcmp(line, "pgtable-fault-info:")    ? walk
			  : dump_starts(line, "ringbuffer:")        ? ring
			  : dump_starts(line, "bos:")               ? bos
			  : !strcmp(line, "registers:")             ? registers
			  : dump_starts(line, "indexed-registers:") ? banks
			  : line[strlen(line) - 1] == ':'           ? other
								    : none;
		/* There crashdec decodes what was submitted, with what it has read before. */
		if (section == registers && (!dump->gpu_id || !dump->rings))
			return dump_fail(dump, "registers before the chip or the ring", line);
		if (section == registers && dump->ring_size && !dump->ring.words)
			return dump_fail(dump, "a ring without contents", line);
		sscanf(line, "kernel: %63s", dump->kernel);
		sscanf(line, "module: %31s", dump->module);
		sscanf(line, "time: %" SCNu64, &dump->seconds);
		sscanf(line, "reason: %31[^\n]", dump->reason);
		sscanf(line, "comm: %63[^\n]", dump->comm);
		sscanf(line, "cmdline: %255[^\n]", dump->cmdline);
		if (!dump_starts(line, "revision:"))
			continue;
		if (!parse_revision(line, &dump->gpu_id, &dump->chip_id))
			return dump_fail(dump, "which chip", line);
	}
	return ret;
}

/** dump_take() - the dump that comes within @ms, parsed; 0, -ENOENT, or what dump_parse() says */
static inline int dump_take(int ms, struct crash_dump *dump)
{
	char *text = dump_read(ms);
	int ret = text ? dump_parse(text, dump) : -ENOENT;

	free(text);
	return ret;
}

static inline void dump_free(struct crash_dump *dump)
{
	free(dump->ring.words);
	for (uint32_t i = 0; i < dump->nr_bos; i++)
		free(dump->bos[i].data.words);
}

static inline const struct dump_bo *dump_find_bo(const struct crash_dump *dump, uint64_t iova)
{
	for (uint32_t i = 0; i < dump->nr_bos; i++) {
		if (dump->bos[i].iova == iova)
			return &dump->bos[i];
	}
	return NULL;
}

/** dump_calls() - whether the ring calls the @words dwords of commands at @iova */
static inline bool dump_calls(const struct crash_dump *dump, uint64_t iova, uint32_t words)
{
	const uint32_t *ring = dump->ring.words;

	for (uint32_t i = 0; i + 3 < dump->ring.count; i++) {
		if ((ring[i] & 0x7f0000) == CP_INDIRECT_BUFFER << 16 &&
		    ring[i + 1] == (uint32_t)iova && ring[i + 2] == iova >> 32 &&
		    ring[i + 3] == words)
			return true;
	}
	return false;
}

/** dump_register() - the value of the register at @index, or -1 */
static inline int64_t dump_register(const struct crash_dump *dump, uint32_t index)
{
	for (uint32_t i = 0; i < dump->nr_registers; i++) {
		if (dump->registers[i].index == index)
			return dump->registers[i].value;
	}
	return -1;
}

/** dump_register64() - of a pair; both must be there */
static inline uint64_t dump_register64(const struct crash_dump *dump, uint32_t index)
{
	return dump_register(dump, index) | (uint64_t)dump_register(dump, index + 1) << 32;
}
