"""What a suite promises: members that can be told apart, the same ones each time, at once and without side effects."""

from __future__ import annotations

from smoothdistill_core.components import Dataset, Suite
from smoothdistill_core.recipe.members import members_of
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import Check, Contract
from smoothdistill_core.testing.datasets import check_label
from smoothdistill_core.testing.surroundings import changes_made_by, shaken

MEMBERS = Contract(
    "members() returns at least one dataset, and none that is a suite itself",
    "return a list of datasets that are ready to be loaded",
)
APART = Contract(
    "the members have labels of their own: what is found on each is kept and shown under its label",
    "give each member a title, a name or whatever its label is made of",
)
SAME = Contract(
    "asking twice gives the same members in the same order",
    "seed every random generator from an option, and sort what comes in no order",
)
ALONE = Contract(
    "a suite leaves the process as it was: no global random state, no setting, no variable, no printing",
    "use own generators, and set nothing that is global",
)


def check_members(component: Suite) -> None:
    """Check that there are members, and that they are datasets."""
    with MEMBERS.kept_by(component, "asking for the members"):
        members_of(component)


def check_labels_of_members(component: Suite) -> None:
    """Check that no two members share a label."""
    with APART.kept_by(component, "asking members for their labels"):
        labels = [member.label for member in component.members()]
    if twice := [label for label in labels if labels.count(label) > 1]:
        raise APART.broken(component, f"two members are called {twice[0]!r}")


def check_members_are_the_same_twice(component: Suite) -> None:
    """Check that the members and their order repeat, whatever the global random state."""
    found = []
    for global_seed in (1, 2):
        with shaken(global_seed):
            found.append(_members(component, SAME))
    if found[0] != found[1]:
        raise SAME.broken(component, "the second time there are other members, or another order")


def check_members_leave_the_process_alone(component: Suite) -> None:
    """Check that asking for the members touches no global state, and prints nothing."""
    changed = changes_made_by(lambda: _members(component, ALONE))
    if changed:
        raise ALONE.broken(component, f"members changed {', '.join(changed)}")


CHECKS: tuple[Check, ...] = (
    *options.CHECKS,
    check_label,
    check_members,
    check_labels_of_members,
    check_members_are_the_same_twice,
    check_members_leave_the_process_alone,
)
"""All checks of suites; a member is held to those of datasets."""


def _members(component: Suite, contract: Contract) -> tuple[Dataset, ...]:
    with contract.kept_by(component, "asking for the members"):
        return tuple(component.members())
