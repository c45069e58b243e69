"""Draws the picture of the README from a real run: a plain teacher, a smooth one, and the formula.

    python docs/picture.py

It writes docs/_static/picture.svg. Data and settings are those of the README's first example.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from smoothdistill_core import SymbolicDistiller

FILE = Path(__file__).parent / "_static" / "picture.svg"
INK, GREY, RED, BLUE, GREEN = "#22303a", "#9aa5ad", "#c8553d", "#2f6db3", "#2e8b57"
STYLE = {"svg.hashsalt": "smoothdistill", "font.size": 11, "text.color": INK, "axes.edgecolor": GREY}


def main() -> None:
    """Fit once for each teacher, and draw both beside the formula."""
    random = np.random.default_rng(0)
    hour = random.uniform(0, 24, 60)
    depth = 3 + 2 * np.sin(hour / 2) + random.normal(0, 0.6, 60)
    X, y = pd.DataFrame({"hour": hour}), pd.Series(depth, name="depth")
    spiky, smooth = (
        SymbolicDistiller(
            teacher={"name": "mlp", "activation": "relu", "epochs": 3000},
            regularizer=["none", "jacobian"],
            strength=0.03,
            student={"name": "operon", "operators": ["add", "mul", "sin"], "max_length": 9},
            choice=penalty,
            random_state=0,
        ).fit(X, y)
        for penalty in ("none", "jacobian")
    )
    times = pd.DataFrame({"hour": np.linspace(0, 24, 481)})
    panels = [
        ("a plain teacher", "spiky: it learns the noise", RED, spiky.teacher_.predict(times)),
        ("a smooth teacher", "its slopes are penalised", BLUE, smooth.teacher_.predict(times)),
        ("its student's formula", str(smooth.formula_).partition("  (")[0], GREEN, smooth.predict(times)),
    ]
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, facecolor="white")
        for axis, (title, below, colour, curve) in zip(axes, panels, strict=True):
            axis.plot(hour, depth, "o", color=GREY, markersize=3.6, markeredgewidth=0)
            axis.plot(times["hour"], curve, color=colour, linewidth=2.4)
            axis.set_title(title, color=colour, fontweight="bold", fontsize=14)
            axis.set_xlabel(below, fontsize=10.5, labelpad=8, color=colour)
            axis.set_xticks([])
            axis.set_yticks([])
            axis.spines[["top", "right"]].set_visible(False)
        for axis in axes[1:]:
            axis.annotate("→", (-0.12, 0.5), xycoords="axes fraction", fontsize=22, ha="center", color=INK)
        axes[0].set_ylabel("60 noisy measurements", color=GREY)
        figure.tight_layout(w_pad=3, rect=(0, 0, 0.97, 1))
        FILE.parent.mkdir(exist_ok=True)
        figure.savefig(FILE, metadata={"Date": None})


if __name__ == "__main__":
    main()
