"""The command line as a person meets it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from smoothdistill_core import Results, StoreError
from smoothdistill_core.cli import main
from smoothdistill_core.store import FILE

BAD_RECIPES = {
    "a misspelt key": ("datset: x\ndataset: diabetes", "bad.yaml:1:1: datset: there is no key 'datset'; did you mean"),
    "a misspelt name": ("dataset: diabetis", "bad.yaml:1:10: dataset: there is no dataset 'diabetis'; did you mean"),
    "a misspelt option": ("dataset: diabetes\nteacher: {name: mlp, epoch: 3}", "bad.yaml:2:22: teacher.epoch"),
    "a wrong type": ("dataset: diabetes\nteacher: {name: mlp, epochs: true}", "bad.yaml:2:30: teacher.epochs"),
    "a duplicate key": ("dataset: diabetes\ndataset: diabetes", "bad.yaml:2:1: dataset: the key stands twice"),
    "a tab": ("dataset:\n\tdiabetes", "indent with spaces, never with tabs"),
    "a cyclic alias": ("dataset: &d [*d]", "is an alias of something that it stands in"),
    "a tag": ("dataset: !!python/object/apply:os.system [x]", "bad.yaml:1:10: dataset: has the tag"),
    "an unknown penalty option": (
        "dataset: diabetes\nregularizer: {name: lipschitz, power: 2}",
        "regularizer 'lipschitz' has no option 'power'; known: adapt, norm, strength",
    ),
    "a negative strength": (
        "dataset: diabetes\nregularizer: {name: jacobian, strength: -1}",
        "bad.yaml:2:41: regularizer.strength: a strength is never negative or infinite, and this is -1",
    ),
}

BAD_TABLES = {
    "a missing target": ("a,b,price\n1,2,3\n2,3,5\n", "price_", "did you mean 'price'"),
    "a target that is text": (
        "a,y\n1,low\n2,high\n3,middle\n",
        "y",
        "target 'y' holds text, such as 'low', of 3 values; a target is numbers, or of two values",
    ),
    "a missing value in the target": ("a,y\n1,2\n2,\n3,4\n", "y", "is missing in 1 of 3 rows, first in data row 2"),
    "an infinite target": ("a,y\n1,2\n2,inf\n3,4\n", "y", "is infinite in 1 of 3 rows, first in data row 2"),
    "constant features": ("a,y\n" + "1,{}\n" * 20, "y", "all features are constant"),
    "too few rows": ("a,y\n1,2\n2,3\n3,5\n", "y", "rows are too few"),
    "an empty file": ("", "y", "is empty"),
    "one column": ("y\n1\n2\n", "y", "one column"),
}


LONGER = ("--set", "trials.seeds=6")
"""Makes the small recipe long enough to be met while it runs."""

ONE = ("--workers", "1")
"""A process of its own takes longer to start than the small recipe to run."""


@pytest.fixture
def invoke():
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@pytest.mark.parametrize("what", BAD_RECIPES)
def test_a_bad_recipe_is_a_clear_error_before_any_work(what, invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, message = BAD_RECIPES[what]
    (tmp_path / "bad.yaml").write_text(text)
    result = invoke("run", "bad.yaml")
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("what", BAD_TABLES)
def test_a_bad_table_is_a_clear_error_before_any_work(what, invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table, target, message = BAD_TABLES[what]
    (tmp_path / "table.csv").write_text(table.format(*range(20)))
    (tmp_path / "bad.yaml").write_text(f"dataset: {{name: csv, path: table.csv, target: {target}}}")
    result = invoke("run", "bad.yaml")
    assert result.exit_code == 2
    assert message in result.output


def test_a_recipe_runs_to_a_table_and_says_where_everything_lies(smoothdistill, small_recipe):
    result = smoothdistill("run", small_recipe)
    assert result.returncode == 0
    for expected in ("2 trials, 8 teachers, 12 formulas", "teacher", "fidelity", "direct", "linear", "chosen"):
        assert expected in result.stdout
    assert "Everything lies in runs/small" in result.stdout
    shown = smoothdistill("show", "small")
    table = slice(shown.stdout.index("small, chosen on the validation part"), shown.stdout.index("Everything lies"))
    assert shown.stdout[table] in result.stdout
    assert "table: 'y' from 3 inputs" in shown.stdout


@pytest.mark.slow
def test_json_goes_to_standard_output_alone(smoothdistill, small_recipe):
    data = json.loads(smoothdistill("run", small_recipe, *ONE, "--json", "--set", "trials.seeds=1").stdout)
    assert data["complete"]
    penalties = ["linear", "direct", "none", "jacobian", "lipschitz", "best"]
    assert list(dict.fromkeys(line["penalty"] for line in data["summary"])) == penalties
    assert data["formulas"][0]["scores"]["test"].keys() >= {"r2", "rmse", "complexity"}
    (trial,) = data["trials"]
    assert [feature["column"] for feature in trial["scaling"]["features"]] == ["a", "b", "c"]
    assert json.loads(smoothdistill("show", "small", "--json").stdout) == data


@pytest.mark.slow
def test_the_same_command_resumes_and_a_changed_recipe_says_what_changed(smoothdistill, small_recipe):
    smoothdistill("run", small_recipe, *ONE)
    again = smoothdistill("run", small_recipe, *ONE)
    assert "done" not in again.stdout
    changed = smoothdistill("run", small_recipe, *ONE, "--set", "trials.seeds=3")
    assert "changed since the last run: trials.seeds: 2 is now 3" in changed.stdout
    assert "30/30 done" in changed.stdout


def test_a_folder_of_another_recipe_is_refused(smoothdistill, small_recipe, smoothdistill_run_folder):
    result = smoothdistill("run", small_recipe, "--out", smoothdistill_run_folder)
    assert result.returncode == 3
    assert "belongs to the recipe 'tiny', not 'small'" in result.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("processes")
def test_a_folder_in_use_is_refused(smoothdistill, start, small_recipe, tmp_path):
    first = start("run", small_recipe, *LONGER)
    wait_until(lambda: (tmp_path / "runs" / "small" / "results.sqlite").exists())
    result = smoothdistill("run", small_recipe)
    assert result.returncode == 3
    assert "is in use by another process" in result.stderr
    assert first.wait(120) == 0


@pytest.mark.slow
@pytest.mark.xdist_group("processes")
@pytest.mark.parametrize("moment", [0.0, 1.0])
def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(start, small_recipe, tmp_path, moment):
    process = start("run", small_recipe, *LONGER)
    assert process.stdout.readline().startswith("small: 6 trials")
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to every process of the command
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped." in out + err
    assert "Traceback" not in out + err
    again = start("run", small_recipe, *LONGER)
    again.communicate(timeout=120)
    assert again.returncode == 0
    assert finished_cells(tmp_path / "runs" / "small") == 60


@pytest.mark.slow
@pytest.mark.xdist_group("processes")
def test_a_run_can_be_read_at_any_moment(start, small_recipe, tmp_path):
    process = start("run", small_recipe)
    seen = set()
    while process.poll() is None:
        try:
            seen.add(len(Results.read(tmp_path / "runs" / "small").outcomes))
        except StoreError:  # it has not begun
            continue
    assert process.returncode == 0
    assert len(seen) > 3


@pytest.mark.slow
def test_failed_cells_are_shown_with_their_reason_and_in_the_exit_code(smoothdistill, small_recipe):
    result = smoothdistill("run", small_recipe, *ONE, "--set", "teacher.learning_rate=1e30", "--set", "trials.seeds=1")
    assert result.returncode == 1
    assert (
        "the teacher's predictions are not finite: one that was trained diverged (lower its learning rate)"
        in result.stdout
    )


@pytest.mark.slow
def test_students_without_a_teacher_are_told_apart(smoothdistill, small_recipe):
    several = ("--set", "distil.teachers=none", "--set", "student=[symmetry, {name: gplearn, generations: 2}]")
    shown = smoothdistill("run", small_recipe, *ONE, *several, "--set", "trials.seeds=1", "--no-report").stdout
    assert all(f"direct / {student} " in shown for student in ("symmetry", "gplearn"))


@pytest.mark.slow
def test_what_plugins_print_does_not_mix_with_json(smoothdistill, small_recipe, install, tmp_path):
    code = (
        "print('imported')\n"
        "class Chatty(Student):\n"
        "    name = 'chatty'\n"
        "    def distil(self, task):\n"
        "        print('distilling')\n"
        "        formula = Formula.constant(0.0)\n"
        "        return [Candidate(formula, formula.predict)]\n"
        "@hookimpl\n"
        "def smoothdistill_report_sections():\n"
        "    from smoothdistill_core import ReportSection\n"
        "    return [ReportSection('chat', 'Chat', lambda page: f'{os.write(1, b\"reporting\")} letters')]\n"
    )
    result = smoothdistill("run", small_recipe, *ONE, "--json", *install("chatty", code))
    assert json.loads(result.stdout)["complete"]
    for said in ("imported", "distilling", "reporting"):
        assert said in result.stderr
    assert "9 letters" in (tmp_path / "runs" / "small" / "report.html").read_text()
    assert smoothdistill("report", "small").stdout == "Wrote runs/small/report.html\n"
    smoothdistill("report", "small", "--block", "chatty")
    assert "9 letters" not in (tmp_path / "runs" / "small" / "report.html").read_text()


@pytest.mark.slow
def test_the_disk_being_full_is_said(smoothdistill, small_recipe, tmp_path):
    smoothdistill("run", small_recipe, *ONE, "--set", "trials.seeds=1")
    room = (tmp_path / "runs" / "small" / FILE).stat().st_size + 30_000
    full = tmp_path / "full.py"
    full.write_text(
        "import resource, signal, sys\n"
        "from smoothdistill_core.cli import main\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "    main(sys.argv[1:])\n"
    )
    command = [sys.executable, full, "run", small_recipe, *ONE, "--set", "trials.seeds=40"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 3
    assert "Traceback" not in result.stderr
    assert "run the same command" in result.stderr
    assert finished_cells(tmp_path / "runs" / "small") >= 9
    assert smoothdistill("run", small_recipe, *ONE, "--set", "trials.seeds=2").returncode == 0


def test_a_terminal_that_lacks_letters_shows_question_marks(small_recipe, tmp_path):
    (tmp_path / "table.csv").write_text((tmp_path / "table.csv").read_text().replace("a,b,c,y", "größe,b,c,y"))
    command = [sys.executable, "-m", "smoothdistill_core.cli", "validate", small_recipe]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    (tmp_path / "small.yaml").write_text((tmp_path / "small.yaml").read_text().replace("target: y", "target: größe"))
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "gr?" in result.stdout


def test_validate_says_what_a_recipe_would_do(smoothdistill, small_recipe, tmp_path):
    result = smoothdistill("validate", small_recipe)
    assert result.returncode == 0
    assert "table: 'y' from 3 inputs; rows: 48 train, 16 validation, 16 test" in result.stdout
    assert "The recipe is valid." in result.stdout
    assert not (tmp_path / "runs").exists()


def test_plugins_are_listed_with_state_and_reason(invoke):
    listing = invoke("plugins", "--block", "gplearn").output
    assert "smoothdistill" in listing
    blocked = next(line for line in listing.splitlines() if line.startswith("gplearn"))
    assert "blocked" in blocked
    plugins = {plugin["name"]: plugin for plugin in json.loads(invoke("plugins", "--json").output)}
    assert {"kind": "teacher", "name": "mlp"} in plugins["mlp"]["components"]


def test_a_blocked_plugin_explains_the_unknown_name(invoke, tmp_path):
    (tmp_path / "recipe.yaml").write_text("dataset: diabetes")
    result = invoke(
        "validate", tmp_path / "recipe.yaml", "--block", "symmetry", "--block", "operon", "--block", "layerwise"
    )
    assert result.exit_code == 2
    assert "the plugin 'operon' is blocked: blocked on request" in result.output


def test_describe_tells_what_a_metric_measures_and_which_way_is_better(invoke):
    text = " ".join(invoke("describe", "metric", "rmse").output.split())
    assert "It measures accuracy, in units of the target, of teachers and formulas; lower is better." in text


def test_describe_tells_options_types_defaults_and_source(invoke):
    text = invoke("describe", "regularizer", "lipschitz").output
    for expected in ("product | sum", '"product"', "0.1, 0.3, 0.5, 0.7, 1", "penalties.py", "plugin 'smoothness'"):
        assert expected in text
    assert "It has no options." in invoke("describe", "regularizer", "none").output
    wrong = invoke("describe", "teacher", "mpl")
    assert wrong.exit_code == 2
    assert "did you mean 'mlp'" in wrong.output


def test_describe_without_a_name_lists_what_there_is_of_a_kind(invoke):
    text = invoke("describe", "student").output
    for expected in ("linear", "Ridge regression on few inputs: those that a lasso takes", "operon"):
        assert expected in text
    assert "jacobian" not in text
    assert "`smoothdistill describe student NAME` tells the options of one." in text


def test_describe_tells_programs_too(invoke):
    students = {student["name"]: student for student in json.loads(invoke("describe", "student", "--json").output)}
    assert students["linear"]["description"].startswith("Ridge regression")
    assert (students["linear"]["plugin"], students["linear"]["unavailable"]) == ("linear", None)
    one = json.loads(invoke("describe", "regularizer", "lipschitz", "--json").output)
    assert (one["name"], one["options"]["properties"]["norm"]["default"]) == ("lipschitz", "product")


NOISY = """
import ctypes, os, subprocess, sys
sys.__stdout__.write("written\\n")
os.write(1, b"from below\\n")
ctypes.CDLL(None).printf(b"from C\\n")
subprocess.run(["echo", "from a child"])
class Noisy(Student):
    name = "noisy"
    @classmethod
    def unavailable(cls):
        os.write(1, b"asked\\n")
    def distil(self, task):
        return []
