/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel struct inside a C++ object: storage of the right size and alignment, whose inside only C
 * knows. Sizes come from the generated layout; a type must have a TYPE() line in
 * bridge/layout.list, a field that C++ reads a FIELD().
 */
#pragma once

#include "bridge/layout.h"
#include "kernel/types.h"

namespace kernel {

template <typename Tag>
struct Layout;

} // namespace kernel

#define CONSTANT(type, name)
#define TYPE(tag) struct tag;
#define FIELD(tag, name, type)
#include "bridge/layout.list"

namespace kernel {

#define CONSTANT(type, name)
#define TYPE(tag)                                                   \
	template <>                                                 \
	struct Layout<struct ::tag> {                               \
		static constexpr size_t size = LAYOUT_SIZE_##tag;   \
		static constexpr size_t align = LAYOUT_ALIGN_##tag; \
	};
#define FIELD(tag, name, type)
#include "bridge/layout.list"

namespace field {

/* One type per field that C++ may read: field::drm_gem_object__size and so on. */
#define CONSTANT(type, name)
#define TYPE(tag)
#define FIELD(tag, name, type)                                                  \
	struct tag##__##name {                                                  \
		using Owner = struct ::tag;                                     \
		using Type = type;                                              \
		static constexpr size_t offset = LAYOUT_OFFSET_##tag##__##name; \
	};
#include "bridge/layout.list"

} // namespace field

/**
 * class Opaque - zeroed storage for one kernel struct
 *
 * Does not initialise the struct: its owner calls the kernel's init function in the constructor and
 * its counterpart in the destructor. Neither copied nor moved, since the kernel keeps pointers into
 * it. A struct that is empty on some kernels still takes a byte here.
 */
template <typename Tag>
class Opaque {
public:
	constexpr Opaque() = default;
	Opaque(const Opaque &) = delete;
	Opaque &operator=(const Opaque &) = delete;

	Tag *get() { return reinterpret_cast<Tag *>(storage_); }
	const Tag *get() const { return reinterpret_cast<const Tag *>(storage_); }

private:
	static constexpr size_t size = Layout<Tag>::size ? Layout<Tag>::size : 1;

	alignas(Layout<Tag>::align) unsigned char storage_[size]{};
};

/** get_field() - A field of a kernel struct, at the offset and of the type that C checked. */
template <typename Field>
typename Field::Type &get_field(typename Field::Owner *owner)
{
	return *reinterpret_cast<typename Field::Type *>(reinterpret_cast<unsigned char *>(owner) +
							 Field::offset);
}

template <typename Field>
const typename Field::Type &get_field(const typename Field::Owner *owner)
{
	return get_field<Field>(const_cast<typename Field::Owner *>(owner));
}

} // namespace kernel
