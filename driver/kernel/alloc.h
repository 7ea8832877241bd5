/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory. Asking for some takes a token that allows sleeping in the allocator and can fail; giving
 * it back never does either. There is no plain `new`.
 */
#pragma once

#include <new>
#include <type_traits>
#include <utility>

#include "bridge/memory.h"
#include "kernel/constants.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/**
 * class Gfp - how to allocate: the kernel's gfp_t, made from a token
 *
 * kernel() for the driver's own objects, account() for what userspace can make us allocate (charged
 * to its memcg).
 */
class Gfp {
public:
	static constexpr Gfp kernel(MayAlloc) { return Gfp(GFP_KERNEL); }
	static constexpr Gfp account(MayAlloc) { return Gfp(GFP_KERNEL_ACCOUNT); }

	/** zero() - The same, for memory that starts as zeroes. */
	constexpr Gfp zero() const { return Gfp(flags_ | __GFP_ZERO); }
	constexpr u32 flags() const { return flags_; }

private:
	explicit constexpr Gfp(u32 flags) : flags_(flags) {}

	u32 flags_;
};

} // namespace kernel

/*
 * `new (Gfp::kernel(token)) T(…)`: nullptr, without running the constructor, when there is no
 * memory.
 */
[[nodiscard]] inline void *operator new(size_t size, kernel::Gfp gfp) noexcept
{
	return bridge_kmalloc(size, alignof(max_align_t), gfp.flags());
}

[[nodiscard]] inline void *operator new(size_t size, std::align_val_t align,
					kernel::Gfp gfp) noexcept
{
	return bridge_kmalloc(size, static_cast<size_t>(align), gfp.flags());
}

/* The counterparts the compiler looks for; nothing throws, so nothing calls them. */
inline void operator delete(void *pointer, kernel::Gfp) noexcept
{
	bridge_kvfree(pointer);
}

inline void operator delete(void *pointer, std::align_val_t, kernel::Gfp) noexcept
{
	bridge_kvfree(pointer);
}

namespace kernel {

/**
 * class Unique - owns one object made by make(), deletes it when it goes
 *
 * Movable, may be empty. Moves to a Unique of a base class whose destructor is virtual.
 */
template <typename T>
class Unique {
public:
	constexpr Unique() = default;
	constexpr Unique(decltype(nullptr)) {}
	explicit constexpr Unique(T *object) : object_(object) {}
	constexpr Unique(Unique &&other) : object_(other.release()) {}

	template <typename U>
		requires(std::is_convertible_v<U *, T *> && std::has_virtual_destructor_v<T>)
	constexpr Unique(Unique<U> &&other) : object_(other.release())
	{
	}

	~Unique() { delete object_; }

	Unique &operator=(Unique &&other)
	{
		T *old = std::exchange(object_, other.release());
		delete old;
		return *this;
	}

	/** release() - Gives the object up; the caller owns it now. */
	[[nodiscard]] constexpr T *release() { return std::exchange(object_, nullptr); }
	constexpr T *get() const { return object_; }
	constexpr T *operator->() const { return object_; }
	constexpr T &operator*() const { return *object_; }
	explicit constexpr operator bool() const { return object_ != nullptr; }

private:
	T *object_ = nullptr;
};

/**
 * make() - A new T of the driver's own
 *
 * Return: the object in zeroed memory, then constructed from @arguments, or ENOMEM.
 */
template <typename T, typename... Arguments>
Result<Unique<T>> make(MayAlloc token, Arguments &&...arguments)
{
	T *object = new (Gfp::kernel(token).zero()) T(std::forward<Arguments>(arguments)...);
	if (!object) [[unlikely]]
		return err(ENOMEM);
	return Unique<T>(object);
}

/**
 * make_accounted() - make() for what userspace can ask for any number of times: charged to the
 * caller's memcg.
 */
template <typename T, typename... Arguments>
Result<Unique<T>> make_accounted(MayAlloc token, Arguments &&...arguments)
{
	T *object = new (Gfp::account(token).zero()) T(std::forward<Arguments>(arguments)...);
	if (!object) [[unlikely]]
		return err(ENOMEM);
	return Unique<T>(object);
}

/**
 * class Buffer - an array of a size known at run time, possibly userspace's
 *
 * Elements start as zeroes or, where T has a constructor, default constructed. Large ones come from
 * vmalloc. Charged to the caller's memcg.
 */
template <typename T>
class Buffer {
	static_assert(alignof(T) <= alignof(max_align_t));

public:
	constexpr Buffer() = default;
	Buffer(Buffer &&other)
		: data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0))
	{
	}
	~Buffer() { clear(); }

	Buffer &operator=(Buffer &&other)
	{
		if (this != &other) {
			clear();
			data_ = std::exchange(other.data_, nullptr);
			size_ = std::exchange(other.size_, 0);
		}
		return *this;
	}

	/**
	 * create() - @count elements (0 is fine), or ENOMEM, also when the size in bytes would
	 * overflow.
	 */
	static Result<Buffer> create(MayAlloc token, size_t count)
	{
		Buffer buffer;

		if (!count)
			return buffer;
		void *memory =
			bridge_kvmalloc_array(count, sizeof(T), Gfp::account(token).zero().flags());
		if (!memory) [[unlikely]]
			return err(ENOMEM);
		buffer.data_ = static_cast<T *>(memory);
		buffer.size_ = count;
		if constexpr (!std::is_trivially_default_constructible_v<T>) {
			for (T &element : buffer)
				new (static_cast<void *>(&element)) T();
		}
		return buffer;
	}

	/** clear() - Destroys the elements, last first, and gives the memory back. */
	void clear()
	{
		if constexpr (!std::is_trivially_destructible_v<T>) {
			for (size_t i = size_; i > 0; i--)
				data_[i - 1].~T();
		}
		bridge_kvfree(data_);
		data_ = nullptr;
		size_ = 0;
	}

	T *data() { return data_; }
	const T *data() const { return data_; }
	size_t size() const { return size_; }
	bool empty() const { return size_ == 0; }
	T *begin() { return data_; }
	T *end() { return data_ + size_; }
	const T *begin() const { return data_; }
	const T *end() const { return data_ + size_; }

	/** operator[] - Out of range is a BUG. */
	T &operator[](size_t i)
	{
		if (i >= size_) [[unlikely]]
			__builtin_trap();
		return data_[i];
	}
	const T &operator[](size_t i) const { return const_cast<Buffer &>(*this)[i]; }

private:
	T *data_ = nullptr;
	size_t size_ = 0;
};

/**
 * class SmallBuffer - a Buffer that holds @few elements itself and only for more of them asks for
 * memory
 *
 * For what is usually little and stays where it is; it does not move.
 */
template <typename T, size_t few>
class SmallBuffer {
public:
	constexpr SmallBuffer() = default;
	SmallBuffer(SmallBuffer &&) = delete;
	SmallBuffer &operator=(SmallBuffer &&) = delete;

	/** allocate() - @count elements as new, or ENOMEM; of an empty one. */
	Result<void> allocate(MayAlloc token, size_t count)
	{
		if (count > few)
			large_ = TRY(Buffer<T>::create(token, count));
		size_ = count;
		return {};
	}

	size_t size() const { return size_; }
	T *begin() { return large_.empty() ? few_ : large_.begin(); }
	T *end() { return begin() + size_; }

	/** operator[] - Out of range is a BUG. */
	T &operator[](size_t i)
	{
		if (i >= size_) [[unlikely]]
			__builtin_trap();
		return begin()[i];
	}

private:
	Buffer<T> large_;
	T few_[few] = {};
	size_t size_ = 0;
};

} // namespace kernel
