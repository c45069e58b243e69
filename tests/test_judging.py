"""Formulas of several trials are compared on the same rows, none of the test part; few rows are cross-validated."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Candidate, Dataset, Formula, Results, Student, Study, Table, recipe_from_text
from smoothdistill_core.judging import judge
from smoothdistill_core.preparation import fingerprint
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.results.judging import Judging
from smoothdistill_core.study.last_work import LastWork, work_off
from smoothdistill_core.testing import tiny
from smoothdistill_core.trial import Trial

LINE = Formula.linear([0.5], 0.0)
"""Half of the first input: its one slope is fitted anew."""


class Straight(Dataset):
    """A straight line with a little noise."""

    name = "straight"
    rows: int = 400

    def load(self):
        rng = np.random.default_rng(0)
        x = rng.normal(size=self.rows)
        frame = pd.DataFrame({"x": x, "y": 3 * x + 0.1 * rng.normal(size=self.rows)})
        return Table(frame, "y", beside=pd.DataFrame({"day": range(self.rows)}))


def trials(rows=400, seeds=3, **options):
    dataset = Straight(rows=rows)
    data = fingerprint(dataset.load())
    return [Trial(dataset, data, Prepare(**options), seed, test_seed=0) for seed in range(seeds)]


def judged(of, *formulas):
    return judge(of, formulas, [tiny.TinyR2()])


def test_a_formula_is_judged_with_its_constants_fitted_to_each_other_trial():
    (own,) = judged(trials(seeds=1), (0, LINE))
    (of_three,) = judged(trials(seeds=3), (0, LINE))
    assert own.scores["validation", "r2"] < 0.9  # the slope stays: it should be 1
    assert own.scores["validation", "r2"] < of_three.scores["validation", "r2"] < 0.999
    (another,) = judged(trials(seeds=3)[1:], (0, LINE))
    assert len(another.errors) == 160


def test_all_formulas_are_judged_on_the_same_rows_in_the_same_unit():
    first, same = judged(trials(), (0, Formula.variable(0)), (1, Formula.variable(0)))
    assert len(first.errors) == len(same.errors) == 240
    np.testing.assert_allclose(np.median(first.errors), np.median(same.errors), rtol=0.2)


def test_few_validation_rows_are_cross_validated_with_the_training_rows():
    (found,) = judged(trials(rows=40, seeds=1), (0, LINE))
    assert len(found.errors) == 32  # all but the 8 of the test part
    assert found.scores["validation", "r2"] > 0.99


def test_a_formula_with_a_constant_for_each_row_fails_the_cross_validation():
    wave = Formula.apply("sin", Formula.apply("mul", Formula.constant(60.0), Formula.variable(0)))
    wiggly = Formula.apply("add", LINE, Formula.apply("mul", Formula.constant(0.5), wave))
    line, other = judged(trials(rows=40, seeds=1), (0, LINE), (0, wiggly))
    assert np.mean(line.errors) < np.mean(other.errors)


def test_the_longer_of_two_formulas_that_fit_alike_is_less_trusted_on_few_rows():
    """Formulas of many nodes were recommended of 200 rows, on which they had been found, and had a test R2 of -0.8."""
    nothing = Formula.apply("sub", Formula.variable(0), Formula.variable(0))
    short, long = judged(trials(rows=40, seeds=1), (0, LINE), (0, Formula.apply("add", LINE, nothing)))
    n, more = 32, LINE.complexity + 4
    assert np.mean(long.errors) / np.mean(short.errors) == pytest.approx(
        ((n - LINE.complexity) / (n - more)) ** 2, rel=0.01
    )


def test_rows_that_all_trials_validate_on_count_once_and_constants_stay():
    of = trials(split="time", by="day")
    for place in range(3):
        (found,) = judged(of, (place, LINE))
        assert len(found.errors) == 80
        assert found == judged(of[:1], (0, LINE))[0]


def test_no_test_row_is_read():
    clean = trials()
    places = clean[0].learn().places["test"]

    class Poisoned(Straight):
        def load(self):
            table = super().load()
            table.frame.loc[places, "y"] = 1e9
            return table

    poisoned = [Trial(Poisoned(), fingerprint(Poisoned().load()), Prepare(), t.seed, test_seed=0) for t in clean]
    before, after = (judged(of, (0, LINE), (2, LINE)) for of in (clean, poisoned))
    assert before == after


class Guesses(Student):
    """Offers the mean, and the first input as it is; every formula has a validation error by luck."""

    name = "guesses"

    def distil(self, task):
        x = Formula.variable(0)
        found = [
            Formula.constant(0.0),
            x,
            Formula.apply("sin", Formula.apply("mul", Formula.constant(1.0 + task.seed), x)),
        ]
        return [Candidate(formula, formula.predict) for formula in found]


def run(make_registry, rows=400, trials="{seeds: 3}", folder=None, stop=None, **also):
    registry = make_registry(*tiny.COMPONENTS, Straight, Guesses)
    recipe = recipe_from_text(
        f"name: judged\ndataset: {{name: straight, rows: {rows}}}\nteacher: tiny\nregularizer: none\nstudent: guesses\n"
        f"metric: r2\ntrials: {trials}\n{also.get('more', '')}",
        registry,
    )
    with ThreadPoolExecutor(1) as executor:
        return Study(recipe, registry, folder).run(executor=executor, workers=1, stop=stop)


def test_the_formula_of_several_seeds_is_judged_on_the_validation_rows_of_all(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry)
    (answer,) = results.answers.values()
    assert results.complete
    assert len(answer.recommended.chosen.errors) == 240
    assert {len(outcome.chosen.errors) for outcome in results.recommended} == {80}


@pytest.mark.parametrize(("test", "tested"), [("own", False), ("shared", True)])
def test_it_has_a_test_score_only_where_all_seeds_share_the_test_part(smoothdistill_make_registry, test, tested):
    results = run(smoothdistill_make_registry, trials=f"{{seeds: 3, test: {test}}}")
    (answer,) = results.answers.values()
    assert np.isfinite(answer.recommended.score("r2", "test")) == tested
    assert np.isfinite(answer.recommended.score("r2", "validation"))
    assert all(np.isfinite(outcome.score("r2", "test")) for outcome in results.recommended)


def test_all_seeds_share_the_test_part_of_a_split_by_time(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry, more="prepare: {split: time, by: day}")
    (answer,) = results.answers.values()
    assert results.one_split
    assert np.isfinite(answer.recommended.score("r2", "test"))
    assert len(answer.recommended.chosen.errors) == 80


def test_one_seed_with_many_rows_is_judged_as_it_was_found(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry, trials="{seeds: 1}")
    (answer,) = results.answers.values()
    assert results.judged == {}
    assert [outcome.formula for outcome in results.recommended] == [answer.recommended.formula]


def test_few_rows_are_said(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry, rows=120, trials="{seeds: 1}")
    assert results.judged == {}
    assert results.notes[0] == "straight: 24 validation rows are few: which formula is chosen on them may be luck"
    results = run(smoothdistill_make_registry, rows=40, trials="{seeds: 1}")
    (answer,) = results.answers.values()
    assert len(answer.recommended.chosen.errors) == 32
    assert results.notes[0] == (
        "straight: 8 validation rows are too few: formulas are judged by cross-validation of their constants on the 32 "
        "training and validation rows"
    )


def test_a_run_that_was_stopped_before_it_judged_goes_on_there(smoothdistill_make_registry, tmp_path):
    whole = run(smoothdistill_make_registry, folder=tmp_path / "whole")
    stop = threading.Event()
    import smoothdistill_core.study.study as study

    kept = study.judge_together
    study.judge_together = lambda plan, store, *rest: Results.of(store)
    try:
        half = run(smoothdistill_make_registry, folder=tmp_path / "half", stop=stop)
    finally:
        study.judge_together = kept
    assert not half.complete
    assert [task.dataset for task in half.to_judge] == ["straight"]
    assert half.answers["straight"].trials == 1
    after = run(smoothdistill_make_registry, folder=tmp_path / "half")
    assert after.complete
    assert after.judged == whole.judged == Results.read(tmp_path / "whole").judged


def test_another_seed_judges_anew(smoothdistill_make_registry, tmp_path):
    two = run(smoothdistill_make_registry, trials="{seeds: 2}", folder=tmp_path / "run")
    three = run(smoothdistill_make_registry, trials="{seeds: 3}", folder=tmp_path / "run")
    assert two.judged.keys() == three.judged.keys()
    assert two.judged != three.judged
    assert len(three.answers["straight"].recommended.chosen.errors) == 240
    assert [results.answers["straight"].trials for results in (two, three)] == [2, 3]


def test_other_formulas_of_a_cell_that_was_done_anew_are_judged_anew(smoothdistill_make_registry):
    outcome, *_ = run(smoothdistill_make_registry).recommended
    other = replace(outcome, chosen=replace(outcome.chosen, formula=Formula.variable(0)))
    judging, again, anew = (Judging.of("straight", "", [formula], ()) for formula in (outcome, outcome, other))
    record = judging.record(judged(trials(seeds=1), (0, LINE)))
    assert again.done({("straight", ""): record})
    assert not anew.done({("straight", ""): record})


def test_choices_by_the_training_part_judge_nothing_together(smoothdistill_make_registry):
    results = run(smoothdistill_make_registry, more="choose: {part: train}")
    assert results.complete
    assert results.judged == {}


def test_few_rows_that_were_not_judged_by_cross_validation_are_not_said_to_be(smoothdistill_make_registry, monkeypatch):
    monkeypatch.setattr("smoothdistill_core.study.judging.judge", _fail)
    with pytest.warns(RuntimeWarning, match="no way"):
        results = run(smoothdistill_make_registry, rows=40, trials="{seeds: 1}")
    assert results.notes[0] == "straight: 8 validation rows are few: which formula is chosen on them may be luck"


def test_what_is_done_when_the_time_is_over_is_kept():
    over, finished, kept = threading.Event(), Future(), []
    over.set()
    finished.set_result("judged")
    work_off({finished: LastWork("judge", kept.append, ())}, lambda words: None, over)
    assert kept == ["judged"]


def test_what_cannot_be_judged_is_warned_of_and_left(smoothdistill_make_registry, monkeypatch):
    monkeypatch.setattr("smoothdistill_core.study.judging.judge", _fail)
    with pytest.warns(RuntimeWarning, match="of all seeds on straight: ValueError: no way"):
        results = run(smoothdistill_make_registry)
    assert not results.complete
    assert results.answers["straight"].recommended in results.recommended


def _fail(*task):
    raise ValueError("no way")
