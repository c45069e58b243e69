"""A component that cannot work here is listed with the reason, refused before any work, and harms nothing else."""

import json

import pytest
import yaml

from smoothdistill_core import PluginError, RecipeError, Student, read_recipe, recipe_from_text
from smoothdistill_core.cli.describing import describe_component
from smoothdistill_core.cli.listing import list_plugins
from smoothdistill_core.recipe import recipe_from_data
from smoothdistill_core.testing import tiny

REASON = "there is no telescope: buy one"


class Stargazer(Student):
    """Needs what this machine lacks."""

    name = "stargazer"
    baseline = True
    lenses: int = 2
    """How many lenses."""

    @classmethod
    def unavailable(cls):
        """Say what is missing."""
        return REASON

    def distil(self, task):
        """Is never reached."""
        raise AssertionError("an unavailable student was run")


class Faulty(Stargazer):
    """Cannot even say whether it works."""

    name = "faulty"

    @classmethod
    def unavailable(cls):
        """Fail, noisily."""
        print("looking for the telescope")
        raise OSError("no eye")


class Quitter(Stargazer):
    """Ends the process when asked."""

    name = "quitter"

    @classmethod
    def unavailable(cls):
        """Quit."""
        raise SystemExit(3)


class Ready(tiny.TinyStudent):
    """Works, and says so in the negative."""

    name = "ready"

    @classmethod
    def unavailable(cls):
        """Say nothing."""
        return ""


@pytest.fixture
def registry(smoothdistill_make_registry):
    return smoothdistill_make_registry(*tiny.COMPONENTS, Stargazer, Faulty, Quitter, Ready)


WITHOUT_STUDENT = "".join(line for line in tiny.RECIPE.splitlines(keepends=True) if not line.startswith("student:"))


def problems(student, registry):
    with pytest.raises(RecipeError) as error:
        recipe_from_text(f"student: {student}{WITHOUT_STUDENT}", registry, name="r.yaml")
    return [str(problem) for problem in error.value.problems]


def test_a_recipe_that_names_it_is_refused_at_its_place_with_the_reason(registry):
    (problem,) = problems("stargazer", registry)
    assert problem == f"r.yaml:1:10: student: the student 'stargazer' is unavailable; {REASON}"
    (problem,) = problems("[tiny, {lenses: 1, name: stargazer}]", registry)
    assert problem == f"r.yaml:1:35: student[1].name: the student 'stargazer' is unavailable; {REASON}"


def test_its_options_are_checked_all_the_same(registry):
    first, second = problems("{name: stargazer, lense: 1}", registry)
    assert "is unavailable" in first
    assert "student 'stargazer' has no option 'lense'; did you mean 'lenses'?" in second


def test_a_recipe_in_a_file_or_an_override_is_refused_likewise(registry, tmp_path):
    (tmp_path / "r.yaml").write_text(tiny.RECIPE)
    with pytest.raises(RecipeError, match=f"--set student: student: .* is unavailable; {REASON}"):
        read_recipe(tmp_path / "r.yaml", registry, ["student=stargazer"])


def test_an_instance_that_is_given_in_python_is_refused_likewise(registry):
    data = yaml.safe_load(tiny.RECIPE)
    with pytest.raises(RecipeError, match=f"student: the student 'stargazer' is unavailable; {REASON}"):
        recipe_from_data({**data, "student": Stargazer(lenses=3)}, registry)


def test_a_name_that_is_resolved_in_python_is_refused_likewise(registry):
    with pytest.raises(PluginError, match=f"the student 'stargazer' is unavailable: {REASON}"):
        registry.usable("student", "stargazer")
    with pytest.raises(PluginError, match="there is no student 'stargazr'; did you mean 'stargazer'"):
        registry.usable("student", "stargazr")
    assert registry.usable("student", "tiny") is registry.get("student", "tiny")
    assert registry.get("student", "stargazer") is Stargazer


def test_a_default_that_cannot_work_is_refused_where_the_key_is_missing(smoothdistill_make_registry):
    class Default(Stargazer):
        """The student of recipes that name none."""

        name = "operon"

    registry = smoothdistill_make_registry(*tiny.COMPONENTS, Default)
    with pytest.raises(RecipeError, match=f"r.yaml:2:1: student.*the student 'operon' is unavailable; {REASON}"):
        recipe_from_text(WITHOUT_STUDENT, registry, name="r.yaml")


def test_a_recipe_that_does_not_name_it_is_not_concerned(registry):
    assert [student.name for student in recipe_from_text(tiny.RECIPE, registry).student] == ["tiny"]


@pytest.mark.parametrize(
    ("component", "error"),
    [(Faulty, "OSError: no eye"), (Quitter, "SystemExit: 3")],
)
def test_one_that_fails_to_answer_is_unavailable_for_that_failure(registry, component, error):
    reason = registry.unavailable(component)
    assert reason == f"whether it can work here is unknown, because asking raised {error}"
    assert reason in problems(component.name, registry)[0]


def test_an_empty_reason_is_none(registry):
    assert registry.unavailable(Ready) is None


def test_plugins_lists_it_with_the_reason_beside_what_works(registry, capsys):
    list_plugins(registry, as_json=False)
    text = capsys.readouterr().out
    assert "stargazer (unavailable)" in text
    assert f"the student stargazer is unavailable: {REASON}" in text
    assert "the student faulty is unavailable: whether it can work here is unknown" in text
    assert "tiny (unavailable)" not in text
    assert "the student ready" not in text


def test_plugins_tells_programs_too_and_what_components_print_stays_out_of_it(registry, capsys):
    list_plugins(registry, as_json=True)
    output = capsys.readouterr()
    (plugin,) = json.loads(output.out)
    assert plugin["state"] == "ready"
    assert {"kind": "student", "name": "stargazer", "unavailable": REASON} in plugin["components"]
    assert {"kind": "student", "name": "tiny"} in plugin["components"]
    assert "looking for the telescope" in output.err


def test_describe_says_so_and_still_tells_the_options(registry, capsys):
    describe_component(registry, "student", "stargazer")
    text = capsys.readouterr().out
    assert f"It is unavailable: {REASON}" in text
    assert "How many lenses." in text
    describe_component(registry, "student", "tiny")
    assert "unavailable" not in capsys.readouterr().out
