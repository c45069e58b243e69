"""Recipes: what is left out is filled in, and whatever is wrong is said at its place."""

from types import SimpleNamespace

import pytest

from smoothdistill_core import (
    RecipeError,
    Registry,
    Regularizer,
    Teacher,
    hookimpl,
    recipe_from_text,
)


class Stubborn(Teacher):
    """Trains without any penalty."""

    name = "stubborn"

    def train(self, jobs):
        raise NotImplementedError

    def load(self, data):
        raise NotImplementedError


class Bold(Stubborn):
    """Trains with any penalty."""

    name = "bold"

    def accepts(self, regularizer):
        return True


class Wiggle(Regularizer):
    """A penalty of somebody else's."""

    name = "wiggle"
    strengths = (2.0,)
    order: int = 1


TOYS = SimpleNamespace(
    smoothdistill_teachers=hookimpl(lambda: [Stubborn, Bold]), smoothdistill_regularizers=hookimpl(lambda: [Wiggle])
)


@pytest.fixture(scope="module")
def registry():
    """The built-in plugins but those that only some recipes need, and a third party's."""
    registry = Registry(
        block=["blackbox", "equate", "laws", "layerwise", "lies", "pysr", "series", "symmetry", "trees"]
    )
    assert registry.register(TOYS, "toys", "toy-box", "2.1").state == "ready"
    return registry


@pytest.fixture
def read(registry):
    return lambda text: recipe_from_text(text, registry, "recipe.yaml")


@pytest.fixture
def problems(registry):
    """Return the lines that a recipe's error has."""

    def of(text):
        with pytest.raises(RecipeError) as error:
            recipe_from_text(text, registry, "recipe.yaml")
        return str(error.value).splitlines()

    return of


def test_everything_but_the_dataset_has_a_default(registry):
    recipe = recipe_from_text("dataset: diabetes", registry)
    assert [dataset.name for dataset in recipe.dataset] == ["diabetes"]
    assert [teacher.name for teacher in recipe.teacher] == ["mlp"]
    assert [sweep.regularizer.name for sweep in recipe.regularizer] == ["none", "jacobian"]
    assert [student.name for student in recipe.student] == ["operon"]  # the others are not there
    assert {"r2", "fidelity", "complexity", "jacobian_norm"} <= {metric.name for metric in recipe.metric}
    assert (recipe.name, recipe.description, recipe.keep, recipe.requires) == ("recipe", "", None, ())
    assert (recipe.prepare.test, recipe.prepare.validation, recipe.prepare.target) == (0.2, 0.2, None)
    assert (recipe.choose.rule, recipe.choose.part) == ("best", "validation")
    assert (recipe.trials.runs, recipe.trials.seeds) == (1, 5)
    assert recipe.choose.formula == "shortest"


@pytest.mark.parametrize(
    ("said", "teachers"),
    [
        ("", "best"),
        ("choose: {rule: sweet_spot}", "all"),
        ("distil: {extra: none}", "best"),
        ("distil: {teachers: all}", "all"),
        ("teacher: bold", "best"),
        ("regularizer: none", "all"),
        ("regularizer: jacobian\ndistil: {teachers: best}", "best"),
    ],
)
def test_the_best_teacher_is_distilled_where_no_regularizers_are_to_be_compared(registry, said, teachers):
    assert recipe_from_text(f"dataset: diabetes\n{said}", registry).distil.teachers == teachers


def test_three_students_search_by_themselves_where_all_are_there():
    recipe = recipe_from_text("dataset: diabetes", Registry())
    assert [student.name for student in recipe.student] == ["symmetry", "operon", "layerwise"]


@pytest.mark.parametrize(
    ("trials", "test"),
    [
        ("", "shared"),
        ("trials: {first_seed: 3}", "shared"),
        ("trials: {seeds: 5}", "own"),
        ("trials: {runs: 2}", "own"),
        ("trials: {seeds: 5, test: shared}", "shared"),
        ("trials: {test: own}", "own"),
    ],
)
def test_seeds_share_a_test_part_unless_a_study_is_asked_for(read, trials, test):
    assert read(f"dataset: diabetes\n{trials}").trials.test == test


@pytest.mark.parametrize(
    "teacher", ["mlp", "[mlp]", "{name: mlp}", "[{name: mlp}]", "\n  - name: mlp\n    epochs: 200"]
)
def test_a_component_is_a_name_or_a_mapping_or_a_list_of_them(read, teacher):
    (read_so,) = read(f"dataset: diabetes\nteacher: {teacher}").teacher
    assert (read_so.name, read_so.epochs, read_so.stopping) == ("mlp", 200, None)


