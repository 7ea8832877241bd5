// SPDX-License-Identifier: GPL-2.0-only
/* The kernel has a table of the SoCs' UBWC configurations. */
#include <linux/soc/qcom/ubwc.h>

#if !IS_ENABLED(CONFIG_QCOM_UBWC_CONFIG)
#error "not built"
#endif

const struct qcom_ubwc_cfg_data *probe(void);

const struct qcom_ubwc_cfg_data *probe(void)
{
	return qcom_ubwc_config_get_data();
}
