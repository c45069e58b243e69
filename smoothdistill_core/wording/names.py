"""What components, methods and cells are called on the page: short where no two are confused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from smoothdistill_core.components import Role, at_strength
from smoothdistill_core.errors import printable
from smoothdistill_core.results import Method, Results
from smoothdistill_core.store import CellRecord


class Names:
    """The short names of one run: a component without its options, unless two of them share a name.

    ``students`` search, on the data or taught; ``teachers`` were trained; students are ``taught_by`` them, or by the
    best of them, which has a name of its own.
    """

    def __init__(self, results: Results) -> None:
        cells = [record.cell for record in results.cells]
        searches = (Role.DIRECT, Role.TAUGHT)
        self.students = list(dict.fromkeys(cell.student for cell in cells if cell.role in searches))
        self.teachers = list(dict.fromkeys(cell.teacher for cell in cells if cell.role is Role.TEACHER))
        self.taught_by = list(dict.fromkeys(cell.teacher for cell in cells if cell.role is Role.TAUGHT))
        self._short = short_names(text for cell in cells for text in (cell.student, cell.teacher) if text)
        self._trials = results.trials

    def short(self, component: str) -> str:
        """Return what a teacher or student is called."""
        return self._short.get(component, component)

    def pairing(self, student: str, teacher: str) -> str:
        """Return who teaches whom, as far as the run has several of either; empty where it has not."""
        parts = [self.short(student)] if student and len(self.students) > 1 else []
        parts += [self.short(teacher)] if teacher and len(self.taught_by) > 1 else []
        return " on ".join(parts)

    def method(self, method: Method) -> str:
        """Return what a method is called."""
        return self.labelled(method.label, method.student, method.teacher)

    def labelled(self, label: str, student: str, teacher: str = "") -> str:
        """Return a label with the student and the teacher where there are several of them."""
        pairing = "" if label == student else self.pairing(student, teacher)
        return f"{label} ({pairing})" if pairing else label

    def cell(self, record: CellRecord) -> str:
        """Return what a cell was to do, on which dataset and with which seed."""
        cell = record.cell
        penalty = at_strength(cell.regularizer, cell.strength)
        taught = " ".join(part for part in (self.short(cell.teacher), penalty) if part)
        what = f"{self.short(cell.student)} on {taught or 'the data'}" if cell.student else f"teacher {taught}"
        trial = self._trials[cell.trial]
        return f"{what}; {trial.dataset}, seed {trial.seed}"


def short_names(components: Iterable[str]) -> dict[str, str]:
    """Return for each component (``mlp(epochs=50)``) its name, with the options only where names repeat.

    >>> short_names(["mlp(epochs=50)", "gplearn", "gplearn(generations=3)"])["mlp(epochs=50)"]
    'mlp'
    """
    texts = set(components)
    names = Counter(text.partition("(")[0] for text in texts)
    return {text: name if names[name := text.partition("(")[0]] == 1 else text for text in texts}


def shortened(text: str, length: int = 26) -> str:
    """Return text for a figure: printable, and not longer than ``length`` letters."""
    text = printable(text)
    return text if len(text) <= length else f"{text[: length - 1]}…"
