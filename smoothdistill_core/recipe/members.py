"""`members_of`: the datasets that one of a recipe stands for: those of a suite, and one for each target."""

from __future__ import annotations

from typing import Any

from smoothdistill_core.components import Dataset, Suite
from smoothdistill_core.components.secret import asked
from smoothdistill_core.errors import PluginError, SmoothdistillError, one_line


def members_of(dataset: Dataset) -> tuple[Dataset, ...]:
    """Return the members of a suite, and a dataset for each of several targets; of others the dataset itself.

    Raises `DataError`, or `PluginError` where the dataset is not as it should be.
    """
    if not isinstance(dataset, Suite):
        return tuple(asked(dataset, dataset.each_target))
    try:
        members: tuple[Any, ...] = tuple(asked(dataset, dataset.members))
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
    return tuple(each for member in members for each in members_of(member))
