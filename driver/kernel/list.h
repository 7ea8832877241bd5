/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Doubly linked lists whose links are members of the elements. The list owns nothing and allocates
 * nothing; an element is on at most one list per node.
 */
#pragma once

#include "kernel/types.h"

namespace kernel {

/** class ListNode - a member of what can be on a list; linked or not */
class ListNode {
public:
	constexpr ListNode() = default;
	/** ~ListNode() - Still being linked is a BUG: the list would point to freed memory. */
	~ListNode()
	{
		if (linked()) [[unlikely]]
			__builtin_trap();
	}
	ListNode(const ListNode &) = delete;
	ListNode &operator=(const ListNode &) = delete;

	bool linked() const { return next_ != nullptr; }

private:
	template <typename T, ListNode T::*node>
	friend class List;

	void insert_before(ListNode &other)
	{
		if (linked()) [[unlikely]]
			__builtin_trap();
		next_ = &other;
		previous_ = other.previous_;
		previous_->next_ = this;
		other.previous_ = this;
	}

	void unlink()
	{
		if (!linked()) [[unlikely]]
			__builtin_trap();
		previous_->next_ = next_;
		next_->previous_ = previous_;
		next_ = previous_ = nullptr;
	}

	ListNode *next_ = nullptr;
	ListNode *previous_ = nullptr;
};

/**
 * class List - list of T, linked through T::*node; its own lock is the owner's business
 *
 * Iteration allows the current element to be removed. A list must be empty when it goes.
 */
template <typename T, ListNode T::*node>
class List {
public:
	List() { reset(); }
	~List()
	{
		if (!empty()) [[unlikely]]
			__builtin_trap();
		head_.next_ = head_.previous_ = nullptr;
	}
	List(const List &) = delete;
	List &operator=(const List &) = delete;

	bool empty() const { return head_.next_ == &head_; }
	T *front() const { return empty() ? nullptr : owner(head_.next_); }
	T *back() const { return empty() ? nullptr : owner(head_.previous_); }

	void push_back(T &element) { (element.*node).insert_before(head_); }
	void push_front(T &element) { (element.*node).insert_before(*head_.next_); }
	/** insert_before() - @element goes right before @position, which is on this list. */
	void insert_before(T &position, T &element)
	{
		(element.*node).insert_before(position.*node);
	}
	/** remove() - @element must be on this list. */
	void remove(T &element) { (element.*node).unlink(); }

	/** next() - what comes after @element, which is on this list; nullptr if it is the last. */
	T *next(const T &element) const
	{
		ListNode *link = (element.*node).next_;

		return link == &head_ ? nullptr : owner(link);
	}

	T *pop_front()
	{
		T *element = front();

		if (element)
			remove(*element);
		return element;
	}

	/** take() - Moves all elements of @other to the end of this list. */
	void take(List &other)
	{
		if (other.empty())
			return;
		other.head_.next_->previous_ = head_.previous_;
		head_.previous_->next_ = other.head_.next_;
		other.head_.previous_->next_ = &head_;
		head_.previous_ = other.head_.previous_;
		other.reset();
	}

	class Iterator {
	public:
		explicit Iterator(ListNode *at) : at_(at), next_(at->next_) {}
		T &operator*() const { return *owner(at_); }
		Iterator &operator++()
		{
			at_ = next_;
			next_ = at_->next_;
			return *this;
		}
		bool operator==(const Iterator &other) const { return at_ == other.at_; }

	private:
		ListNode *at_;
		/* Read early, so that the current element may go. */
		ListNode *next_;
	};

	Iterator begin() const { return Iterator(head_.next_); }
	Iterator end() const { return Iterator(&head_); }

private:
	static T *owner(ListNode *link)
	{
		/* As container_of(): where the node stands in a T does not depend on the T. */
		alignas(T) static constinit unsigned char model[sizeof(T)]{};
		auto *base = reinterpret_cast<T *>(model);
		auto offset = reinterpret_cast<unsigned char *>(&(base->*node)) - model;

		return reinterpret_cast<T *>(reinterpret_cast<unsigned char *>(link) - offset);
	}

	void reset() { head_.next_ = head_.previous_ = &head_; }

	mutable ListNode head_;
};

} // namespace kernel
