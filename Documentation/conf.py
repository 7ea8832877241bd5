# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx configuration: `make docs` builds these pages, and a warning is an error."""

project = "msmxx"
author = "the msmxx developers"
copyright = "the msmxx developers"  # pylint: disable=redefined-builtin
root_doc = "index"
exclude_patterns = ["_build"]
html_theme = "sphinx_rtd_theme"
nitpicky = True
