"""What a metric says of itself: it decides the sweet spot and the report's axes, and the run keeps it."""

import subprocess
import sys

import numpy as np
import pytest

from smoothdistill_core import Measure, Metric, PluginError, Results, ScoringContext, Study, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.statistics import comparisons
from smoothdistill_core.testing import tiny


class Calmness(Metric):
    """A third party's metric of smoothness, of which more is better."""

    name = "calmness"
    direction = "higher"
    measures = "smoothness"
    axis = "calm"
    unit = "sighs"
    needs_teacher = False

    def score(self, context: ScoringContext) -> float:
        return 1 / (1 + float(np.abs(context.gradient()).mean()))


class Plain(Metric):
    """Says no more than it has to."""

    name = "plain"
    direction = "lower"
    power: int = 1

    def score(self, context: ScoringContext) -> float:
        return float(np.mean(np.abs(context.y - context.prediction) ** self.power))


@pytest.fixture
def study(registry_of, tmp_path):
    """Return a tiny study with further metrics, in a folder."""

    def study(recipe, *metrics):
        kinds = {}
        for component in (*tiny.COMPONENTS, *metrics):
            kinds.setdefault(component.kind, []).append(component)
        registry = registry_of(**kinds)
        return Study(recipe_from_text(recipe, registry), registry, tmp_path / "run")

    return study


def test_a_metric_that_says_little_is_another_number_under_its_label():
    facts = Plain(power=2).facts()
    assert (facts.label, facts.axis, facts.title) == ("plain(power=2)",) * 3
    assert (facts.direction, facts.measures, facts.unit, facts.of) == ("lower", Measure.OTHER, "", "both")


def test_a_better_score_is_one_in_the_direction_of_the_metric_and_nan_is_never_better():
    lower, higher = Plain().facts(), Calmness().facts()
    assert lower.better(1.0, 2.0)
    assert not lower.better(2.0, 2.0)
    assert higher.better(2.0, 1.0)
    assert not higher.better(float("nan"), 1.0)
    assert not higher.better(1.0, float("nan"))


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("direction", "up", "metric 'plain': its direction is 'up'; write 'higher' or 'lower'"),
        ("measures", "speed", "metric 'plain': it measures 'speed'; write one of accuracy, fidelity, complexity"),
        ("of", "all", "metric 'plain': it is of 'all'; write 'both', 'formulas' or 'teachers'"),
    ],
)
def test_a_word_that_means_nothing_is_refused_before_any_work(study, monkeypatch, attribute, value, message):
    monkeypatch.setattr(Plain, attribute, value)
    study = study(tiny.RECIPE.replace("metric: [r2,", "metric: [r2, plain,"), Plain)
    with pytest.raises(PluginError, match=message):
        study.run(executor=CallingThread())
    assert study.folder is not None
    assert not study.folder.exists()


def test_a_run_read_without_its_plugins_still_knows_each_metrics_direction(study, tmp_path):
    recipe = tiny.RECIPE.replace("metric: [r2, jacobian_norm]", "metric: [r2, calmness, jacobian_norm]")
    study(recipe, Calmness).run(executor=CallingThread())
    code = (
        "import sys; from smoothdistill_core import Results; results = Results.read(sys.argv[1])\n"
        "print([(f.label, f.direction, f.measures.value) for f in results.metrics], results.smoothness.title)\n"
        "assert not [name for name in sys.modules if name.startswith('smoothdistill_') and 'core' not in name]"
    )
    read = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "run"], capture_output=True, text=True, check=True, timeout=60
    )
    expected = [
        ("r2", "higher", "accuracy"),
        ("calmness", "higher", "smoothness"),
        ("jacobian_norm", "lower", "smoothness"),
    ]
    assert read.stdout.strip() == f"{expected} calm, sighs"
    for metric, direction, *_ in expected:
        assert comparisons(Results.read(tmp_path / "run"), metric)[0].direction == direction


def test_the_first_metric_of_the_recipe_that_measures_smoothness_is_its_axis(study):
    after = study(tiny.RECIPE.replace("jacobian_norm]", "jacobian_norm, calmness]"), Calmness)
    assert after.run(executor=CallingThread()).smoothness == tiny.TinyNorm().facts()
    before = study(tiny.RECIPE.replace("metric: [", "metric: [calmness, "), Calmness)
    assert before.run(executor=CallingThread()).smoothness == Calmness().facts()


def test_a_metric_of_formulas_only_is_no_axis(study, monkeypatch):
    monkeypatch.setattr(Calmness, "of", "formulas")
    recipe = tiny.RECIPE.replace("metric: [r2,", "metric: [r2, calmness,")
    results = study(recipe, Calmness).run(executor=CallingThread())
    assert results.smoothness == tiny.TinyNorm().facts()
    assert all(("test", "calmness") not in record.scores for record in results.teachers.values())
    assert all(np.isfinite(outcome.score("calmness")) for outcome in results.outcomes)


def test_a_third_partys_smoothness_is_enough_for_the_sweet_spot(study):
    recipe = tiny.RECIPE.replace("metric: [r2, jacobian_norm]", "metric: [r2, calmness]")
    results = study(f"{recipe}choose: {{rule: sweet_spot}}\n", Calmness).run(executor=CallingThread())
    assert results.complete
    assert results.smoothness == Calmness().facts()


def test_a_metric_that_says_that_it_needs_no_teacher_is_not_shown_one(study, monkeypatch):
    seen = []
    monkeypatch.setattr(Calmness, "score", lambda self, context: seen.append(context.teacher) or 1.0)
    recipe = tiny.RECIPE.replace("metric: [r2,", "metric: [r2, calmness,")
    study(recipe, Calmness).run(executor=CallingThread())
    assert seen
    assert set(seen) == {None}
