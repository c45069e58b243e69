"""What a teacher promises: it learns, its derivatives are true, and a job's result is the job's alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core.components import Teacher, TrainedTeacher, TrainingJob
from smoothdistill_core.components.regularizer import NETWORK
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import Check, Contract
from smoothdistill_core.testing.penalties import Curvature, Misplaced, Touching
from smoothdistill_core.testing.several_outputs import check_learns_several_targets
from smoothdistill_core.testing.surroundings import changes_made_by, shaken
from smoothdistill_core.testing.tiny import Steepness
from smoothdistill_core.testing.training_jobs import PATH, ROWS, job, jobs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEP = 1e-3
"""Half the distance of finite differences: far enough apart for predictions that are made in float32."""

FLAT = 1e-3
"""A curvature below this may be rounding."""

KINKS = 0.1
"""The share of rows that may lie on a kink, where the two derivatives are not the same."""

RESULTS = Contract(
    "train(jobs) returns one TrainedTeacher a job, in the order of the jobs",
    "return a list as long as `jobs`, of instances of a subclass of TrainedTeacher",
)
PREDICTIONS = Contract(
    "predict(X) returns finite float64 numbers of shape (n,) for X of shape (n, d), each row by itself",
    "return a numpy array of one dimension, prediction.reshape(-1).astype(float), and let no row depend on another",
)
LEARNS = Contract(
    "training explains the training rows better than their mean does",
    "check the loss that is minimised and its step; give the component that is tested enough steps to learn",
)
GRADIENT = Contract(
    "gradient(X) is the exact input gradient (n, d) of predict (or None)",
    "differentiate by the inputs as they are passed to predict, in their units; or return None",
)
BOUND = Contract(
    "lipschitz_bound() is a float that the gradient's norm exceeds nowhere (or None)",
    "multiply spectral norms, not Frobenius norms of samples, and the activations' steepest slopes; or return None",
)
ACTIVATIONS = Contract(
    "activations(X) is one finite float64 array (n, units) a hidden layer, each row by itself (or None)",
    "return what each hidden layer passes on, from the input on, as a tuple of arrays with the rows of X; or None",
)
SAVED = Contract(
    "load(trained.save()) is the trained teacher exactly, and the bytes are no pickle",
    "write all numbers in full precision (safetensors, JSON with repr), and all options that predict needs",
)
INDEPENDENT = Contract(
    "a job's result depends on that job alone: never on its neighbours, nor on its place among them",
    "seed every random generator from job.seed alone, and let no number of one job round with another's",
)
DETERMINISTIC = Contract(
    "the same job gives the same teacher, whatever the process did before",
    "seed every random generator from job.seed alone, and keep nothing from one call to the next",
)
PATHS = Contract(
    "on a path a network goes on from where the strength before has left it",
    "train one network at each strength of (*job.path, job.strength); or return None from for_path",
)
REFUSE = "handle the case, or raise DataError with what is wrong and what would be right"
OFFERS = Contract(
    "a penalty gets from the networks of a teacher all that the teacher offers",
    "give the network that a penalty sees each of these attributes, or take it out of `offers`",
)
CONTEXT = Contract(
    "a teacher that offers predictions and jacobian to penalties trains with those that ask for these, and calls each "
    "with the batch's own targets, in the order of its rows, and the name of every input",
    "call regularizer.evaluate(net, x, PenaltyContext(job.names, y, job.scaling)), where x and y are of one batch",
)
CURVATURE = Contract(
    "the network that a penalty gets is differentiable in the batch, its jacobian too: penalties may measure curvature",
    "compute predictions and jacobian from x in plain torch, without x.detach() and without torch.no_grad()",
)
TINY = Contract(
    "one, two or three rows train to finite predictions, or are refused with a remedy",
    f"do not split or fold without counting the rows, nor divide by a spread that may be 0; {REFUSE}",
)
ONE_FEATURE = Contract(
    "one input trains to finite predictions, or is refused with a remedy",
    f"take the number of inputs from job.X.shape[1]; {REFUSE}",
)
INPUTS = Contract("a teacher changes neither the arrays of its jobs nor those it predicts for", "work on copies")
ALONE = Contract(
    "a teacher leaves the process as it was: no global random state, no setting, no variable, no printing",
    "use own generators (numpy.random.default_rng(job.seed), torch.Generator) and put settings back",
)


def check_returns_trained_teachers(component: Teacher) -> None:
    """Check that there is one trained teacher a job."""
    with RESULTS.kept_by(component, "train"):
        _train(component, jobs_of(component))


def check_predictions(component: Teacher) -> None:
    """Check shape and dtype, for many rows and for one, which has the same prediction when it is alone."""
    model = _trained(component, PREDICTIONS, job())
    found = []
    for rows in (ROWS, 1):
        with PREDICTIONS.kept_by(component, "predict"):
            prediction = model.predict(job().X[:rows])
        if not isinstance(prediction, np.ndarray) or prediction.dtype != np.float64:
            what = getattr(prediction, "dtype", type(prediction).__name__)
            raise PREDICTIONS.broken(component, f"predict returned {what} instead of an array of float64")
        if prediction.shape != (rows,):
            raise PREDICTIONS.broken(component, f"for {rows} rows it returned the shape {prediction.shape}")
        if not np.isfinite(prediction).all():
            raise PREDICTIONS.broken(component, "predictions are not finite: the training diverged")
        found.append(prediction)
    whole, alone = found
    if not np.allclose(alone, whole[:1]):
        raise PREDICTIONS.broken(component, "the first row has another prediction when it is alone")


def check_training_reduces_the_loss(component: Teacher) -> None:
    """Check that the mean squared error is below the target's variance."""
    given = job()
    loss = float(np.mean((_predicted(component, LEARNS, given) - given.y) ** 2))
    variance = float(given.y.var())
    if not loss < variance * (1 - 1e-9):
        raise LEARNS.broken(component, f"the mean squared error is {loss:.6g}, and {variance:.6g} for the mean")


