"""A library of a version that a component was not tested with is named with what to install instead."""

import subprocess
import sys

import pytest
from packaging.version import Version

from smoothdistill_core.components import untested_version


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs a version of the distribution "telescope", as far as metadata goes."""
    monkeypatch.syspath_prepend(tmp_path)

    def installed(version):
        folder = tmp_path / "telescope.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: telescope\nVersion: {version}\n")

    return installed


@pytest.mark.parametrize("version", ["0.6.1", "0.6.2", "0.6.99", "0.6.3.dev1", "0.6.2.post1", "0.6.2+cuda"])
def test_every_patch_release_of_a_tested_version_is_taken(version, install):
    install(version)
    assert untested_version("telescope", ">=0.6.1,<0.7") is None


@pytest.mark.parametrize(
    "version", ["0.5.9", "0.6.0", "0.6.1rc1", "0.7", "0.7.0", "0.7.0.dev1", "0.7rc1", "1.0", "10.6.2"]
)
def test_an_older_or_newer_version_is_named_with_what_to_install(version, install):
    install(version)
    assert untested_version("telescope", ">=0.6.1,<0.7") == (
        f"telescope {version} is not a version that was tested: pip install 'telescope>=0.6.1,<0.7'"
    )


def test_what_is_not_installed_has_no_untested_version():
    assert untested_version("no-such-telescope", ">=1") is None


def test_the_library_itself_is_not_imported():
    code = (
        "import sys; from smoothdistill_core.components import untested_version;"
        "print(untested_version('numpy', '<1'), 'numpy' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert found[0] == "numpy"
    assert Version(found[1]) >= Version("1")
    assert found[-1] == "False"