def test_a_recipe_of_data_alone_has_a_plain_network_and_a_path_that_keep_their_best_weights(read):
    recipe = read("dataset: diabetes")
    (teacher,), (plain, path) = recipe.teacher, recipe.regularizer
    assert (teacher.name, teacher.epochs, teacher.stopping) == ("mlp", 400, "early")
    assert teacher.patience == teacher.epochs
    assert [teacher.for_rows(rows).epochs for rows in (300, 2_560, 30_000)] == [400, 400, 34]
    assert (str(plain.regularizer), plain.path) == ("none", False)
    assert (str(path.regularizer), path.path, path.strengths[0], path.strengths[-1]) == ("jacobian", True, 1.0, 0.001)


def test_without_validation_rows_the_teacher_of_a_recipe_that_names_none_trains_to_the_end(read):
    (teacher,) = read("dataset: diabetes\nprepare: {validation: 0}\nchoose: {part: train}").teacher
    assert (teacher.epochs, teacher.max_steps, teacher.stopping) == (400, 8_000, None)


def test_a_list_keeps_its_order_and_each_entry_its_options(read):
    recipe = read("dataset: diabetes\nteacher: [{name: mlp, epochs: 3}, mlp, {name: mlp, hidden: [5, 5]}]")
    assert [(teacher.epochs, teacher.hidden) for teacher in recipe.teacher] == [
        (3, (100, 100)),
        (200, (100, 100)),
        (200, (5, 5)),
    ]


@pytest.mark.parametrize(
    ("regularizer", "strengths"),
    [
        ("{name: jacobian, strength: 0.3}", (0.3,)),
        ("{name: jacobian, strength: 1}", (1.0,)),
        ("{name: jacobian, strength: [0, 1e-3, 2]}", (0.0, 0.001, 2.0)),
        ("jacobian", (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)),
        ("l2", (1e-4,)),
        ("none", (0.0,)),
    ],
)
def test_strengths_are_a_number_a_list_or_the_regularizers_own_sweep(read, regularizer, strengths):
    assert read(f"dataset: diabetes\nregularizer: {regularizer}").regularizer[0].strengths == strengths


@pytest.mark.parametrize(
    ("strength", "problem"),
    [
        ("-1", "2:41: regularizer.strength: a strength is never negative or infinite, and this is -1; write 0 or more"),
        (".inf", "2:41: regularizer.strength: a strength is never negative or infinite, and this is inf"),
        (".nan", "2:41: regularizer.strength: a strength is never negative or infinite, and this is nan"),
        ("9" * 400, "2:41: regularizer.strength: a strength is never negative or infinite, and this is 999"),
        ("much", "2:41: regularizer.strength: must be a number, not the text 'much'; write for example 0.1"),
        ("'0.1'", "2:41: regularizer.strength: must be a number, not the text '0.1'"),
        ("true", "2:41: regularizer.strength: must be a number, not the truth value true"),
        ("", "2:40: regularizer.strength: must be a number, not nothing"),
        ("{from: 0}", "2:41: regularizer.strength: must be a number, not a mapping"),
        ("[]", "2:41: regularizer.strength: is an empty list; give at least one strength, or leave the key out"),
        ("[1, 0.5, 1.0]", "2:50: regularizer.strength[2]: the strength 1.0 is listed twice; list it once"),
        ("[1, [2]]", "2:45: regularizer.strength[1]: must be a number, not a list"),
    ],
)
def test_what_is_no_strength_is_refused(problems, strength, problem):
    (found,) = problems(f"dataset: diabetes\nregularizer: {{name: jacobian, strength: {strength}}}")
    assert found.startswith(f"recipe.yaml:{problem}")