def check_gradient_equals_finite_differences(component: Teacher) -> None:
    """Check the gradient against predictions nearby."""
    X = job().X
    model = _trained(component, GRADIENT, job())
    with GRADIENT.kept_by(component, "gradient"):
        gradient = model.gradient(X)
        if gradient is None:
            return
        differences = np.empty(X.shape)
        for column in range(X.shape[1]):
            shift = STEP * np.eye(X.shape[1])[column]
            differences[:, column] = (model.predict(X + shift) - model.predict(X - shift)) / (2 * STEP)
    if np.shape(gradient) != X.shape:
        raise GRADIENT.broken(component, f"its shape is {np.shape(gradient)} for inputs of shape {X.shape}")
    size = float(np.median(np.linalg.norm(differences, axis=1)))
    away = ~(np.linalg.norm(gradient - differences, axis=1) <= 0.01 * max(size, 1e-4))
    if away.mean() > KINKS:
        row = int(np.flatnonzero(away)[0])
        raise GRADIENT.broken(
            component, f"in row {row} it is {gradient[row].tolist()}, finite differences {differences[row].tolist()}"
        )


def check_lipschitz_bound(component: Teacher) -> None:
    """Check that no slope between two points, near or far, exceeds the bound."""
    model = _trained(component, BOUND, job())
    with BOUND.kept_by(component, "lipschitz_bound"):
        bound = model.lipschitz_bound()
        if bound is None:
            return
        rng = np.random.default_rng(0)
        here = np.concatenate([job().X, rng.normal(scale=3.0, size=(ROWS, 3))])
        steepest = 0.0
        for distance in (0.01, 1.0):
            step = distance * rng.normal(size=here.shape)
            rise = np.abs(model.predict(here + step) - model.predict(here))
            steepest = max(steepest, float(np.max(rise / np.linalg.norm(step, axis=1))))
        exact = model.gradient(here)
        if exact is not None:
            steepest = max(steepest, float(np.linalg.norm(exact, axis=1).max()))
    if not isinstance(bound, float) or not bound >= steepest * (1 - 1e-4):
        raise BOUND.broken(component, f"the bound is {bound!r}, and a slope of {steepest:.6g} was observed")


def check_activations(component: Teacher) -> None:
    """Check number, shape and dtype of the hidden layers' activations, and that rows do not depend on each other."""
    X = job().X
    model = _trained(component, ACTIVATIONS, job())
    with ACTIVATIONS.kept_by(component, "activations"):
        layers, alone = model.activations(X), model.activations(X[:1])
    if layers is None or alone is None:
        return
    if not isinstance(layers, tuple) or not layers or len(alone) != len(layers):
        raise ACTIVATIONS.broken(component, f"it returned {type(layers).__name__} with {len(layers)} layers")
    for number, (layer, first) in enumerate(zip(layers, alone, strict=True), start=1):
        if np.ndim(layer) != 2 or len(layer) != ROWS or np.shape(first) != (1, layer.shape[1]):
            raise ACTIVATIONS.broken(component, f"layer {number} has the shape {np.shape(layer)} for {ROWS} rows")
        if layer.dtype != np.float64 or not np.isfinite(layer).all():
            raise ACTIVATIONS.broken(component, f"layer {number} has the type {layer.dtype}, or is not finite")
        if not np.allclose(layer[:1], first):
            raise ACTIVATIONS.broken(component, f"layer {number} gives another first row when that row is alone")


