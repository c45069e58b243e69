"""`OneInputStudent`: curves of one input, the simplest formulas that use anything of a row."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student
from smoothdistill_linear.student import LARGEST_INPUT


class OneInputStudent(Student):
    """The constant, and for each of the inputs that tell most by themselves a line and a curve.

    A curve is ``a + b*log(x)``, ``a + b/x`` or ``a + b*exp(c*x)``: that with the least squared error, where it has
    less than the line. None of them turns: each rises, or falls, all along its input. So a study that demands
    directions of its formulas has one that is sure to go the demanded ways.
    """

    name = "one_input"
    weighs_rows = True
    revision = 2
    libraries = ("numpy", "scipy")

    inputs: int = Field(10, ge=1, description="of so many inputs, those with the best lines, there are formulas")

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the constant, then the formulas of each input, that with the best line first.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses.
        """
        from smoothdistill_core.searching import best_constant, checked
        from smoothdistill_linear.curves import curves_of

        task = checked(task, LARGEST_INPUT)
        constant = best_constant(task)
        return [constant.candidate, *([] if constant.is_exact else curves_of(task, self.inputs))]
