"""The names of components that the core knows: what a recipe gets where it says nothing, and what results compare with.

No other file of the core names a component. They are looked up in the registry like any others.
"""

from __future__ import annotations

from typing import Any

UNPENALISED = "none"
"""The regularizer of a teacher without a penalty, which every penalty is compared with."""

JACOBIAN, LIPSCHITZ = "jacobian", "lipschitz"
"""The paper's penalties."""

BASELINE = "linear"
"""The student on the data that reference tables have a column of."""

DEFAULTS: dict[str, Any] = {
    "teacher": ["mlp"],
    "regularizer": [UNPENALISED, JACOBIAN, LIPSCHITZ],
    "student": ["operon"],
    "metric": [
        *("r2", "fidelity", "complexity", "rmse", "mae"),
        *("jacobian_norm", "jacobian_norm_squared", "jacobian_norm_max", "spectral_norm_product"),
    ],
}
"""What a recipe gets where it says nothing."""