def check_save_and_load(component: Teacher) -> None:
    """Check that predictions, gradient and bound come back exactly."""
    X = job().X
    model = _trained(component, SAVED, job())
    with SAVED.kept_by(component, "saving and loading"):
        data = model.save()
        if not isinstance(data, bytes):
            raise SAVED.broken(component, f"save returned {type(data).__name__}, not bytes")
        if data[:1] == b"\x80" and data[-1:] == b".":
            raise SAVED.broken(component, "save returned a pickle, which runs code when it is loaded")
        again = component.load(data)
        pairs = {
            "predictions": (model.predict(X), again.predict(X)),
            "gradient": (model.gradient(X), again.gradient(X)),
            "bound": (model.lipschitz_bound(), again.lipschitz_bound()),
        }
    for what, (before, after) in pairs.items():
        if (before is None) != (after is None) or (
            before is not None and not np.array_equal(before, np.asarray(after))
        ):
            raise SAVED.broken(component, f"the {what} of the loaded teacher differ")


def check_jobs_are_independent(component: Teacher) -> None:
    """Check that together, alone and in another order, each job has bitwise the same predictions."""
    jobs = jobs_of(component)
    together = _predictions(component, INDEPENDENT, jobs)
    if not _all_equal(together, _predictions(component, INDEPENDENT, jobs)):
        return  # check_is_deterministic says so
    turned = _predictions(component, INDEPENDENT, jobs[::-1])[::-1]
    if not _all_equal(together, turned):
        raise INDEPENDENT.broken(component, "the same jobs in reverse order give other predictions")
    for place, given in enumerate(jobs):
        alone = _predictions(component, INDEPENDENT, [given])
        if not _all_equal(alone, [together[place]]):
            raise INDEPENDENT.broken(component, f"job {place} of {len(jobs)} gives other predictions when it is alone")


def check_paths_go_on(component: Teacher) -> None:
    """Check that what was trained before makes another teacher, where the teacher knows paths."""
    if component.accepts(Steepness()) and component.for_path(len(PATH)) is not None:
        alone = job(strength=PATH[-1])
        after, fresh = _predictions(component, PATHS, [replace(alone, path=PATH[:-1]), alone])
        if np.array_equal(after, fresh):
            raise PATHS.broken(component, "the strengths that came before change nothing")


def check_offers_are_kept(component: Teacher) -> None:
    """Check that a penalty which asks for all that is offered trains, where the teacher accepts it."""
    words = component.offers & NETWORK
    if words and component.accepts(touching := Touching.all_of(words)):
        given = job(rows=32)
        penalised = replace(given, regularizer=touching, strength=0.001)
        prediction = _predicted(component, OFFERS, penalised)
        if not np.isfinite(prediction).all():
            raise OFFERS.broken(component, "a penalty on all that is offered gives predictions that are not finite")


def check_penalties_know_their_batch(component: Teacher) -> None:
    """Check that a penalty which is 0 where targets stand with their rows changes nothing."""
    if component.offers >= Misplaced.needs and component.accepts(Misplaced()):
        given = job()
        jobs = [
            replace(given, y=given.X[:, 0], regularizer=Misplaced(), strength=strength, seed=seed)
            for strength in (0.0, 1.0)
            for seed in (0, 1)
        ]
        found = _predictions(component, CONTEXT, jobs)
        if not _all_equal(found[:2], found[2:]):
            raise CONTEXT.broken(component, "the penalty is given targets that are not those of the rows beside them")


def check_penalties_may_measure_curvature(component: Teacher) -> None:
    """Check that a penalty on the slope of the Jacobian trains, and changes a model that is bent."""
    if not (component.offers >= Curvature.needs and component.accepts(Curvature())):
        return
    given = job(rows=32)
    with CURVATURE.kept_by(component, "training with a penalty on curvature"):
        jobs = [replace(given, regularizer=Curvature(), strength=strength) for strength in (0.0, 0.1)]
        plain, straighter = _train(component, jobs)
        here, after, before = (plain.predict(given.X + shift) for shift in (0.0, STEP, -STEP))
        penalised = straighter.predict(given.X)
    if not np.isfinite(penalised).all():
        raise CURVATURE.broken(component, "a penalty on curvature gives predictions that are not finite")
    bend = float(np.median(np.abs(after - 2 * here + before))) / STEP**2
    if bend > FLAT and np.array_equal(here, penalised):
        raise CURVATURE.broken(component, f"a penalty on curvature changes nothing, and the curvature is {bend:.3g}")


