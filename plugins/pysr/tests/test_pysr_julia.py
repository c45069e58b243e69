"""Whether Julia can be had is told quickly, offline, and with the one command that would mend it."""

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from smoothdistill_core import DataError, DistillationTask, PluginError, RecipeError, Registry, recipe_from_text
from smoothdistill_pysr import julia
from smoothdistill_pysr.student import PySRStudent

WANTED = Path(find_spec("pysr").origin).with_name("juliapkg.json")


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """An environment without Julia, whose packages would lie in this folder."""
    for name in list(os.environ):
        if name.startswith(("PYTHON_JULIA", "JULIA")) or name == "CONDA_PREFIX":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    (tmp_path / "julia_env" / "pyjuliapkg").mkdir(parents=True)
    return tmp_path / "julia_env"


def program(tmp_path, name):
    path = tmp_path / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def digest_of(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def note(project, executable, digest=None, **extra):
    """Write what juliapkg writes when it has installed all packages."""
    files = {str(WANTED): {"timestamp": 1.0, "hash_sha256": digest or digest_of(WANTED)}}
    text = json.dumps({"meta_version": 8, "executable": executable, "deps_files": files, **extra})
    (project / "pyjuliapkg" / "meta.json").write_text(text)


def test_without_julia_the_reason_names_the_command(project):
    reason = PySRStudent.unavailable()
    assert reason.startswith("Julia is not installed: run `python -c 'import pysr'` once, with access to the internet")


def test_julia_without_the_packages_of_pysr_is_not_enough(tmp_path):
    program(tmp_path, "julia")
    assert PySRStudent.unavailable().startswith("Julia is there, and the Julia packages of PySR are not installed: run")


def test_with_julia_and_its_packages_the_student_is_available(project, tmp_path):
    note(project, program(tmp_path, "julia"))
    assert PySRStudent.unavailable() is None


def test_a_julia_that_is_gone_is_said(project):
    note(project, "/nowhere/julia")
    assert PySRStudent.unavailable().startswith("Julia was at /nowhere/julia and is gone: run")


def test_packages_of_another_pysr_are_said(project, tmp_path):
    note(project, program(tmp_path, "julia"), digest="0" * 64)
    assert PySRStudent.unavailable().startswith("the Julia packages are not those that this PySR asks for: run")


def test_packages_that_something_else_has_changed_since_are_said(project, tmp_path):
    other = tmp_path / "juliapkg.json"
    other.write_text("{}")
    files = {str(other): {"hash_sha256": "0" * 64}, str(WANTED): {"hash_sha256": digest_of(WANTED)}}
    note(project, program(tmp_path, "julia"), deps_files=files)
    assert PySRStudent.unavailable().startswith("the Julia packages are not those that this PySR asks for: run")
    files[str(other)] = {"hash_sha256": digest_of(other)}
    note(project, program(tmp_path, "julia"), deps_files=files)
    assert PySRStudent.unavailable() is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"executable": 1}', '{"executable": "julia", "deps_files": [1]}'])
def test_a_record_that_is_damaged_is_said(project, text):
    (project / "pyjuliapkg" / "meta.json").write_text(text)
    assert "cannot be read: run" in PySRStudent.unavailable()


def test_a_julia_that_the_user_names_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHON_JULIACALL_PROJECT", str(tmp_path))
    monkeypatch.setenv("PYTHON_JULIACALL_EXE", program(tmp_path, "my-julia"))
    assert PySRStudent.unavailable() is None
    monkeypatch.setenv("PYTHON_JULIACALL_EXE", "/nowhere/julia")
    assert PySRStudent.unavailable() == "PYTHON_JULIACALL_EXE names /nowhere/julia, which is no program: correct it"


def test_the_packages_are_looked_for_where_juliapkg_keeps_them(project, tmp_path, monkeypatch):
    executable = program(tmp_path, "julia")
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    for name, value, place in (
        ("PYTHON_JULIAPKG_PROJECT", tmp_path / "chosen", tmp_path / "chosen"),
        ("CONDA_PREFIX", tmp_path / "conda", tmp_path / "conda" / "julia_env"),
        ("JULIA_DEPOT_PATH", tmp_path / "depot", tmp_path / "depot" / "environments" / "pyjuliapkg"),
        ("HOME", tmp_path / "home", tmp_path / "home" / ".julia" / "environments" / "pyjuliapkg"),
    ):
        monkeypatch.setenv(name, str(value))
        assert PySRStudent.unavailable() is not None
        (place / "pyjuliapkg").mkdir(parents=True)
        note(place, executable)
        assert PySRStudent.unavailable() is None
        monkeypatch.delenv(name)


def test_without_pysr_the_reason_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(julia, "find_spec", lambda name: None)
    assert PySRStudent.unavailable() == "the package pysr is not installed: pip install 'pysr>=2.6,<2.8'"


@pytest.mark.parametrize(("version", "tested"), [("2.5.2", False), ("2.6.0", True), ("2.7.9", True), ("2.8.0", False)])
def test_a_pysr_that_was_not_tested_is_named_with_one_that_was(version, tested, project, tmp_path, monkeypatch):
    note(project, program(tmp_path, "julia"))
    monkeypatch.setattr("smoothdistill_core.components.versions.version", lambda name: version)
    reason = f"pysr {version} is not a version that was tested: pip install 'pysr>=2.6,<2.8'"
    assert PySRStudent.unavailable() == (None if tested else reason)


def test_a_recipe_that_names_it_is_refused_before_anything_runs():
    with pytest.raises(RecipeError) as error:
        recipe_from_text("dataset: diabetes\nstudent: [gplearn, {name: pysr, maxsize: 9}]", Registry(), name="r.yaml")
    assert str(error.value).startswith(
        "r.yaml:2:27: student[1].name: the student 'pysr' is unavailable; Julia is not installed: run"
    )


def test_a_student_that_is_run_all_the_same_says_so_at_once():
    task = DistillationTask([[1.0]], [1.0], seed=0)
    with pytest.raises(PluginError, match="the student 'pysr' is unavailable: Julia is not installed"):
        PySRStudent().distil(task)
    assert not issubclass(PluginError, DataError)


def test_asking_imports_neither_pysr_nor_julia():
    code = (
        "import sys, smoothdistill_pysr.plugin as plugin; (student,) = plugin.smoothdistill_students();"
        "student.unavailable(); student();"
        "print({'numpy', 'pysr', 'juliacall', 'juliapkg', 'sympy', 'sklearn', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
