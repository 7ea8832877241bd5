// SPDX-License-Identifier: GPL-2.0-only
#include "msix.h"

#include <fcntl.h>
#include <sys/eventfd.h>

namespace vfio_user {

void MsixVectors::set_eventfd(unsigned vector, UniqueFd fd)
{
	Vector &v = vectors_.at(vector);

	v.fd = std::move(fd);
	/* Whatever it is that the client sent: firing never waits for it. */
	if (v.fd)
		static_cast<void>(
			::fcntl(v.fd.get(), F_SETFL, ::fcntl(v.fd.get(), F_GETFL) | O_NONBLOCK));
	if (v.fd && v.pending)
		fire(vector);
}

void MsixVectors::fire(unsigned vector)
{
	Vector &v = vectors_.at(vector);

	/* An eventfd that cannot take one more is one that is already signalled. */
	v.pending = !v.fd;
	if (v.fd)
		static_cast<void>(::eventfd_write(v.fd.get(), 1));
}

void MsixVectors::clear_pending()
{
	for (Vector &v : vectors_)
		v.pending = false;
}

} // namespace vfio_user
