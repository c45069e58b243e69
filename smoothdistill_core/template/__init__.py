"""The template of a plugin package: what ``smoothdistill new-plugin`` writes."""

from smoothdistill_core.template.package import new_plugin

__all__ = ["new_plugin"]
