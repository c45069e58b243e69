"""What a report says was asked: in words, and as a recipe that asks for the same."""

from dataclasses import replace

from smoothdistill_core import recipe_from_text
from smoothdistill_core.judging import Judgement
from smoothdistill_core.report.what_was_asked import asked_as_yaml


def test_students_of_the_best_teacher_are_told_of_as_such_and_it_is_no_second_teacher(builder, page_of):
    trial = builder.trial()
    teachers = [builder.teacher(trial, penalty, strength) for penalty, strength in (("none", 0.0), ("jacobian", 0.1))]
    best = replace(teachers[1], teacher="best of 2 teachers", regularizer="", strength=0.0)
    for student in ("gplearn", "operon"):
        builder.student(trial, student=student)
        builder.student(trial, student=student, of=best)
    text = page_of(builder.results()).text
    assert (
        "mlp was trained without a penalty and with jacobian at strength 0.1. Gplearn and operon each searched a "
        "formula that imitates the best of 2 teachers, as judged by R² on the validation part, and one straight on the "
        "data (direct)."
    ) in text
    assert "Formulas were compared by R² on the validation part." in text
    assert "Of each penalty’s strengths" not in text
    assert "best teacher (operon)" in text
    assert "Numbers are strengths" not in text


def test_where_the_best_teacher_of_each_penalty_was_distilled_it_was_chosen_by_its_own_r2(builder, page_of):
    trial = builder.trial()
    for penalty, strength in (("none", 0.0), ("jacobian", 0.1), ("jacobian", 0.3)):
        teacher = builder.teacher(trial, penalty, strength)
        if strength < 0.3:
            builder.student(trial, of=replace(teacher, strength=0.0))
    text = page_of(builder.results(content={"distil": {"teachers": "each"}})).text
    assert (
        "mlp was trained without a penalty and with jacobian at strengths 0.1 and 0.3. Of the strengths of each "
        "penalty only the most accurate teacher was distilled, by its own R² on the validation part: gplearn searched "
        "a formula that imitates it, and one straight on the data (direct)."
    ) in text
    assert "Formulas were compared by R² on the validation part." in text
    assert "Of each penalty’s strengths" not in text


def test_few_validation_rows_are_said_to_be_judged_by_cross_validation_where_they_were(builder, page_of):
    builder.facts = replace(builder.facts, rows={"train": 20, "validation": 6, "test": 6})
    builder.student(builder.trial())
    unjudged = builder.results()
    (task,) = unjudged.to_judge
    record = task.record([Judgement((0.5,), {("validation", "r2"): 0.5})] * len(task.formulas))
    judged = replace(unjudged, judged={(task.dataset, task.trial): record})
    page, without = page_of(judged).text, page_of(unjudged).text
    for said in (
        "chosen by cross-validation on the training and validation rows together",
        "the 26 rows of training and validation, by cross-validation",
    ):
        assert said in page
        assert said not in without
    assert "the 6 validation rows" in without


def test_several_students_without_a_teacher_are_told_apart(builder, page_of):
    trial = builder.trial()
    for student, r2 in {"gplearn": 0.4, "operon": 0.6, "linear": 0.3}.items():
        builder.student(trial, r2, student=student)
    page = page_of(builder.results())
    asked = "gplearn and operon each searched a formula straight on the data (direct). Beside them stands linear."
    assert f"{asked} Formulas were compared by R² on the validation part." in page.text
    assert "an R² of 0.600 for direct (operon), 0.400 for direct (gplearn) and 0.300 for linear" in page.text


def test_one_student_without_a_teacher_is_named(builder, page_of):
    trial = builder.trial()
    builder.student(trial, 0.4, student="gplearn")
    builder.student(trial, 0.3, student="linear")
    page = page_of(builder.results())
    assert "gplearn searched a formula straight on the data (direct). Beside it stands linear." in page.text


def test_the_recipe_is_there_as_yaml_that_asks_for_the_same(builder, everything_available):
    from smoothdistill_core import Registry

    registry = Registry()
    text = (
        "{name: same, dataset: friedman1, prepare: {max_rows: 500}, student: [gplearn, linear],"
        " regularizer: [none, {name: lipschitz, norm: sum, strength: [0.1, 1]}]}"
    )
    asked = recipe_from_text(text, registry)
    written = asked_as_yaml(builder.results(name="same", content=asked.content()))
    again = recipe_from_text(written, registry)
    assert again.content() == asked.content()
    assert again.name == "same"


def test_of_several_targets_the_dataset_stands_there_once(builder, everything_available, tmp_path):
    from smoothdistill_core import Registry

    registry = Registry()
    (tmp_path / "two.csv").write_text("a,y,z\n" + "".join(f"{n},{n * n},{n % 5}\n" for n in range(40)))
    dataset = f"{{name: csv, path: {tmp_path / 'two.csv'}, target: y, more_targets: [z]}}"
    asked = recipe_from_text(f"{{name: two, dataset: {dataset}, student: linear}}", registry)
    written = asked_as_yaml(builder.results(name="two", content=asked.content()))
    assert recipe_from_text(written, registry).content() == asked.content()
