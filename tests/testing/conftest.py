"""What the tests of the checks share."""

import pytest

from smoothdistill_core.testing import ConformanceError, NotCheckedError, checks_of


@pytest.fixture
def broken():
    """Run all checks on a component; return the messages of those that fail, by the name of the check.

    ``broken.skipped`` then holds the messages of those that could not be made.
    """

    def broken(component):
        messages, skipped = {}, {}
        broken.skipped = skipped
        for check in checks_of(component):
            try:
                check(component)
            except ConformanceError as error:
                messages[check.__name__] = str(error)
            except NotCheckedError as error:
                skipped[check.__name__] = str(error)
        return messages

    return broken


@pytest.fixture
def only_broken(broken):
    """Check that a component fails one check and no other, and that the message says why, and what helps."""

    def only_broken(component, check, found, remedy):
        messages = broken(component)
        assert list(messages) == [check], messages
        message = messages[check]
        assert f"the {component.kind} {component} breaks a contract.\nContract: " in message
        assert found in message.partition("Found: ")[2].partition("To mend it: ")[0]
        assert remedy in message.partition("To mend it: ")[2]

    return only_broken
