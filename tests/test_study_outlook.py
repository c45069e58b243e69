"""An outlook: what a run would do, from what its folder holds, without touching it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from smoothdistill_core import StoreError, Study, recipe_from_text
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny

MORE_SEEDS = tiny.RECIPE.replace("seeds: 2", "seeds: 3")


class Moody(tiny.TinyTeacher):
    """Diverges at strength 1."""

    def train(self, jobs):
        return [tiny.LinearTeacher([float("nan")] * 9) if job.strength == 1.0 else self._fit(job) for job in jobs]


@pytest.fixture
def study(smoothdistill_make_registry, tmp_path):
    """Return the study of a recipe of made-up components, always in the same folder."""

    def study(recipe=tiny.RECIPE, folder=tmp_path / "run", teacher=tiny.TinyTeacher):
        others = [component for component in tiny.COMPONENTS if component is not tiny.TinyTeacher]
        registry = smoothdistill_make_registry(*others, teacher)
        return Study(recipe_from_text(recipe, registry), registry, folder)

    return study


def run(study):
    with ThreadPoolExecutor(1) as executor:
        return study.run(executor=executor, workers=1)


def counts(outlook):
    return [(b.dataset, b.kind, b.who, b.planned, b.done, b.failed, b.to_run) for b in outlook.batches]


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_run_is_counted_and_nothing_is_written(study, tmp_path):
    found = study().outlook(workers=2)
    assert counts(found) == [("tiny", "teacher", "tiny", 6, 0, 0, 6), ("tiny", "student", "tiny", 8, 0, 0, 8)]
    assert found.seconds is None
    assert found.unmeasured == ("tiny",)
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_everything_is_to_be_run(study):
    assert sum(batch.to_run for batch in study(folder=None).outlook().batches) == 14


def test_what_is_done_what_failed_and_what_changed_is_known(study, tmp_path):
    run(study(teacher=Moody))
    before = files(tmp_path / "run")
    assert counts(study(teacher=Moody).outlook()) == [
        ("tiny", "teacher", "tiny", 6, 4, 2, 2),
        ("tiny", "student", "tiny", 8, 6, 2, 2),
    ]
    other = study(MORE_SEEDS.replace("[0.1, 1.0]", "[1.0]"), teacher=Moody).outlook()
    assert other.outside == 4
    assert len(other.changes) == 2
    assert files(tmp_path / "run") == before


def test_the_expected_time_is_that_of_what_was_measured(study, tmp_path):
    run(study())
    with Store(tmp_path / "run") as store:
        store._database.execute("UPDATE cells SET seconds = CASE role WHEN 'teacher' THEN 10 ELSE 4 END")
    assert study().outlook(workers=2).seconds == 0.0
    assert study(MORE_SEEDS).outlook(workers=2).seconds == (3 * 10 + 4 * 4) / 2


def test_teachers_that_have_to_be_trained_again_are_counted(study):
    run(study())
    again = study(tiny.RECIPE + "keep: teachers\n").outlook()
    assert counts(again)[0] == ("tiny", "teacher", "tiny", 6, 6, 0, 6)


def test_it_is_there_while_another_process_runs(study, tmp_path):
    run(study())
    with Store(tmp_path / "run"):
        assert [(batch.done, batch.to_run) for batch in study().outlook().batches] == [(6, 0), (8, 0)]


def test_what_a_run_would_refuse_is_refused(study, tmp_path):
    run(study())
    with pytest.raises(StoreError, match="belongs to the recipe 'tiny'"):
        study(tiny.RECIPE.replace("name: tiny", "name: other")).outlook()
    with pytest.raises(StoreError, match="holds no run"):
        study(folder=tmp_path).outlook()
    (tmp_path / "run" / "results.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="the results are damaged"):
        study().outlook()
