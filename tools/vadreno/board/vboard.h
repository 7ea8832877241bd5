/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The glue between a PCI device and the platform devices that the board's blocks are to their drivers.
 *
 * vadreno is one PCI function to QEMU: a BAR with all registers, and MSI-X vectors. Drivers of Qualcomm hardware know
 * none of this: they expect nodes of a device tree with registers, interrupts, power domains and clocks. This module is
 * what a system-on-chip's bus, interrupt controller, power controller and clock controller would be.
 */
#ifndef VBOARD_H
#define VBOARD_H

#include <linux/irqdomain.h>
#include <linux/pci.h>
#include <linux/types.h>

/* What BAR 0 holds at VBOARD_CONTROL; see "board control" in Documentation/vadreno.rst */
#define VBOARD_CONTROL       0xf0000
#define VBOARD_CONTROL_SIZE  0x1000
#define VBOARD_MAGIC         0x00
#define VBOARD_MAGIC_VALUE   0x52444156
#define VBOARD_VERSION       0x04
#define VBOARD_VERSION_VALUE 2
#define VBOARD_CHIP_ID       0x08
#define VBOARD_DOMAIN_ON     0x10
#define VBOARD_DOMAIN_OFF    0x14
#define VBOARD_DOMAINS_ON    0x18
#define VBOARD_CLOCKS        0x20
#define VBOARD_PLAN_TEXT     0x40
#define VBOARD_PLAN_LOAD     0x44
#define VBOARD_PLAN_STATUS   0x48
#define VBOARD_CLOCK_RATES   0x80

#define VBOARD_VECTORS    12
#define VBOARD_DOMAINS    2
#define VBOARD_NUM_CLOCKS 7

/**
 * struct vboard - one bound board
 * @pdev: the PCI function
 * @node: the board's node of the device tree; a reference is held
 * @bus: the platform device of @node, parent of all blocks; a reference is held
 * @control: the control page
 * @irqs: interrupt domain; hardware interrupt n is MSI-X vector n
 * @files: its folder in debugfs
 */
struct vboard {
	struct pci_dev *pdev;
	struct device_node *node;
	struct platform_device *bus;
	void __iomem *control;
	struct irq_domain *irqs;
	struct dentry *files;
};

/*
 * Each part undoes itself when the PCI device is unbound (devres), in the reverse order. The nodes are children of
 * board->node, by these names.
 */
int vboard_add_interrupts(struct vboard *board);
int vboard_add_power_domains(struct vboard *board);
int vboard_add_clocks(struct vboard *board);
int vboard_add_master(struct vboard *board);

/*
 * Files in @files. Without debugfs there are none, and nothing else is wrong.
 */
void vboard_add_plan(struct vboard *board);
void vboard_add_state(struct vboard *board);

/* By their index, which is their bit in VBOARD_DOMAINS_ON and VBOARD_CLOCKS. */
extern const char *const vboard_domain_names[VBOARD_DOMAINS];
extern const char *const vboard_clock_names[VBOARD_NUM_CLOCKS];

#endif
