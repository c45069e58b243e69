"""The faster search is gplearn's own: the same random numbers, programs, fitness and predictions, to the last bit."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from gplearn import genetic
from gplearn.fitness import make_fitness
from gplearn.functions import _function_map, make_function
from gplearn.genetic import SymbolicRegressor
from sklearn.base import clone

from smoothdistill_gplearn import adding, prediction, search, twister
from smoothdistill_gplearn.fitness import overflow_last
from smoothdistill_gplearn.generation import written
from smoothdistill_gplearn.individual import Individual
from smoothdistill_gplearn.interpreter import BLOCK, PREDICT
from smoothdistill_gplearn.prediction import COMPILED, Predictor
from smoothdistill_gplearn.search import FastSymbolicRegressor

SMALL = {"population_size": 40, "generations": 3, "tournament_size": 5, "random_state": 0}
ALL_FUNCTIONS = tuple(_function_map)
METRICS = ("mse", "rmse", "mean absolute error", "pearson", "spearman")


@pytest.fixture(autouse=True)
def silence():
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def table(rng, rows, features):
    kind = rng.choice(["plain", "huge", "grid", "guards"])
    X = rng.normal(size=(rows, features))
    if kind == "grid":  # many ties and zeros
        X = np.round(X)
    elif kind == "guards":
        X = rng.choice([0.0, -0.0, 0.001, -0.001, np.nextafter(0.001, 1), 1e-300, -2.0], size=X.shape)
    elif kind == "huge":  # overflows to inf, then to nan
        X = X * 1e160
    y = X[:, 0] * 0.5 + np.abs(X[:, -1])
    return X, y if rng.random() < 0.8 else np.full(rows, 0.1)


def configuration(seed):
    """Return random options, and arguments of fit, that exercise everything gplearn can be asked for."""
    rng = np.random.default_rng(seed)
    rows = int(rng.choice([1, 2, 3, 7, 60, 129, 300, BLOCK, BLOCK + 1, 2500]))
    features = int(rng.integers(1, 6))
    X, y = table(rng, rows, features)
    population = int(rng.integers(20, 60))
    crossover = rng.choice([0.9, 0.3])
    metric = METRICS[seed % 5]
    few = tuple(str(name) for name in rng.choice(ALL_FUNCTIONS, size=rng.integers(1, 6), replace=False))
    depth = int(rng.integers(1, 5))
    return {
        "population_size": population,
        "generations": int(rng.integers(1, 5)),
        "tournament_size": int(rng.choice([1, 3, population])),
        "stopping_criteria": 1.0 if metric in ("pearson", "spearman") else 0.0,
        "const_range": [(-1.0, 1.0), None, (0.0, 0.0), (1.0, 1.0), (-3.0, 7.3), (-1, 1)][seed % 6],
        "init_depth": (depth, depth + int(rng.integers(0, 4))),
        "init_method": str(rng.choice(["half and half", "grow", "full"])),
        "function_set": [ALL_FUNCTIONS, ("add", "sub", "mul", "div"), few][seed % 3],
        "metric": overflow_last(metric) if seed % 2 else metric,
        "parsimony_coefficient": ["auto", 0.0, 0.001, 0.1][seed % 4],
        "p_crossover": crossover,
        **dict.fromkeys(("p_subtree_mutation", "p_hoist_mutation", "p_point_mutation"), (1 - crossover) / 4),
        "p_point_replace": float(rng.choice([0.05, 0.5])),
        "max_samples": float(rng.choice([1.0, 0.7])) if rows > 3 else 1.0,
        "feature_names": [f"f{i}" for i in range(features)] if rng.random() < 0.3 else None,
        "low_memory": bool(rng.random() < 0.5),
        "random_state": int(rng.integers(2**32)),
    }, (X, y, rng.uniform(0.1, 2, size=rows) if rng.random() < 0.5 else None)


def outcome(options, data, regressor):
    """Return all that a search leaves behind, or the error that it ends with."""
    try:
        fitted = regressor(**options).fit(*data)
    except (ValueError, ZeroDivisionError) as error:
        return type(error), str(error)
    programs = [program for generation in fitted._programs if generation for program in generation if program]
    details = {name: value for name, value in fitted.run_details_.items() if name != "generation_time"}
    return {
        "formula": str(fitted),
        "nodes": [[(type(node), getattr(node, "name", node)) for node in each.program] for each in programs],
        "text": [str(each) for each in programs],
        "fitness": [repr((each.raw_fitness_, each.fitness_, getattr(each, "oob_fitness_", 0))) for each in programs],
        "parents": [each.parents for each in programs],
        "samples": [[rows.tolist() for rows in each.get_all_indices()] for each in programs[-3:]],
        "details": repr(details),
        "predictions": fitted.predict(data[0]).tolist(),
    }


def assert_same_search(options, data):
    stock, fast = (outcome(options, data, regressor) for regressor in (SymbolicRegressor, FastSymbolicRegressor))
    if isinstance(stock, tuple):
        assert fast == stock
        return
    np.testing.assert_array_equal(fast.pop("predictions"), stock.pop("predictions"))
    for what, expected in stock.items():
        assert fast[what] == expected, what


FEW = 20
"""Of the 100 random configurations, those that every run of the tests tries."""


@pytest.mark.parametrize("seed", [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, 100))])
def test_every_search_is_gplearns_to_the_last_bit(seed):
    assert_same_search(*configuration(seed))


@pytest.mark.parametrize("seed", [8, 33])
def test_gplearns_processes_and_our_threads_find_the_same(seed):
    options, data = configuration(seed)
    assert_same_search({**options, "n_jobs": 2}, data)


@pytest.mark.parametrize("max_samples", [1.0, 0.5])
def test_many_rows_over_many_threads_change_nothing(max_samples):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9000, 3))
    options = {**SMALL, "function_set": ALL_FUNCTIONS, "max_samples": max_samples}
    alone, together = (
        outcome({**options, "n_jobs": threads}, (X, X[:, 0]), FastSymbolicRegressor) for threads in (1, 4)
    )
    assert alone == together


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.float64])
def test_numbers_of_other_types_and_orders_are_computed_as_gplearn_does(dtype, order):
    X = np.asarray(np.random.default_rng(0).normal(size=(50, 3)) * 10, dtype=dtype, order=order)
    assert_same_search({**SMALL, "function_set": ALL_FUNCTIONS}, (X, X[:, 0] * X[:, 1]))


def test_functions_and_metrics_of_ones_own_work():
    square = make_function(function=lambda x: np.minimum(x * x, 9.0), name="add", arity=1, wrap=False)
    worst = make_fitness(function=lambda y, p, w: np.max(np.abs(y - p) * w), greater_is_better=False, wrap=False)
    X = np.random.default_rng(0).normal(size=(50, 3))
    assert_same_search({**SMALL, "function_set": ("add", "sin", square), "metric": worst}, (X, X[:, 0] ** 2))


@pytest.mark.parametrize("greater_is_better", [True, False])
def test_programs_of_fitness_nan_win_their_tournaments_as_in_gplearn(greater_is_better):
    """numpy's argmin and argmax take nan for the best; the student's own metric never gives nan."""
    sign = 1 if greater_is_better else -1
    metric = make_fitness(
        function=lambda y, p, w: -sign * np.average((y - p) ** 2, weights=w),
        greater_is_better=greater_is_better,
        wrap=False,
    )
    X = np.random.default_rng(0).normal(size=(20, 3)) * 1e100
    options = {**SMALL, "function_set": ("add", "sub", "mul"), "metric": metric, "tournament_size": 3}
    search = SymbolicRegressor(**options, low_memory=False).fit(X, X[:, 0])
    unfit = [np.isnan(program.raw_fitness_) for program in search._programs[1] if program]
    assert any(unfit)
    assert not all(unfit)
    for seed in range(5):
        assert_same_search({**options, "random_state": seed}, (X, X[:, 0]))


def test_a_search_can_be_continued_copied_and_kept():
    X = np.random.default_rng(0).normal(size=(50, 3))
    stock, fast = (
        regressor(**SMALL, warm_start=True).fit(X, X[:, 0] * X[:, 1])
        for regressor in (SymbolicRegressor, FastSymbolicRegressor)
    )
    fast = pickle.loads(pickle.dumps(fast))
    for each in (stock, fast):
        each.set_params(generations=6).fit(X, X[:, 0] * X[:, 1])
    assert [str(one) for one in fast._programs[-1]] == [str(one) for one in stock._programs[-1]]
    assert clone(fast).get_params() == clone(stock).get_params()


@pytest.mark.parametrize("name", ALL_FUNCTIONS)
def test_each_function_is_numpys_on_both_sides_of_every_guard_and_block(name):
    edge = [0.0, 5e-324, 1e-160, 0.001, np.nextafter(0.001, 1), 0.5, 1.0, np.pi, 1e16, 1e160, 1.8e308, np.inf, np.nan]
    pairs = np.array([(a, b) for a in edge + [-x for x in edge] for b in edge + [-x for x in edge]])
    X = np.vstack([pairs, np.random.default_rng(0).normal(size=(3 * BLOCK, 2)) * 10])
    function = _function_map[name]
    predictor = Predictor(X, X[:, 0], X[:, 0], [function])
    roots = predictor.roots(written([[function, 0, 1][: function.arity + 1]], [function]).programs)
    predictor.prepare(roots, lambda work, tasks, size: work(tasks))
    np.testing.assert_array_equal(predictor.run(roots, PREDICT)[0], function(*X.T[: function.arity]))


def test_what_libraries_may_round_differently_is_left_to_numpy():
    assert {function.name for function in set(_function_map.values()) - set(COMPILED)} == {"sin", "cos", "tan", "log"}


def test_draws_are_numpys():
    key, place = np.empty(twister.WORDS, np.int64), np.empty(2, np.int64)
    for seed in (0, 1, 2**31 - 2, 2**32 - 1):
        numpys = np.random.RandomState(seed)
        twister.seed(key, place, seed)
        for i in range(1500):  # more than the state has words
            assert twister.below(key, place, 1 + i) == numpys.randint(1 + i)
            assert twister.fraction(key, place) == numpys.uniform()


def test_sums_are_numpys():
    numbers = np.random.default_rng(0).normal(size=3000)
    assert [adding.pairwise_sum(numbers[:n]) for n in range(1, 3001)] == [numbers[:n].sum() for n in range(1, 3001)]


def test_programs_of_a_thousand_nodes_are_bred_the_same():
    """Longer than what numpy adds up in one go, and than the room that is laid out for a generation."""
    X = np.random.default_rng(0).normal(size=(20, 3))
    options = {**SMALL, "init_depth": (8, 9), "init_method": "full", "parsimony_coefficient": 0.0}
    assert_same_search(options, (X, X[:, 0]))
    assert_same_search({**options, "p_crossover": 0.1, "p_subtree_mutation": 0.8}, (X, X[:, 0]))


def test_a_search_of_many_generations_forgets_and_goes_on_the_same(monkeypatch):
    monkeypatch.setattr(prediction, "FORGET", 500)
    X = np.random.default_rng(0).normal(size=(20, 3))
    assert_same_search({**SMALL, "generations": 12, "function_set": ALL_FUNCTIONS}, (X, X[:, 0]))


def test_columns_that_numpy_computed_are_given_up_and_computed_again(monkeypatch):
    monkeypatch.setattr(prediction, "SHARED_NUMBERS", 200)
    X = np.random.default_rng(0).normal(size=(20, 3))
    assert_same_search({**SMALL, "function_set": ("add", "mul", "sin", "log")}, (X, X[:, 0]))


def test_a_numpy_that_adds_otherwise_leaves_the_search_to_gplearn_and_says_so(monkeypatch):
    monkeypatch.setattr(adding, "numpy_adds_so", lambda: False)
    X = np.random.default_rng(0).normal(size=(50, 3))
    with pytest.warns(UserWarning, match="adds numbers in an order"):
        found = FastSymbolicRegressor(**SMALL).fit(X, X[:, 0])
    assert str(found) == str(SymbolicRegressor(**SMALL).fit(X, X[:, 0]))
    assert not isinstance(found._program, Individual)


def test_a_numpy_that_rounds_constants_otherwise_matters_only_where_they_differ(monkeypatch):
    monkeypatch.setattr(twister, "uniform_rounds_twice", lambda: False)
    X = np.random.default_rng(0).normal(size=(50, 3))
    with pytest.warns(UserWarning, match=r"random constants of const_range \(-3\.0, 7\.3\)"):
        found = FastSymbolicRegressor(**SMALL, const_range=(-3.0, 7.3)).fit(X, X[:, 0])
    assert not isinstance(found._program, Individual)
    assert isinstance(FastSymbolicRegressor(**SMALL, const_range=(-3, 5)).fit(X, X[:, 0])._program, Individual)


def test_a_search_that_goes_on_with_other_functions_is_left_to_gplearn():
    X = np.random.default_rng(0).normal(size=(50, 3))
    searches = [regressor(**SMALL, warm_start=True) for regressor in (SymbolicRegressor, FastSymbolicRegressor)]
    for each in searches:
        each.fit(X, X[:, 0] * X[:, 1])
    with pytest.warns(UserWarning, match="had functions that this one has not"):
        stock, fast = (
            each.set_params(generations=5, function_set=("add", "max")).fit(X, X[:, 0] * X[:, 1]) for each in searches
        )
    assert [str(one) for one in fast._programs[-1]] == [str(one) for one in stock._programs[-1]]


def test_an_untested_gplearn_runs_as_it_is_and_says_so(monkeypatch):
    X = np.random.default_rng(0).normal(size=(50, 3))
    expected = SymbolicRegressor(**SMALL).fit(X, X[:, 0])
    monkeypatch.setattr(search.gplearn, "__version__", "9.9")
    with pytest.warns(UserWarning, match=r"gplearn 9\.9 runs at its own pace.*0\.4\.3"):
        found = FastSymbolicRegressor(**SMALL).fit(X, X[:, 0])
    assert str(found) == str(expected)
    assert type(found._program) is type(expected._program)


@pytest.mark.parametrize("max_samples", [1.0, 0.5])
def test_the_search_leaves_gplearn_and_numpys_random_state_alone(max_samples):
    X = np.random.default_rng(0).normal(size=(50, 3))
    names, settings = dict(vars(genetic)), np.geterr()
    before = np.random.get_state()
    FastSymbolicRegressor(**SMALL, max_samples=max_samples).fit(X, X[:, 0])
    for now, then in zip(np.random.get_state(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    assert dict(vars(genetic)) == names
    assert np.geterr() == settings


def test_what_is_compiled_is_kept_on_disk():
    """Otherwise every process, and every worker of a study, would compile it anew."""
    X = np.random.default_rng(0).normal(size=(50, 3))
    FastSymbolicRegressor(**SMALL, metric="mse", function_set=("add", "sin")).fit(X, X[:, 0])
    check = (
        "import numpy as np; from smoothdistill_gplearn import adding, breeding, interpreter, subtrees, search;"
        "X = np.random.default_rng(0).normal(size=(50, 3));"
        f"search.FastSymbolicRegressor(**{SMALL}, metric='mse', function_set=('add', 'sin')).fit(X, X[:, 0]);"
        "each = breeding.breed, interpreter.run, interpreter.waiting, subtrees._number, adding.pairwise_sum;"
        "print([(sum(e.stats.cache_hits.values()), sum(e.stats.cache_misses.values())) for e in each])"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == f"{[(1, 0)] * 5}\n"
