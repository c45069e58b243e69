"""The hook of this plugin."""

from __future__ import annotations
