"""The hooks: one a kind of component, which returns the classes that a plugin adds; export formats; report sections.

A plugin is a module (or object) registered under the entry-point group ``smoothdistill``. Keep heavy
imports inside the components' methods, so that listing plugins stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

from smoothdistill_core.components import KINDS, Dataset, Metric, Regularizer, Student, Teacher
from smoothdistill_core.report_section import ReportSection

if TYPE_CHECKING:
    from smoothdistill_core.exports import ExportFormat

GROUP = "smoothdistill"
"""The name of the pluggy project and of the entry-point group."""

CONTRACT = 1
"""The version of the contract between core and plugins: hooks, tasks and component classes.

It grows by one when something is added that a plugin may depend on. A plugin module that needs version 2
says ``SMOOTHDISTILL_CONTRACT = 2``; a recipe says ``requires: [smoothdistill-contract>=2]``.
"""

HOOKS: dict[str, Any] = {f"{GROUP}_{kind}s": kind for kind in KINDS} | {
    f"{GROUP}_export_formats": "export format",
    f"{GROUP}_report_sections": "report section",
}
"""What one of the things is called that each hook returns."""

DEPRECATED: dict[str, str] = {}
"""Hooks that will go away, each with what to do instead; a plugin that has one is warned about by name."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def smoothdistill_teachers() -> list[type[Teacher]]:
    """Return the teachers that this plugin adds.

    ::

        import numpy as np
        from smoothdistill_core import Teacher, TrainedTeacher, hookimpl

        class TrainedMean(TrainedTeacher):
            def __init__(self, mean):
                self.mean = mean

            def predict(self, X):
                return np.full(len(X), self.mean)

            def save(self):
                return repr(self.mean).encode()

        class Mean(Teacher):
            \"\"\"Predicts the mean of the training target.\"\"\"

            name = "mean"

            def train(self, jobs):
                return [TrainedMean(float(job.y.mean())) for job in jobs]

            def load(self, data):
                return TrainedMean(float(data.decode()))

        @hookimpl
        def smoothdistill_teachers():
            return [Mean]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_regularizers() -> list[type[Regularizer]]:
    """Return the regularizers that this plugin adds.

    ::

        from smoothdistill_core import Regularizer, hookimpl

        class Gradient(Regularizer):
            \"\"\"The batch mean of the Jacobian's 1-norm.\"\"\"

            name = "gradient_l1"
            needs = frozenset({"jacobian"})

            def penalty(self, net, x):
                return net.jacobian(x).abs().sum(dim=1).mean()

        @hookimpl
        def smoothdistill_regularizers():
            return [Gradient]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_students() -> list[type[Student]]:
    """Return the students that this plugin adds.

    ::

        from smoothdistill_core import Candidate, Formula, Student, hookimpl

        class Constant(Student):
            \"\"\"Answers with the mean of what it is shown.\"\"\"

            name = "constant"

            def distil(self, task):
                formula = Formula.constant(float(task.y.mean()))
                return [Candidate(formula, formula.predict)]

        @hookimpl
        def smoothdistill_students():
            return [Constant]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the datasets that this plugin adds.

    ::

        from smoothdistill_core import Dataset, Table, hookimpl

        class Line(Dataset):
            \"\"\"y = 2 x + 1 at a hundred points.\"\"\"

            name = "line"
            points: int = 100
            \"\"\"The number of points.\"\"\"

            def load(self):
                import pandas as pd

                x = pd.Series(range(self.points), dtype=float)
                frame = pd.DataFrame({"x": x, "y": 2 * x + 1})
                return Table(frame, target="y", citation="none (made up)", licence="none needed")

        @hookimpl
        def smoothdistill_datasets():
            return [Line]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_metrics() -> list[type[Metric]]:
    """Return the metrics that this plugin adds.

    ::

        from smoothdistill_core import Metric, hookimpl

        class WorstError(Metric):
            \"\"\"The largest absolute error in standardised units.\"\"\"

            name = "worst_error"
            direction = "lower"

            def score(self, context):
                return float(abs(context.y - context.prediction).max())

        @hookimpl
        def smoothdistill_metrics():
            return [WorstError]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_export_formats() -> list[ExportFormat]:
    """Return the export formats that this plugin adds; ``smoothdistill export --format`` knows them.

    ::

        from smoothdistill_core import ExportFormat, Formula, hookimpl

        def write(formula, inputs, target):
            return formula.to_json()

        def run(exported, formula, inputs, rows):
            return Formula.from_json(exported).predict(rows)

        @hookimpl
        def smoothdistill_export_formats():
            what = "operators and their arguments in prefix order"
            return [ExportFormat("prefix", what, ".json", write, run)]
    """
    raise TypeError("a hook specification is not called")


@hookspec
def smoothdistill_report_sections() -> list[ReportSection]:
    """Return the sections that this plugin adds to the report of a run.

    ::

        from markupsafe import Markup
        from smoothdistill_core import ReportSection, hookimpl

        def write(page):
            sizes = [(name, outcome.nodes) for name, outcome in page.best.items()]
            items = [Markup("<li>{}: {} nodes</li>").format(name, size) for name, size in sizes]
            return Markup("<ul>{}</ul>").format(Markup().join(items)) if items else ""

        @hookimpl
        def smoothdistill_report_sections():
            return [ReportSection("sizes", "How long the formulas are", write)]
    """
    raise TypeError("a hook specification is not called")
