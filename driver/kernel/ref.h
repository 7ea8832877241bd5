/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counted references. An object counts itself by having ref(), try_ref() and unref(): from
 * RefCounted, or its own where the kernel counts for it (a drm_gem_object). Ref<T> is the only one
 * who calls them.
 *
 * Dropping a reference may be the last one and so runs destroy() wherever that happens to be: a
 * destroy() that needs a lock or may sleep hands the object to a worker.
 */
#pragma once

#include <type_traits>
#include <utility>

#include "bridge/ref.h"
#include "kernel/opaque.h"

namespace kernel {

/**
 * class RefCounted - base of objects that count their references; starts at one
 *
 * At zero T::destroy(T *) is called: a static member function.
 */
template <typename T>
class RefCounted {
public:
	RefCounted(const RefCounted &) = delete;
	RefCounted &operator=(const RefCounted &) = delete;

	void ref() { bridge_refcount_inc(count_.get()); }
	/**
	 * try_ref() - False when it is already dying: for finding an object in a table that does
	 * not keep it alive.
	 */
	[[nodiscard]] bool try_ref() { return bridge_refcount_inc_not_zero(count_.get()); }
	void unref()
	{
		if (bridge_refcount_dec_and_test(count_.get()))
			T::destroy(static_cast<T *>(this));
	}

	/** ref_count() - For statistics and tests only: it may have changed on return. */
	unsigned int ref_count() const { return bridge_refcount_read(count_.get()); }

protected:
	RefCounted() { bridge_refcount_set(count_.get(), 1); }
	~RefCounted() = default;

private:
	Opaque<struct refcount_struct> count_;
};

/** class Ref - one reference to a T; copying takes another, destruction drops it. May be empty. */
template <typename T>
class Ref {
public:
	constexpr Ref() = default;
	constexpr Ref(decltype(nullptr)) {}
	/** Ref() - A further reference to an object that the caller knows to be alive. */
	explicit Ref(T &object) : object_(&object) { object_->ref(); }
	Ref(const Ref &other) : object_(other.object_)
	{
		if (object_)
			object_->ref();
	}
	constexpr Ref(Ref &&other) : object_(other.release()) {}

	template <typename U>
		requires(std::is_convertible_v<U *, T *> && !std::is_same_v<U, T>)
	constexpr Ref(Ref<U> other) : object_(other.release())
	{
	}

	~Ref()
	{
		if (object_)
			object_->unref();
	}

	Ref &operator=(Ref other)
	{
		std::swap(object_, other.object_);
		return *this;
	}

	/** adopt() - Takes over a reference that the caller owns: of a new object, or from C. */
	static constexpr Ref adopt(T *object)
	{
		Ref ref;

		ref.object_ = object;
		return ref;
	}

	/**
	 * try_get() - A reference if the object is not dying, else an empty Ref. Something must
	 * keep its memory valid.
	 */
	static Ref try_get(T *object)
	{
		return adopt(object && object->try_ref() ? object : nullptr);
	}

	/** release() - Gives the reference up; the caller owns it now. */
	[[nodiscard]] constexpr T *release() { return std::exchange(object_, nullptr); }
	constexpr T *get() const { return object_; }
	constexpr T *operator->() const { return object_; }
	constexpr T &operator*() const { return *object_; }
	explicit constexpr operator bool() const { return object_ != nullptr; }
	constexpr bool operator==(const Ref &) const = default;

private:
	T *object_ = nullptr;
};

} // namespace kernel
