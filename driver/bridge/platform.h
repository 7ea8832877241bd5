/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Platform devices: what the device tree says of one, its registers, its interrupt, and who drives
 * it.
 */
#ifndef MSMXX_BRIDGE_PLATFORM_H
#define MSMXX_BRIDGE_PLATFORM_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_irq;
struct device;

/*
 * The object behind a device. Not its driver data: that is the SMMU's, which looks there for its
 * own interface.
 */
void *bridge_device_owner(struct device *dev);
void bridge_device_set_owner(struct device *dev, void *owner);

/* "error -ENOENT: what" in the log, unless it is -EPROBE_DEFER. */
void bridge_device_explain(struct device *dev, int error, const char *what);

int bridge_device_set_dma_mask(struct device *dev);

/* First string of "compatible", or NULL. Lives as long as the device. */
const char *bridge_device_compatible(struct device *dev);
bool bridge_device_is_compatible(struct device *dev, const char *compatible);
int bridge_device_property_u32(struct device *dev, const char *name, u32 *value);
bool bridge_device_has_child(struct device *dev, const char *name);
/*
 * The platform device that a phandle property points at, with a reference; NULL if there is none.
 */
struct device *bridge_device_by_phandle(struct device *dev, const char *property);
void bridge_device_put(struct device *dev);

/*
 * @name selects one of several register ranges; NULL takes the first. Unmapped with
 * bridge_iounmap().
 */
int bridge_ioremap(struct device *dev, const char *name, void **base, u64 *start, u64 *size);
void bridge_iounmap(void *base);

/* The handler gets @data; it must clear what it saw. Requested disabled. */
int bridge_irq_request(struct device *dev, const char *name, void (*handler)(void *data),
		       void *data, struct bridge_irq **irq);
void bridge_irq_free(struct bridge_irq *irq);
void bridge_irq_enable(struct bridge_irq *irq);
/* Returns when no handler runs any more. */
void bridge_irq_disable(struct bridge_irq *irq);

BRIDGE_END

#endif
