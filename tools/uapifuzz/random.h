/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chance that can be repeated. Each call of each thread draws from a generator of its own, seeded
 * with the run's seed and the two numbers: what a call does depends on nothing that came before but
 * the objects there are.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct random - Steele's SplitMix64 */
struct random {
	uint64_t state;
};

static inline uint64_t random_u64(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/** random_for() - the generator of call @number of thread @thread */
static inline struct random random_for(uint64_t seed, uint64_t thread, uint64_t number)
{
	struct random random = {seed};

	random.state = random_u64(&random) + thread;
	random.state = random_u64(&random) + number;
	return random;
}

/** below() - 0 … @limit - 1 */
static inline uint32_t below(struct random *random, uint32_t limit)
{
	return (uint64_t)(uint32_t)random_u64(random) * limit >> 32;
}

/** one_in() - true once in @times times */
static inline bool one_in(struct random *random, uint32_t times)
{
	return below(random, times) == 0;
}

/** boundary() - a number around which arithmetic goes wrong, or any number */
uint64_t boundary(struct random *random);

/** RANDOM_OF() - an element of an array */
#define RANDOM_OF(random, array) (array)[below(random, sizeof(array) / sizeof((array)[0]))]
