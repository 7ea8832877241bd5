// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores that g++ deletes by default, because in C++ an object's bytes mean nothing before its constructor and after its
 * destructor. A kernel struct inside the object has a longer life than that: what was zeroed before must be zero, and
 * what was written last must be seen by those who still hold it. tools/lint/codegen looks for the stores.
 */

struct Storage {
	unsigned char bytes[64];
};

/* Has a constructor that leaves the storage as the allocator gave it. */
struct Zeroed {
	Zeroed() {}

	Storage storage;
};

/* Not noexcept: so that the compiler knows that the constructor runs, as it does after an inlined null check. */
inline void *operator new(decltype(sizeof(0)), void *place, int)
{
	__builtin_memset(place, 0, sizeof(Zeroed));
	return place;
}

extern "C" Zeroed *zero_then_construct(void *place)
{
	return new (place, 0) Zeroed();
}

struct Signalled {
	~Signalled() { flags = 0x51; }

	unsigned int flags;
};

extern "C" void store_then_destroy(Signalled *object)
{
	object->~Signalled();
}