def test_the_regularizer_none_takes_no_strength(problems):
    assert problems("dataset: diabetes\nregularizer: {name: none, strength: 1}") == [
        "recipe.yaml:2:27: regularizer.strength: the regularizer 'none' takes no strength; remove it"
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("teachr: mlp", "2:1: teachr: there is no key 'teachr'; did you mean 'teacher'?"),
        ("teacher: mpl", "2:10: teacher: there is no teacher 'mpl'; did you mean 'mlp'?"),
        ("teacher: [mlp, {name: mpl}]", "2:23: teacher[1].name: there is no teacher 'mpl'; did you mean 'mlp'?"),
        (
            "student: mlp",
            "2:10: student: there is no student 'mlp'; known: gplearn, linear, one_input, operon; 'mlp' is a teacher",
        ),
        ("teacher: {name: mlp, epoch: 3}", "2:22: teacher.epoch: teacher 'mlp' has no option 'epoch'; did you mean"),
        ("prepare: {mising: drop}", "2:11: prepare.mising: prepare has no option 'mising'; did you mean 'missing'?"),
        (
            "regularizer: {name: jacobian, strengh: 1}",
            "2:31: regularizer.strengh: regularizer 'jacobian' has no option 'strengh'; did you mean 'strength'?",
        ),
        (
            "regularizer: {name: lipschitz, norm: max}",
            "2:38: regularizer.norm: the text 'max' is none of the choices; known: product, sum",
        ),
        ("student: {name: gplearn, function_set: [add, sbu]}", "2:46: student.function_set[1]: the text 'sbu' is none"),
        ("teacher: {name: mlp, epochs: true}", "2:30: teacher.epochs: the truth value true does not fit; it should be"),
        ("teacher: {name: mlp, epochs: '3'}", "2:30: teacher.epochs: the text '3' does not fit; it should be"),
        ("trials: {seeds: 1.5}", "2:17: trials.seeds: 1.5 does not fit; it should be"),
        ("teacher: {name: mlp, hidden: [9, true]}", "2:34: teacher.hidden[1]: the truth value true does not fit"),
        ("teacher: {name: mlp, hidden: 100}", "2:30: teacher.hidden: 100 does not fit; it should be a list"),
        ("teacher: {name: mlp, learning_rate: .inf}", "2:37: teacher.learning_rate: inf does not fit"),
        ("description: 3", "2:14: description: 3 does not fit; it should be text"),
        ("teacher: 3", "2:10: teacher: must be a name or a mapping with a name, not 3; write `teacher: NAME`"),
        ("teacher:", "2:9: teacher: must be a name or a mapping with a name, not nothing"),
        ("teacher: {epochs: 3}", "2:10: teacher.name: the key 'name' is missing; known: bold, mlp, stubborn"),
        ("teacher: {name: [mlp]}", "2:17: teacher.name: name must be text, not a list"),
        ("teacher: []", "2:10: teacher: is an empty list; name at least one teacher"),
        ("prepare: {test: 0}", "2:17: prepare.test: 0 does not fit; it should be greater than 0"),
        ("prepare: {max_rows: 5}", "2:21: prepare.max_rows: 5 does not fit; it should be greater than or equal to 10"),
        (
            "prepare: {target: log}",
            "2:19: prepare.target: the text 'log' is none of the choices; did you mean 'logit' or 'log1p'",
        ),
        ("prepare: 0.2", "2:10: prepare: 0.2 does not fit; it should be a mapping of options to values"),
        ("trials: {seeds: 0}", "2:17: trials.seeds: 0 does not fit; it should be greater than or equal to 1"),
        ("choose: {part: test}", "2:16: choose.part: the text 'test' is none of the choices; known: train, validation"),
        ("keep: formulas", "2:7: keep: the text 'formulas' is none of the choices; known: teachers"),
        ("teacher: [mlp, {name: mlp}]", "2:16: teacher[1]: mlp is listed twice; list it once"),
        ("metric: [r2, {name: r2}]", "2:14: metric[1]: r2 is listed twice; list it once"),
        ("regularizer: [none, none]", "2:21: regularizer[1]: none is listed twice; list it once, with all strengths"),
        ("prepare: {test: 0.5, validation: 0.5}", "2:10: prepare: test and validation take 1 of the rows; leave some"),
        ("metric: [fidelity]", "2:9: metric: choosing needs the metric 'r2'; add it to the list"),
        ("metric: fidelity", "2:9: metric: choosing needs the metric 'r2'; add it to the list"),
        (
            "metric: [r2]\nchoose: {rule: sweet_spot}",
            "2:9: metric: the sweet spot needs a metric that measures smoothness; add 'jacobian_norm' to the list",
        ),
        (
            "distil: {teachers: each}\nchoose: {rule: sweet_spot}",
            "2:20: distil.teachers: the sweet spot is sought among all teachers, and here not all of them are "
            "distilled; set it to all, or choose.rule to best",
        ),
        (
            "regularizer: [wiggle]\nteacher: stubborn",
            "2:15: regularizer[0]: the teacher 'stubborn' cannot train with the regularizer 'wiggle'; it takes none",
        ),
        ("name: a/b", "2:7: name: the text 'a/b' does not fit; write a name for the run folder: letters, digits"),
        ("name: ..", "2:7: name: the text '..' does not fit; write a name for the run folder"),
        ("name: ''", "2:7: name: the text '' does not fit; write a name for the run folder"),
        ("name: 12", "2:7: name: 12 does not fit; it should be text"),
        ("name:", "2:6: name: is empty; give a value, or leave the key out"),
    ],
)
def test_a_problem_says_where_what_and_what_would_be_right(problems, lines, problem):
    (found,) = problems(f"dataset: diabetes\n{lines}")
    assert found.startswith(f"recipe.yaml:{problem}")


