// SPDX-License-Identifier: GPL-2.0-only
#include "bridge/features.h"
#include "bridge/ubwc.h"

#include <linux/errno.h>

#ifdef HAVE_qcom_ubwc

#include <linux/soc/qcom/ubwc.h>

int bridge_ubwc_config(struct bridge_ubwc *config)
{
	const struct qcom_ubwc_cfg_data *data = qcom_ubwc_config_get_data();

	if (IS_ERR(data))
		return PTR_ERR(data);

	config->highest_bank_bit = data->highest_bank_bit;
	config->swizzle = qcom_ubwc_swizzle(data);
	config->macrotile_mode = qcom_ubwc_macrotile_mode(data);
	config->ubwc_1_0 = qcom_ubwc_get_ubwc_mode(data);
	config->min_access_64b = qcom_ubwc_min_acc_length_64b(data);
	config->amsbc = qcom_ubwc_enable_amsbc(data);
	config->rgb565_predicator = data->ubwc_enc_version >= UBWC_4_0;
	return 0;
}

#else

int bridge_ubwc_config(struct bridge_ubwc *config)
{
	return -EOPNOTSUPP;
}

#endif
