"""Packages of strangers, installed as wheels beside the wheel of smoothdistill, in a clean environment."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import textwrap
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from smoothdistill_core.components import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("third party")]  # they share an environment

ROOT = Path(__file__).parents[1]
LEGIBLE = Path(__file__).parent / "third_party" / "legible_formulas"

RECIPE = """
name: legible
requires: [smoothdistill>=0.1, legible-formulas>=1.2]
dataset: {name: friedman1, rows: 60}
teacher: {name: mlp, hidden: [8], epochs: 3}
regularizer: [none, {name: slope_limit, limit: 0.1, strength: 0.5}]
student: {name: best_pair, inputs: 5}
trials: {seeds: 1}
"""

ONE_STUDENT = """
from smoothdistill_core import Candidate, Formula, Student, hookimpl

class Constant(Student):
    "Answers with the mean."
    name = "STUDENT"

    def distil(self, task):
        formula = Formula.constant(float(task.y.mean()))
        return [Candidate(formula, formula.predict)]

@hookimpl
def smoothdistill_students():
    return [Constant]
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment that has the dependencies of this one, and smoothdistill from a wheel alone."""

    folder: Path
    wheels: Path

    def run(self, command, *arguments, cwd, code=0):
        """Run a command of the environment; the current one must not be seen from there."""
        hidden = ("PYTHON", "PYTEST", "VIRTUAL_ENV")
        done = subprocess.run(
            [self.folder / "bin" / command, *map(str, arguments)],
            cwd=cwd,
            env={name: value for name, value in os.environ.items() if not name.startswith(hidden)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def pip(self, *arguments):
        """Run pip on the environment."""
        command = [sys.executable, "-m", "pip", "--python", self.folder / "bin" / "python", *arguments, "--quiet"]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)

    def install(self, *requirements):
        """Install wheels: without a network, and without their dependencies."""
        sources = ("--no-index", "--find-links", self.wheels, "--disable-pip-version-check")
        done = self.pip("install", "--no-deps", *sources, *requirements)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def having(self, distribution):
        """Install a distribution for a while."""
        self.install(distribution)
        try:
            yield
        finally:
            done = self.pip("uninstall", "--yes", distribution)
        assert done.returncode == 0, done.stderr

    def plugin(self, name, cwd, *options):
        """Return what ``smoothdistill plugins`` says of one plugin."""
        plugins = json.loads(self.run("smoothdistill", "plugins", "--json", *options, cwd=cwd).stdout)
        return next(plugin for plugin in plugins if plugin["name"] == name)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environment")
    environment = Environment(folder / "venv", folder / "wheels")
    build_wheels(environment.wheels, ROOT, LEGIBLE)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.folder], check=True)
    scheme = {"base": str(environment.folder), "platbase": str(environment.folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    (packages / "dependencies.pth").write_text(str(dependencies(folder / "dependencies")))
    environment.install("smoothdistill", "legible-formulas")
    return environment


def dependencies(folder):
    """Fill a folder with links to all that is installed here but smoothdistill; return it."""
    folder.mkdir()
    for packages in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for path in Path(packages).iterdir():
            if "smoothdistill" not in path.name:
                (folder / path.name).symlink_to(path)
    return folder


def build_wheels(wheels, *projects):
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", wheels, *projects]
    subprocess.run(build, check=True, capture_output=True)


def zip_wheel(wheels, distribution, code, plugin=None, requires="smoothdistill"):
    """Write the wheel of a distribution that is one module with one plugin, which has the distribution's name."""
    module = distribution.replace("-", "_")
    info = f"{module}-3.1.dist-info"
    files = {
        f"{module}.py": textwrap.dedent(code),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 3.1\nRequires-Dist: {requires}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[smoothdistill]\n{plugin or distribution} = {module}\n",
    }
    record = [f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items()]
    files[f"{info}/RECORD"] = "".join(record) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(wheels / f"{module}-3.1-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def written(folder, recipe):
    (folder / "recipe.yaml").write_text(recipe)
    return "recipe.yaml"


def test_everything_comes_from_wheels(environment, tmp_path):
    show = "import smoothdistill_core, smoothdistill_mlp, legible_formulas as l; "
    show += "print(smoothdistill_core.__file__, smoothdistill_mlp.__file__, l.__file__, sep='\\n')"
    places = environment.run("python", "-c", show, cwd=tmp_path).stdout.splitlines()
    assert len(places) == 3
    for place in places:
        assert Path(place).is_relative_to(environment.folder)


def test_the_plugin_is_listed_with_its_distribution_and_version(environment, tmp_path):
    assert environment.plugin("legible", tmp_path) == {
        "name": "legible",
        "distribution": "legible-formulas",
        "version": "1.2.0",
        "state": "ready",
        "reason": "",
        "left_out": [],
        "components": [{"kind": "regularizer", "name": "slope_limit"}, {"kind": "student", "name": "best_pair"}],
        "export_formats": [],
        "report_sections": [],
    }


def test_its_components_are_described(environment, tmp_path):
    out = environment.run("smoothdistill", "describe", "regularizer", "slope_limit", cwd=tmp_path).stdout
    assert "the norm up to which a gradient costs nothing" in out
    assert "From the plugin 'legible' of legible-formulas 1.2.0" in out


def test_a_recipe_uses_it(environment, tmp_path):
    recipe = written(tmp_path, RECIPE)
    out = environment.run("smoothdistill", "run", recipe, "--workers", "1", "--json", cwd=tmp_path).stdout
    results = json.loads(out)
    assert results["complete"]
    assert not results["failed"]
    found = {(line["student"], line["penalty"]) for line in results["formulas"]}
    assert ("best_pair(inputs=5)", "slope_limit(limit=0.1)") in found
    assert ("best_pair(inputs=5)", "direct") in found


def test_it_keeps_the_contracts_of_its_kinds(environment, tmp_path):
    test = """
        from legible_formulas.best_pair import BestPair
        from legible_formulas.slope_limit import SlopeLimit
        from smoothdistill_core.testing import parametrize_with_regularizer_checks, parametrize_with_student_checks

        @parametrize_with_student_checks([BestPair()])
        def test_student(component, check):
            check(component)

        @parametrize_with_regularizer_checks([SlopeLimit()])
        def test_regularizer(component, check):
            check(component)
    """
    (tmp_path / "test_legible.py").write_text(textwrap.dedent(test))
    out = environment.run("python", "-m", "pytest", "-q", "test_legible.py", cwd=tmp_path).stdout
    assert "passed" in out


def test_a_blocked_plugin_is_listed_and_explained(environment, tmp_path):
    listed = environment.plugin("legible", tmp_path, "--block", "legible")
    assert (listed["distribution"], listed["version"]) == ("legible-formulas", "1.2.0")
    assert (listed["state"], listed["reason"], listed["components"]) == ("blocked", "blocked on request", [])
    recipe = written(tmp_path, RECIPE.replace(", legible-formulas>=1.2", ""))
    err = environment.run("smoothdistill", "validate", recipe, "--block", "legible", cwd=tmp_path, code=2).stderr
    assert "recipe.yaml:7:17: student.name: there is no student 'best_pair'" in err
    assert "the plugin 'legible' is blocked: blocked on request" in err


def test_a_recipe_that_requires_a_blocked_distribution_says_so(environment, tmp_path):
    recipe = written(tmp_path, RECIPE)
    err = environment.run("smoothdistill", "validate", recipe, "--block", "legible", cwd=tmp_path, code=2).stderr
    assert "recipe.yaml:3:32: requires[1]: the plugin 'legible-formulas' is blocked: blocked on request" in err


def test_a_plugin_that_cannot_be_imported_takes_nothing_down(environment, tmp_path):
    zip_wheel(environment.wheels, "broken-dreams", "raise RuntimeError('no licence key')")
    with environment.having("broken-dreams"):
        listed = environment.plugin("broken-dreams", tmp_path)
        assert (listed["distribution"], listed["version"], listed["state"]) == ("broken-dreams", "3.1", "broken")
        assert listed["reason"] == "importing broken_dreams failed: RuntimeError: no licence key"
        assert environment.plugin("legible", tmp_path)["state"] == "ready"
        environment.run("smoothdistill", "validate", written(tmp_path, RECIPE), cwd=tmp_path)


def test_a_component_that_two_distributions_claim_names_both(environment, tmp_path):
    zip_wheel(environment.wheels, "my-pairs", ONE_STUDENT.replace("STUDENT", "best_pair"))
    with environment.having("my-pairs"):
        listed = environment.plugin("my-pairs", tmp_path)
        assert (listed["distribution"], listed["version"], listed["state"]) == ("my-pairs", "3.1", "duplicate")
        assert listed["reason"] == "its student 'best_pair' is already provided by legible-formulas 1.2.0"
        assert environment.plugin("legible", tmp_path)["state"] == "ready"


def test_a_component_of_the_core_distribution_is_never_replaced(environment, tmp_path):
    zip_wheel(environment.wheels, "a-gplearn", ONE_STUDENT.replace("STUDENT", "gplearn"))
    with environment.having("a-gplearn"):
        listed = environment.plugin("a-gplearn", tmp_path)
        assert listed["state"] == "duplicate"
        assert "its student 'gplearn' is already provided by smoothdistill" in listed["reason"]
        assert environment.plugin("gplearn", tmp_path)["state"] == "ready"


def test_a_plugin_name_that_two_distributions_claim_names_both(environment, tmp_path):
    zip_wheel(environment.wheels, "other-legible", ONE_STUDENT.replace("STUDENT", "other"), plugin="legible")
    with environment.having("other-legible"):
        listed = environment.plugin("legible (other-legible)", tmp_path)
        assert (listed["distribution"], listed["state"]) == ("other-legible", "duplicate")
        assert listed["reason"] == "the name 'legible' is taken by the plugin of legible-formulas 1.2.0"
        assert environment.plugin("legible", tmp_path)["distribution"] == "legible-formulas"


def test_a_plugin_for_a_newer_contract_says_so(environment, tmp_path):
    zip_wheel(environment.wheels, "from-tomorrow", "SMOOTHDISTILL_CONTRACT = 99")
    with environment.having("from-tomorrow"):
        listed = environment.plugin("from-tomorrow", tmp_path)
        assert listed["state"] == "broken"
        assert "it needs version 99 of the hook contract" in listed["reason"]
        assert "update smoothdistill" in listed["reason"]


def test_a_plugin_whose_metadata_wants_a_newer_core_is_kept_out(environment, tmp_path):
    code = "from smoothdistill_core import Sculptor"
    zip_wheel(environment.wheels, "for-sculptors", code, requires="smoothdistill>=99")
    done = environment.pip("install", "--no-index", "--find-links", environment.wheels, "for-sculptors")
    assert done.returncode != 0
    assert "smoothdistill>=99" in done.stderr
    with environment.having("for-sculptors"):  # forced in with --no-deps
        listed = environment.plugin("for-sculptors", tmp_path)
        assert (listed["distribution"], listed["version"], listed["state"]) == ("for-sculptors", "3.1", "broken")
        assert listed["reason"].startswith("it needs smoothdistill>=99, and ")


def test_a_recipe_that_requires_a_newer_core_or_plugin_says_where_and_what(environment, tmp_path):
    recipe = written(tmp_path, RECIPE.replace("[smoothdistill>=0.1, legible", "[smoothdistill>=99, legible"))
    err = environment.run("smoothdistill", "validate", recipe, cwd=tmp_path, code=2).stderr
    assert "recipe.yaml:3:12: requires" in err
    assert "is installed, 'smoothdistill>=99' is required" in err
    recipe = written(tmp_path, RECIPE.replace("formulas>=1.2", "formulas>=2"))
    err = environment.run("smoothdistill", "validate", recipe, cwd=tmp_path, code=2).stderr
    assert "legible-formulas 1.2.0 is installed, 'legible-formulas>=2' is required" in err


def test_an_unknown_hook_is_told_with_what_was_meant(environment, tmp_path):
    zip_wheel(environment.wheels, "slips", ONE_STUDENT.replace("smoothdistill_students", "smoothdistill_student"))
    with environment.having("slips"):
        listed = environment.plugin("slips", tmp_path)
        assert listed["state"] == "broken"
        assert "there is no hook 'smoothdistill_student'; did you mean 'smoothdistill_students'" in listed["reason"]
        out = environment.run("smoothdistill", "plugins", cwd=tmp_path).stdout
        assert "slips is broken: there is no hook 'smoothdistill_student'" in out


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_installs_and_passes_its_tests(kind, environment, tmp_path):
    environment.run("smoothdistill", "new-plugin", f"fresh-{kind}", "--kind", kind, cwd=tmp_path)
    folder = tmp_path / f"smoothdistill-fresh-{kind}"
    build_wheels(environment.wheels, folder)
    with environment.having(folder.name):
        assert environment.plugin(f"fresh_{kind}", tmp_path)["state"] == "ready"
        elsewhere = tmp_path / "tests"  # where the sources of the package are not in reach
        (folder / "tests").rename(elsewhere)
        out = environment.run("python", "-m", "pytest", "-q", elsewhere, cwd=tmp_path).stdout
        assert "passed" in out
        assert "failed" not in out
        environment.run("smoothdistill", "validate", folder / "recipe.yaml", cwd=tmp_path)
