"""What the packages offer is listed by `dir` and `help`, though each name is loaded when it is first used."""

import pydoc
import subprocess
import sys

import pytest

import smoothdistill_core
import smoothdistill_core.testing

PACKAGES = [smoothdistill_core, smoothdistill_core.testing]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_dir_lists_the_public_names_and_each_is_there(package):
    assert dir(package) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_help_describes_the_public_names():
    text = pydoc.plain(pydoc.render_doc(smoothdistill_core))
    for line in ("class Formula(", "class Registry(", "class Student(", "summarise(results", "class ExportFormat("):
        assert line in text


def test_listing_the_names_loads_none_of_them():
    code = "import sys, smoothdistill_core as core; dir(core); print(*[m for m in sys.modules if m[:7] == 'smoothd'])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "smoothdistill_core"
