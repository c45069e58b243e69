"""The datasets, the suites and the metric keep every contract of their kinds."""

from smoothdistill_core.testing import parametrize_with_dataset_checks, parametrize_with_metric_checks
from smoothdistill_laws.drawn_law import DrawnLaw
from smoothdistill_laws.drawn_laws import DrawnLaws
from smoothdistill_laws.exact_recovery import ExactRecovery
from smoothdistill_laws.law import Law
from smoothdistill_laws.law_r2 import LawR2
from smoothdistill_laws.laws import Laws
from smoothdistill_laws.symbolic_equality import SymbolicEquality
from smoothdistill_laws.symbolic_solution import SymbolicSolution
from smoothdistill_laws.trajectory import Trajectory

PLAIN = Law(expression="a*b", ranges={"a": (1, 5), "b": (1, 5)})
FULL = Law(
    expression="r*F*sin(t)",
    ranges={"r": (1, 5), "F": (1, 5), "t": (0, 5)},
    rows=50,
    noise=0.1,
    seed=3,
    target="tau",
    title="torque",
)


DECAY = Trajectory(
    system=(("x", "-x*y"), ("y", "x - y")),
    state="x",
    ranges={"x": (1, 2), "y": (0, 4)},
    time=3.0,
    trajectories=2,
    rows=60,
    noise=0.1,
    seed=3,
    target="rate",
    title="decay",
)
DRAWN = DrawnLaw(number=3, inputs=6, roughness=4.0, rows=50, noise=0.1, seed=1, title="rough")
FULL_SUITE = Laws(suite="feynman", half="odd", sample=5, rows=50, noise=0.1, seed=1)


@parametrize_with_dataset_checks([PLAIN, FULL, DECAY, Laws(suite="strogatz"), FULL_SUITE, DRAWN, DrawnLaws(laws=3)])
def test_laws_keep_the_contracts_of_datasets(component, check):
    check(component)


METRICS = [
    SymbolicEquality(),
    SymbolicEquality(tolerance=0.05, negligible=1e-3),
    ExactRecovery(),
    ExactRecovery(exact=1e-3, tolerance=0.05, standard_errors=0, negligible=1e-3),
    SymbolicSolution(),
    LawR2(),
    LawR2(beyond=0.25),
]


@parametrize_with_metric_checks(METRICS)
def test_the_metrics_keep_their_contracts(component, check):
    check(component)
