"""How Sphinx builds these pages; nothing is fetched from a network."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "smoothdistill"
author = "the authors of smoothdistill"
version = release = version_of("smoothdistill")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_the_code"]
exclude_patterns = ["_build"]
nitpicky = False  # numpy, torch and pandas are named in signatures, and their pages are elsewhere
smartquotes_action = "qe"  # quotes and dots, not dashes: --set stays --set
default_role = "py:obj"  # docstrings name their neighbours in single backticks

myst_heading_anchors = 3

napoleon_use_ivar = True

autodoc_default_options = {"exclude-members": "model_config"}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 120

html_theme = "furo"
html_title = f"smoothdistill {release}"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
html_show_copyright = False
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
