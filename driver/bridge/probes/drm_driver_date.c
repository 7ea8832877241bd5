// SPDX-License-Identifier: GPL-2.0-only
/* struct drm_driver wants a date. */
#include <drm/drm_drv.h>

const struct drm_driver *probe(void);

static const struct drm_driver driver = {.date = ""};

const struct drm_driver *probe(void)
{
	return &driver;
}
