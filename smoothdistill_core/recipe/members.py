"""`members_of`: the datasets that a suite of a recipe stands for, checked to be such."""

from __future__ import annotations

from typing import Any

from smoothdistill_core.components import Dataset, Suite
from smoothdistill_core.components.secret import asked
from smoothdistill_core.errors import PluginError, SmoothdistillError, one_line


def members_of(suite: Suite) -> tuple[Dataset, ...]:
    """Return the members of a suite; raises `DataError`, or `PluginError` where the suite is not as it should be."""
    try:
        members: tuple[Any, ...] = tuple(asked(suite, suite.members))
    except SmoothdistillError:
        raise
    except Exception as error:
        raise PluginError(f"asking for the members raised {one_line(error)}; its plugin has to be mended") from error
    if not members:
        raise PluginError("the suite has no members; name another, or change its options")
    for member in members:
        if not isinstance(member, Dataset) or isinstance(member, Suite):
            shown = f"the suite {member}" if isinstance(member, Suite) else repr(member)
            raise PluginError(f"{shown} is among the members; a suite has to give datasets that have a table each")
    return members
