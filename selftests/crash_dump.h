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

#include "msm_test.h"

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

#define DUMP_MAX_BOS       64
#define DUMP_MAX_REGISTERS 8192

/** struct crash_dump - of a chip with one ring */
struct crash_dump {
	size_t bytes;
	char comm[64];
	char cmdline[256];
	uint32_t gpu_id;
	uint32_t chip_id;
	bool has_fault;
	uint64_t fault_iova;
	char fault_direction[16];
	uint32_t rings;
	uint64_t ring_iova;
	uint32_t last_fence;
	uint32_t retired_fence;
	uint32_t ring_rptr;
	uint32_t ring_wptr;
	uint32_t ring_size;
	struct dump_words ring;
	uint32_t nr_bos;
	struct dump_bo bos[DUMP_MAX_BOS];
	uint32_t nr_registers;
	struct dump_register registers[DUMP_MAX_REGISTERS];
	char error[160];
};

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

/** dump_discard() - no dump waits to be read any more */
static inline void dump_discard(void)
{
	char path[64];
	int fd;

	for (int i = 0; i < 500 && dump_path(path); i++) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0) {
			if (write(fd, "1", 1) < 0)
				perror(path);
			close(fd);
		}
		usleep(10000);
	}
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

/** dump_parse() - 0, or -EINVAL with the reason in dump->error; cuts @text up */
static inline int dump_parse(char *text, struct crash_dump *dump)
{
	enum { none, fault, ring, bos, registers, other } section = none;
	char *line, *rest = text;
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
				sscanf(line, "  - dir=%15s", dump->fault_direction);
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
			case other:
				break;
			}
			continue;
		}
		section = dump_starts(line, "fault-info:")   ? fault
			  : dump_starts(line, "ringbuffer:") ? ring
			  : dump_starts(line, "bos:")        ? bos
			  : !strcmp(line, "registers:")      ? registers
			  : line[strlen(line) - 1] == ':'    ? other
							     : none;
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