"""


@pytest.mark.parametrize("command", [["plugins", "--json"], ["describe", "student", "--json"], ["schema"]])
def test_what_plugins_write_below_python_does_not_mix_with_json(smoothdistill, install, command):
    install("noisy", NOISY)
    result = smoothdistill(*command)
    assert "noisy" in json.dumps(json.loads(result.stdout)).lower()
    for noise in ("written", "from below", "from C", "from a child"):
        assert noise in result.stderr


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_streams_harm_nothing(tmp_path, closed):
    command = f"{sys.executable} -m smoothdistill_core.cli plugins --json {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if not closed.startswith("1"):
        assert json.loads(done.stdout)


SECOND = """
from smoothdistill_core import ExportFormat
class Second(Student):
    name = "second"
    def distil(self, task):
        return []
@hookimpl
def smoothdistill_export_formats():
    return [ExportFormat(name, "a word", ".txt", lambda *given: name) for name in ("latex", "shout")]
"""


def test_plugins_say_what_is_left_out_of_one_that_is_ready(smoothdistill, install):
    install("second", SECOND)
    why = "its export format 'latex' is already provided by smoothdistill"
    listing = " ".join(smoothdistill("plugins").stdout.split())
    assert "student: second; export format: shout" in listing
    assert f"second lacks a part: {why}" in listing
    plugins = {plugin["name"]: plugin for plugin in json.loads(smoothdistill("plugins", "--json").stdout)}
    assert (plugins["second"]["state"], plugins["second"]["reason"]) == ("ready", "")
    assert plugins["second"]["left_out"][0].startswith(why)
    assert plugins["second"]["export_formats"] == [{"name": "shout", "description": "a word"}]
    assert "latex" in [each["name"] for each in plugins["core"]["export_formats"]]


def test_the_schema_is_json_and_knows_the_installed_components(invoke):
    schema = json.loads(invoke("schema").output)
    assert "MLP" in schema["$defs"]
    assert schema["required"] == ["dataset"]


def test_shipped_recipes_are_listed_and_run_by_name_from_any_folder(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "paper/table1" in invoke("recipes").output
    assert invoke("validate", "quickstart").exit_code == 0
    wrong = invoke("validate", "quickstat")
    assert wrong.exit_code == 2
    assert "did you mean 'quickstart'" in wrong.output


@pytest.mark.parametrize("command", [["--help"], ["plugins"], ["run", "--help"]])
def test_light_commands_import_nothing_heavy(command):
    code = (
        "import sys\n"
        "from smoothdistill_core.cli import main\n"
        f"main({command!r}, standalone_mode=False)\n"
        "heavy = [m for m in ('torch', 'sklearn', 'pandas', 'matplotlib', 'pysr') if m in sys.modules]\n"
        "print('heavy:', heavy)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "heavy: []"


def finished_cells(folder):
    try:
        with sqlite3.connect(f"file:{folder / 'results.sqlite'}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM cells WHERE state = 'done'").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
