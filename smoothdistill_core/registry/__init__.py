"""Finds plugins, keeps the broken ones out, and turns names into components; there is no global registry."""

from smoothdistill_core.registry.discovery import OWN_DISTRIBUTION
from smoothdistill_core.registry.plugin import Plugin
from smoothdistill_core.registry.registry import Registry

__all__ = ["OWN_DISTRIBUTION", "Plugin", "Registry"]
