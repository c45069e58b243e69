"""`as_html`: an explained model in a notebook: formulas, how near they are, and pictures."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from smoothdistill_core.report.figures import (
    Picture,
    Sheet,
    common_limits,
    drawing,
    effect_of,
    predicted_against_actual,
    shares_of_inputs,
)
from smoothdistill_core.report.figures.palette import VARIABLES
from smoothdistill_core.wording.numbers import plural, share

if TYPE_CHECKING:
    from smoothdistill_core.explaining.model_explanation import ModelExplanation

MOST_EFFECTS = 3
"""So many columns have a picture."""

MOST_OUTPUTS = 4
"""So many outputs have pictures."""

COLOURS = "; ".join(f"{variable}: {colour}" for colour, variable in VARIABLES.items())


def as_html(explanation: ModelExplanation) -> str:
    """Return one element that holds everything; whatever a name holds is shown as text."""
    parts = [f"<p><strong>{escape(explanation.model)}</strong> as {_what(explanation)}</p>"]
    if explanation.scale == "log-odds":
        parts.append(f"<p>{explanation.probability()._repr_html_()}</p>")
    else:
        parts += [f"<p>{formula._repr_html_()}</p>" for formula in explanation.formulas.values()]
    if explanation.scale == "softmax":
        parts.append("<p>The probability of a class is exp(its score) over the sum of exp(score) of all classes.</p>")
    parts.append(f"<p>{escape(explanation.fidelity)}</p>")
    with drawing():
        for number, output in enumerate(explanation.outputs[:MOST_OUTPUTS]):
            pictures = "".join(_framed(picture) for picture in _pictures(explanation, output, number))
            heading = f"<p>{escape(output)}</p>" if len(explanation.outputs) > 1 else ""
            parts.append(f'{heading}<div style="display: flex; flex-wrap: wrap; gap: 1rem">{pictures}</div>')
    parts.append("<p>The rows at which they differ most:</p>")
    parts.append(explanation.disagreement().to_html(index=False, escape=True, border=0, float_format="{:.4g}".format))
    parts += [f"<p><small>{escape(note)}</small></p>" for note in explanation.notes]
    return f'<div style="{COLOURS}">{"".join(parts)}</div>'


def _what(explanation: ModelExplanation) -> str:
    count = len(explanation.outputs)
    rows = plural(sum(explanation.rows.values()), "row")
    return f"{'a formula' if count == 1 else f'{count} formulas'}, from its answers to {rows}"


def _pictures(explanation: ModelExplanation, output: str, number: int) -> list[Picture]:
    portrait = explanation.portrait(output)
    target = explanation.formulas[output].scaling.target
    shown = portrait.formulas[explanation.front[explanation.taken].places[number]]
    key, sheet = f"explained-{number}", Sheet()
    rows = f"{len(portrait.actual)} held-out rows"
    drawn: list[Picture | None] = [
        predicted_against_actual(
            portrait.actual,
            shown.predicted,
            target,
            rows,
            f"{key}-rows",
            "Model and formula",
            sheet,
            ("model", "formula"),
        ),
        shares_of_inputs(shown.shares, f"{key}-shares", "What matters", sheet),
    ]
    limits = common_limits(list(shown.effects.values()))
    for place, (column, effect) in enumerate(list(shown.effects.items())[:MOST_EFFECTS]):
        part = shown.shares.get(column, math.nan)
        title = f"{column} ({share(part)})" if math.isfinite(part) else column
        data = portrait.inputs.get(column, ())
        drawn.append(effect_of(column, effect, data, target, limits, f"{key}-effect-{place}", title, sheet))
    return [picture for picture in drawn if picture is not None]


def _framed(picture: Picture) -> str:
    caption = f"{picture.title}. {picture.caption}".strip()
    style = f"margin: 0; max-width: {picture.width:g}px"
    return f'<figure style="{style}">{picture.svg}<figcaption>{escape(caption)}</figcaption></figure>'
