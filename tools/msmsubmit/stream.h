/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stream as its file describes it: GPU memory, queues, jobs and what memory must hold when they
 * have run. Names are resolved to indices and numbers; addresses are not known yet, so an operand
 * may be the address of a buffer.
 */
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/**
 * struct Location - a place in GPU memory
 */
struct Location {
	/** @buffer: index into Stream::buffers */
	size_t buffer;
	/** @offset: bytes from its start, within it */
	uint64_t offset;
};

/** Operand - one dword, or an address that becomes two: low, high */
using Operand = std::variant<uint32_t, Location>;

/**
 * struct Packet - a type-7 packet
 */
struct Packet {
	uint32_t opcode;
};

/**
 * struct RegisterWrite - a type-4 packet: the operands go to consecutive registers
 */
struct RegisterWrite {
	uint32_t offset;
};

/**
 * struct RawWords - the operands as they are, without a header
 */
struct RawWords {};

/**
 * struct Command - one line of a command stream
 */
struct Command {
	std::variant<Packet, RegisterWrite, RawWords> kind;
	std::vector<Operand> operands;
};

/** Commands - a command stream */
using Commands = std::vector<Command>;

/**
 * struct Contents - what a buffer holds before the first job: words from @offset on
 */
struct Contents {
	uint64_t offset;
	std::vector<Operand> words;
};

/**
 * struct Buffer - GPU memory
 */
struct Buffer {
	std::string name;
	/** @size: bytes, a multiple of 4 */
	uint64_t size;
	/** @flags: MSM_BO_x */
	uint32_t flags;
	/** @fill: every word before @contents are laid over it */
	uint32_t fill = 0;
	std::vector<Contents> contents = {};
	/** @commands: for a buffer made by `commands`, what it holds instead */
	Commands commands = {};
};

/**
 * struct Queue - a submitqueue
 */
struct Queue {
	std::string name;
	uint32_t priority;
};

/**
 * struct SyncPoint - a syncobj to wait for or signal; @point is 0 for a binary one
 */
struct SyncPoint {
	size_t syncobj;
	uint64_t point;
};

/**
 * struct Job - one submit, or several of the same
 */
struct Job {
	std::string name;
	/** @queue: index into Stream::queues; none is the queue every context has */
	std::optional<size_t> queue;
	/** @after: indices of earlier jobs whose fence fds this one waits for */
	std::vector<size_t> after;
	std::vector<SyncPoint> wait;
	std::vector<SyncPoint> signal;
	/** @repeat: how often it is submitted, back to back */
	uint32_t repeat = 1;
	/** @implicit: also waits for what earlier jobs left on the buffers */
	bool implicit = false;
	Commands commands;
};

enum class Comparison { Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual };

/**
 * struct Check - what memory must hold when all jobs have run
 */
struct Check {
	/** @text: the line as written, without the keyword */
	std::string text;
	/** @line: where it is written */
	unsigned line;
	/** @left: the memory looked at */
	Location left;
	/** @width: bytes of one element, 4 or 8 */
	unsigned width;
	/** @count: elements compared */
	uint64_t count;
	Comparison comparison;
	/** @right: a value for each element (two words each where @width is 8), or other memory */
	std::variant<std::vector<Operand>, Location> right;
};

/**
 * struct Stream - everything one file says
 */
struct Stream {
	std::string file;
	/** @title: what it shows, in a few words; may be empty */
	std::string title;
	std::vector<Buffer> buffers;
	std::vector<Queue> queues;
	std::vector<std::string> syncobjs;
	std::vector<Job> jobs;
	std::vector<Check> checks;
};
