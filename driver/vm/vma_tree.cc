// SPDX-License-Identifier: GPL-2.0-only
#include "vm/vma_tree.h"

#include <algorithm>

namespace msm {

namespace {

/* The lowest aligned place for @size bytes in [start, end). */
std::optional<u64> place(u64 start, u64 end, u64 size, u64 align)
{
	u64 mask = align - 1;

	if (start > ~u64{0} - mask)
		return std::nullopt;
	u64 address = (start + mask) & ~mask;
	if (address > end || end - address < size)
		return std::nullopt;
	return address;
}

} // namespace

VmaTree::VmaTree(u64 start, u64 end, u32 seed) : start_(start), end_(end), seed_(seed ? seed : 1) {}

/* Marsaglia's xorshift: never 0, period 2^32 - 1. */
u32 VmaTree::next_weight()
{
	seed_ ^= seed_ << 13;
	seed_ ^= seed_ >> 17;
	seed_ ^= seed_ << 5;
	return seed_;
}

bool VmaTree::contains(u64 start, u64 size) const
{
	return start >= start_ && start <= end_ && size <= end_ - start;
}

void VmaTree::update(AddressRange &node)
{
	node.subtree_start_ = node.start_;
	node.subtree_end_ = node.end_;
	node.subtree_hole_ = 0;
	if (AddressRange *left = node.left_) {
		node.subtree_start_ = left->subtree_start_;
		node.subtree_hole_ =
			std::max(left->subtree_hole_, node.start_ - left->subtree_end_);
	}
	if (AddressRange *right = node.right_) {
		node.subtree_end_ = right->subtree_end_;
		node.subtree_hole_ = std::max({node.subtree_hole_, right->subtree_hole_,
					       right->subtree_start_ - node.end_});
	}
}

void VmaTree::update_upwards(AddressRange *node)
{
	for (; node; node = node->parent_)
		update(*node);
}

void VmaTree::replace_child(AddressRange *parent, AddressRange *child, AddressRange *by)
{
	if (!parent)
		root_ = by;
	else if (parent->left_ == child)
		parent->left_ = by;
	else
		parent->right_ = by;
	if (by)
		by->parent_ = parent;
}

/* Swap @node with its parent; the order of addresses stays. */
void VmaTree::rotate_up(AddressRange &node)
{
	AddressRange &parent = *node.parent_;
	AddressRange *moved;

	replace_child(parent.parent_, &parent, &node);
	if (parent.left_ == &node) {
		moved = node.right_;
		parent.left_ = moved;
		node.right_ = &parent;
	} else {
		moved = node.left_;
		parent.right_ = moved;
		node.left_ = &parent;
	}
	if (moved)
		moved->parent_ = &parent;
	parent.parent_ = &node;
	update(parent);
	update(node);
}

void VmaTree::insert(AddressRange &range, u64 start, u64 size)
{
	AddressRange *parent = nullptr;
	AddressRange **link = &root_;

	range.start_ = start;
	range.end_ = start + size;
	range.left_ = range.right_ = nullptr;
	range.weight_ = next_weight();

	while (*link) {
		parent = *link;
		link = start < parent->start_ ? &parent->left_ : &parent->right_;
	}
	*link = &range;
	range.parent_ = parent;
	while (range.parent_ && range.parent_->weight_ < range.weight_) {
		update(range);
		rotate_up(range);
	}
	update_upwards(&range);
}

void VmaTree::erase(AddressRange &range)
{
	while (range.left_ && range.right_)
		rotate_up(range.left_->weight_ > range.right_->weight_ ? *range.left_
								       : *range.right_);

	AddressRange *parent = range.parent_;

	replace_child(parent, &range, range.left_ ? range.left_ : range.right_);
	range.left_ = range.right_ = range.parent_ = nullptr;
	update_upwards(parent);
}

AddressRange *VmaTree::first_overlap(u64 start, u64 size) const
{
	AddressRange *found = nullptr;
	u64 last = start + (size - 1);

	for (AddressRange *node = root_; node;) {
		if (node->end_ <= start) {
			node = node->right_;
		} else {
			if (node->start_ <= last)
				found = node;
			node = node->left_;
		}
	}
	return found;
}

AddressRange *VmaTree::first() const
{
	AddressRange *node = root_;

	while (node && node->left_)
		node = node->left_;
	return node;
}

AddressRange *VmaTree::next(const AddressRange &range)
{
	if (AddressRange *node = range.right_) {
		while (node->left_)
			node = node->left_;
		return node;
	}

	const AddressRange *child = &range;
	AddressRange *parent = range.parent_;

	while (parent && parent->right_ == child) {
		child = parent;
		parent = parent->parent_;
	}
	return parent;
}

/*
 * The holes in order of address: before the first range, within the tree, after the last. Within
 * it, an in-order walk that enters a subtree only if it has a hole of that size; @from is where the
 * walk comes from.
 */
std::optional<u64> VmaTree::find_hole(u64 size, u64 align) const
{
	if (!root_)
		return place(start_, end_, size, align);
	if (auto found = place(start_, root_->subtree_start_, size, align))
		return found;

	const AddressRange *node = root_->subtree_hole_ >= size ? root_ : nullptr;
	const AddressRange *from = nullptr;

	while (node) {
		const AddressRange *left = node->left_;
		const AddressRange *right = node->right_;

		if (from == node->parent_) {
			if (left && left->subtree_hole_ >= size) {
				from = node;
				node = left;
				continue;
			}
			from = left;
		}
		if (from == left) {
			if (left) {
				if (auto found =
					    place(left->subtree_end_, node->start_, size, align))
					return found;
			}
			if (right) {
				if (auto found =
					    place(node->end_, right->subtree_start_, size, align))
					return found;
				if (right->subtree_hole_ >= size) {
					from = node;
					node = right;
					continue;
				}
			}
		}
		from = node;
		node = node->parent_;
	}
	return place(root_->subtree_end_, end_, size, align);
}

} // namespace msm
