/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The used ranges of a GPU address space, in order, none overlapping another; so also the free ones
 * between them.
 *
 * A treap: ordered by address, and by a random number towards the root, which keeps it balanced
 * without bookkeeping. Each node also knows where its subtree begins and ends and the largest hole
 * within, so that holes are found in logarithmic time. No locks, no allocation and no kernel calls:
 * its owner brings the nodes and the lock.
 */
#pragma once

#include <optional>

#include "kernel/types.h"

namespace msm {

/**
 * class AddressRange - one range of an address space: [start, end), a node of VmaTree
 *
 * Must be out of its tree before it is destroyed.
 */
class AddressRange {
public:
	AddressRange() = default;
	AddressRange(const AddressRange &) = delete;
	AddressRange &operator=(const AddressRange &) = delete;

	u64 start() const { return start_; }
	u64 end() const { return end_; }
	u64 size() const { return end_ - start_; }

private:
	friend class VmaTree;

	AddressRange *left_ = nullptr;
	AddressRange *right_ = nullptr;
	AddressRange *parent_ = nullptr;
	u64 start_ = 0;
	u64 end_ = 0;
	u64 subtree_start_ = 0;
	u64 subtree_end_ = 0;
	u64 subtree_hole_ = 0;
	u32 weight_ = 0;
};

/** class VmaTree - the ranges in use within [start, end) */
class VmaTree {
public:
	/**
	 * VmaTree() - an empty space
	 * @start: first address that may be used
	 * @end: first one that may not, at least @start
	 * @seed: for the weights; unpredictable where users choose the addresses
	 */
	VmaTree(u64 start, u64 end, u32 seed);
	VmaTree(const VmaTree &) = delete;
	VmaTree &operator=(const VmaTree &) = delete;

	u64 start() const { return start_; }
	u64 end() const { return end_; }
	bool is_empty() const { return !root_; }

	/**
	 * contains() - whether [start, start + size) lies within the space; a sum that overflows
	 * does not
	 */
	bool contains(u64 start, u64 size) const;

	/**
	 * insert() - put @range at [start, start + size), which must be free, within the space and
	 * not empty
	 */
	void insert(AddressRange &range, u64 start, u64 size);

	/** erase() - take @range out, which must be in this tree */
	void erase(AddressRange &range);

	/** find() - the range that holds @address, or nullptr */
	AddressRange *find(u64 address) const { return first_overlap(address, 1); }

	/** first_overlap() - the lowest range that meets [start, start + size), or nullptr */
	AddressRange *first_overlap(u64 start, u64 size) const;

	/** first() - the lowest range, or nullptr; next() - the one after @range, or nullptr */
	AddressRange *first() const;
	static AddressRange *next(const AddressRange &range);

	/**
	 * find_hole() - the lowest free address
	 * @size: bytes needed, not 0
	 * @align: a power of two
	 */
	std::optional<u64> find_hole(u64 size, u64 align) const;

private:
	void update(AddressRange &node);
	void update_upwards(AddressRange *node);
	void replace_child(AddressRange *parent, AddressRange *child, AddressRange *by);
	void rotate_up(AddressRange &node);
	u32 next_weight();

	const u64 start_;
	const u64 end_;
	u32 seed_;
	AddressRange *root_ = nullptr;
};

} // namespace msm
