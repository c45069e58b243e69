"""A plugin of whatever components a test gives it, and a metric to give it."""

from types import SimpleNamespace

from smoothdistill_core import Metric, hookimpl


class Coin(Metric):
    """Heads."""

    name = "coin"
    direction = "higher"

    def score(self, context):
        return 1.0


def plugin(kind, *components):
    """Return an object with one hook that returns ``components``."""

    def hook():
        return list(components)

    hook.__name__ = f"smoothdistill_{kind}s"
    return SimpleNamespace(**{hook.__name__: hookimpl(hook)})
