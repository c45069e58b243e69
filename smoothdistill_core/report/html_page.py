"""`write_page`: a template and its values as one HTML file that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smoothdistill_core.errors import SmoothdistillError, printable
from smoothdistill_core.files import write_whole
from smoothdistill_core.wording.numbers import difference, duration, number, p_value, plural

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

SCRIPTS = ("sort.js", "slider.js")
STYLE = "page.css"


def write_page(path: Path, template: str, **values: Any) -> Path:
    """Fill a template and write it; raises `SmoothdistillError` where that is not possible.

    Whatever a name holds is shown as text. The page's policy lets the browser load nothing, and run no script but its
    own, which it recognises by its hash.
    """
    from markupsafe import Markup

    environment = _environment()
    script, style = "\n".join(_source(environment, name) for name in SCRIPTS), _source(environment, STYLE)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    page = environment.get_template(template).render(
        policy=policy,
        script=Markup(script),  # noqa: S704 our own files
        style=Markup(style),  # noqa: S704 our own file
        version=version("smoothdistill"),
        **values,
    )
    return write_text(path, page)


def fragment(section: str, **values: Any) -> Markup:
    """Fill the template of a section; whatever a name holds is text in what is returned."""
    from markupsafe import Markup

    written = _environment().get_template(f"sections/{section}.html").render(**values)
    return Markup(written)  # noqa: S704 the templates escape


def write_text(path: Path, text: str) -> Path:
    """Write a file as a whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-8", errors="replace"))
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be written: {error.strerror}") from None
    return path


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("smoothdistill_core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "difference": difference,
        "duration": duration,
        "p_value": p_value,
        "printable": printable,
        "plural": plural,
        "svg": Markup,  # what `Picture` holds was written by the XML library, which escapes
        "mathml": Markup,  # what `Piece` holds escapes every name
    }
    return environment


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:  # pragma: no cover - it was given above
        raise SmoothdistillError("the templates of the report are missing")
    return environment.loader.get_source(environment, name)[0]