@pytest.mark.parametrize(
    ("dataset", "problem"),
    [
        ("{name: csv, path: a.csv}", "1:10: dataset.target: dataset 'csv' needs the option 'target'; add it"),
        ("[diabetes, diabetes]", "1:21: dataset[1]: diabetes is listed twice; list it once"),
        (
            "[{name: csv, path: a/t.csv, target: y}, {name: csv, path: b/t.csv, target: y}]",
            "1:50: dataset[1]: the dataset 't' is listed twice; name each dataset once; files are told apart by",
        ),
        ("{name: csv, path: 3, target: y}", "1:28: dataset.path: 3 does not fit; it should be text"),
        ("[]", "1:10: dataset: is an empty list; name at least one dataset"),
    ],
)
def test_a_dataset_that_is_not_well_named_is_refused(problems, dataset, problem):
    (found,) = problems(f"dataset: {dataset}")
    assert found.startswith(f"recipe.yaml:{problem}")


START = "write at least `dataset: NAME`; for a table, `smoothdistill init` writes it"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", f"is empty; {START}"),
        ("# nothing yet\n", f"is empty; {START}"),
        ("- diabetes", f"is not a mapping of keys to values; {START}"),
        ("diabetes", f"is not a mapping of keys to values; {START}"),
        ("teacher: mlp", "the key 'dataset' is missing; name one, for example `dataset: diabetes`"),
    ],
)
def test_a_text_that_is_no_recipe_says_what_one_is(problems, text, problem):
    assert problems(text) == [f"recipe.yaml:1:1: {problem}"]


def test_all_problems_are_said_at_once_in_reading_order(problems):
    text = (
        "teacher: {name: mlp, epochs: few, epoch: 3}\n"
        "students: gplearn\n"
        "regularizer:\n  - {name: jacobain}\n  - {name: jacobian, strength: [-1, x]}\n"
        "prepare: {test: 2}\n"
        "student: []\n"
        "dataset: diabets\n"
    )
    assert [line.split(": ")[:2] for line in problems(text)] == [
        ["recipe.yaml:1:30", "teacher.epochs"],
        ["recipe.yaml:1:35", "teacher.epoch"],
        ["recipe.yaml:2:1", "students"],
        ["recipe.yaml:4:12", "regularizer[0].name"],
        ["recipe.yaml:5:33", "regularizer[1].strength[0]"],
        ["recipe.yaml:5:37", "regularizer[1].strength[1]"],
        ["recipe.yaml:6:17", "prepare.test"],
        ["recipe.yaml:7:10", "student"],
        ["recipe.yaml:8:10", "dataset"],
    ]


@pytest.mark.parametrize("choose", ["", "\nchoose: {part: validation}"])
def test_choosing_on_the_validation_part_needs_one(problems, choose):
    (found,) = problems(f"dataset: diabetes\nprepare: {{validation: 0}}{choose}")
    assert found.startswith("recipe.yaml:2:23: prepare.validation: ")
    assert "choose.part to train" in found


def test_choosing_on_the_training_part_needs_no_validation_part(read):
    assert read("dataset: diabetes\nprepare: {validation: 0}\nchoose: {part: train}").prepare.validation == 0


def test_problems_speak_of_yaml_and_not_of_python(problems):
    text = "dataset: diabetes\nname: 1\nstudent: {name: gplearn, const_range: [1, 2, 3], init_depth: 3}\nteacher: [3]"
    found = problems(text)
    assert len(found) > 2
    for line in found:
        for word in ("tuple", "Tuple", "string", "instance", "None", "Path"):
            assert word not in line


def test_recipes_that_ask_for_the_same_have_the_same_content(read):
    plain = read("dataset: diabetes\nteacher: mlp\nregularizer: [none, {name: jacobian, strength: 0.1}]").content()
    wordy = read(
        "name: other\ndescription: the same\nrequires: [mlp]\ndataset: [diabetes]\nteacher: {name: mlp, epochs: 200}\n"
        "regularizer: [{name: none}, {strength: [1e-1], name: jacobian}]\ntrials: {first_seed: 0}"
    ).content()
    assert plain == wordy


@pytest.mark.parametrize(
    "change",
    [
        "dataset: friedman1",
        "teacher: {name: mlp, epochs: 3}",
        "regularizer: [none]",
        "regularizer: [none, jacobian, {name: lipschitz, strength: 1}]",
        "student: linear",
        "metric: [r2, jacobian_norm]",
        "prepare: {test: 0.3}",
        "choose: {part: train}",
        "trials: {seeds: 6}",
        "keep: teachers",
    ],
)
def test_recipes_that_ask_for_something_else_have_another_content(read, change):
    text = change if change.startswith("dataset") else f"dataset: diabetes\n{change}"
    assert read(text).content() != read("dataset: diabetes").content()