def check_is_deterministic(component: Teacher) -> None:
    """Check that predictions repeat bitwise while the global random states differ."""
    found = []
    for global_seed in (1, 2):
        with shaken(global_seed):
            found.append(_predicted(component, DETERMINISTIC, job()))
    if not np.array_equal(found[0], found[1]):
        away = float(np.abs(found[0] - found[1]).max())
        raise DETERMINISTIC.broken(component, f"the second time, predictions differ by up to {away:.3g}")


def check_tiny_data(component: Teacher) -> None:
    """Check one, two and three rows."""
    for rows in (1, 2, 3):
        _check_finite(component, job(rows=rows), TINY)


def check_one_feature(component: Teacher) -> None:
    """Check one input."""
    _check_finite(component, job(features=1), ONE_FEATURE)


def check_leaves_its_inputs_alone(component: Teacher) -> None:
    """Check that the job's arrays are as before, after training and after predicting."""
    given, untouched = job(), job()
    model = _trained(component, INPUTS, given)
    with INPUTS.kept_by(component, "predict"):
        model.predict(given.X)
        model.gradient(given.X)
    for name in ("X", "y"):
        if not np.array_equal(getattr(given, name), getattr(untouched, name)):
            raise INPUTS.broken(component, f"training or predicting changed job.{name}")


def check_leaves_the_process_alone(component: Teacher) -> None:
    """Check that no global state or random state is touched, and nothing printed."""
    changed = changes_made_by(lambda: _predicted(component, ALONE, job(rows=32)))
    if changed:
        raise ALONE.broken(component, f"train or predict changed {', '.join(changed)}")


CHECKS: tuple[Check, ...] = (
    *options.CHECKS,
    check_returns_trained_teachers,
    check_predictions,
    check_training_reduces_the_loss,
    check_gradient_equals_finite_differences,
    check_lipschitz_bound,
    check_activations,
    check_save_and_load,
    check_jobs_are_independent,
    check_paths_go_on,
    check_learns_several_targets,
    check_offers_are_kept,
    check_penalties_know_their_batch,
    check_penalties_may_measure_curvature,
    check_is_deterministic,
    check_tiny_data,
    check_one_feature,
    check_leaves_its_inputs_alone,
    check_leaves_the_process_alone,
)
"""All checks of teachers."""


def _train(component: Teacher, jobs: Sequence[TrainingJob]) -> list[TrainedTeacher]:
    """Return the trained teachers, which are as many as jobs: without that, nothing else can be checked."""
    trained = list(component.train(jobs))
    if len(trained) != len(jobs):
        raise RESULTS.broken(component, f"{len(jobs)} jobs gave {len(trained)} results")
    for model in trained:
        if not isinstance(model, TrainedTeacher):
            raise RESULTS.broken(component, f"a result is {model!r}, no TrainedTeacher")
        if not isinstance(model.notes, tuple) or not all(isinstance(note, str) for note in model.notes):
            raise RESULTS.broken(component, f"the notes of a result are {model.notes!r}, no tuple of text")
    return trained


def _trained(component: Teacher, contract: Contract, given: TrainingJob) -> TrainedTeacher:
    with contract.kept_by(component, "train"):
        return _train(component, [given])[0]


def _predicted(component: Teacher, contract: Contract, given: TrainingJob) -> Array:
    return _predictions(component, contract, [given])[0]


def _predictions(component: Teacher, contract: Contract, jobs: Sequence[TrainingJob]) -> list[Array]:
    with contract.kept_by(component, "training and predicting"):
        return [model.predict(given.X) for given, model in zip(jobs, _train(component, jobs), strict=True)]


def _all_equal(one: Sequence[Array], other: Sequence[Array]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _check_finite(component: Teacher, given: TrainingJob, contract: Contract) -> None:
    doing = f"training on {len(given.X)} rows of {given.X.shape[1]} features"
    prediction = contract.kept_or_refused(component, doing, lambda: _train(component, [given])[0].predict(given.X))
    if prediction is not None and not np.isfinite(prediction).all():
        raise contract.broken(component, f"{doing} gives predictions that are not finite")
