"""What trials are tried on: a plane, and a teacher and a student that do as told or misbehave."""

import numpy as np
import pandas as pd

from smoothdistill_core import Candidate, Dataset, Formula, Metric, Regularizer, Student, Table, Teacher, TrainedTeacher
from smoothdistill_core.recipe import Distil
from smoothdistill_core.trial import distil_student


class Plane(Dataset):
    """y = a - 2 * b on thirty rows."""

    name = "plane"

    def load(self):
        rng = np.random.default_rng(0)
        a, b = rng.normal(size=(2, 30))
        return Table(pd.DataFrame({"a": a, "b": b, "y": a - 2 * b}), "y")


class Unregularized(Regularizer):
    """Nothing."""

    name = "none"
    strengths = ()


class Product(TrainedTeacher):
    """Predicts factor * x0 * x1; knows its gradient if it is ``exact``."""

    notes = ("made by hand",)

    def __init__(self, factor=1.0, exact=True):
        self.factor, self.exact = factor, exact
        self.gradients = self.predictions = 0

    def predict(self, X):
        self.predictions += 1
        return self.factor * X[:, 0] * X[:, 1]

    def gradient(self, X):
        self.gradients += 1
        return self.factor * X[:, [1, 0]] if self.exact else None

    def save(self):
        return repr(self.factor).encode()


class Tall(Product):
    """Predicts a column instead of a vector."""

    def predict(self, X):
        return super().predict(X)[:, None]


class Unsavable(Product):
    """Cannot be saved."""

    def save(self):
        raise OSError("no paper")


class Workshop(Teacher):
    """Makes products as strong as asked, or misbehaves: in some moods where the strength is 0 alone."""

    name = "workshop"
    mood: str = "good"

    def train(self, jobs):
        if self.mood == "raises":
            raise RuntimeError("out of\nsteam")
        odd = {"nan": lambda _: Product(np.nan), "tall": Tall, "unsavable": Unsavable}.get(self.mood, Product)
        made = [(Product if job.strength else odd)(job.strength) for job in jobs]
        return made[1:] if self.mood == "lazy" else made

    def load(self, data):
        return Product(float(data))


def product(factor=1.0):
    return Formula.apply("mul", Formula.constant(factor), Formula.apply("mul", *map(Formula.variable, (0, 1))))


FRAGILE = Formula.apply(
    "sub", Formula.apply("add", Formula.variable(0), Formula.constant(1e17)), Formula.constant(1e17)
)
"""Loses all digits of its input, but not in other units."""

PLAIN = Distil(extra="none", refit="none", prune=False)


def distilled(*arguments, distil=PLAIN, **options):
    """Distil as the paper does."""
    return distil_student(*arguments, distil=distil, **options)


def found(result):
    """Return the formulas of a student's result, each with its scores."""
    return [(entry.formula, entry.scores) for entry in result.front]


def honest(formula):
    return Candidate(formula, formula.predict)


class Scholar(Student):
    """Returns the product as steep as what it imitates, or misbehaves."""

    name = "scholar"
    mood: str = "good"

    def distil(self, task):
        basis = task.X[:, 0] * task.X[:, 1]
        found = product(float(basis @ task.y / (basis @ basis)))
        if self.mood == "raises":
            raise ValueError("not today")
        if self.mood == "scribbles":
            task.X[:] = task.y[:] = 0.0
        moods = {
            "empty": [],
            "nothing": None,
            "wrong": [Candidate(found, product(3.0).predict)],
            "generator": (honest(formula) for formula in [found]),
            "greedy": [honest(Formula.variable(7))],
            "front": [honest(Formula.variable(0)), honest(found)],
            "twice": [honest(found), honest(Formula.variable(0)), honest(found)],
            "half": [honest(Formula.apply("mul", Formula.constant(0.5), found))],
            "long": [honest(Formula.variable(1)), honest(Formula.apply("add", Formula.linear([1, -2], 0), found))],
            "fragile": [honest(FRAGILE)],
            "partly fragile": [honest(FRAGILE), honest(found)],
            "pole": [honest(Formula.apply("inverse", Formula.variable(1)))],
        }
        return moods.get(self.mood, [honest(found)])


class Steepness(Metric):
    """The mean norm of the gradient."""

    name = "steepness"
    direction = "lower"

    def score(self, context):
        return np.linalg.norm(context.gradient(), axis=1).mean()


class Steepest(Steepness):
    """The largest norm of the gradient."""

    name = "steepest"

    def score(self, context):
        return np.linalg.norm(context.gradient(), axis=1).max()


class Error(Metric):
    """The mean absolute error in the data's own units."""

    name = "error"
    direction = "lower"

    def score(self, context):
        return np.abs(context.restore(context.y) - context.restore(context.prediction)).mean()


class Likeness(Metric):
    """The mean distance from the teacher, where there is one."""

    name = "likeness"
    direction = "lower"

    def score(self, context):
        if context.teacher_prediction is None:
            return None
        return np.abs(context.prediction - context.teacher_prediction).mean()


METRICS = (Steepness(), Steepest(), Error(), Likeness())


def sweep(*strengths):
    return [(Unregularized(), strength) for strength in strengths]
