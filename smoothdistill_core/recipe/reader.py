"""Reading: a document and a registry become a `Recipe`, or a list of everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from smoothdistill_core.components import (
    CLASSES,
    Component,
    Dataset,
    Kind,
    Measure,
    Metric,
    Teacher,
    axis_of,
)
from smoothdistill_core.components.described import described
from smoothdistill_core.components.secret import NoSecretError, holds_secrets
from smoothdistill_core.errors import SmoothdistillError, did_you_mean
from smoothdistill_core.files import STANDARD_INPUT
from smoothdistill_core.recipe.defaults import ACCURACY, SMOOTHNESS, defaults_of
from smoothdistill_core.recipe.document import Document
from smoothdistill_core.recipe.in_words import ABOUT_LENGTH, in_words, parted, shown
from smoothdistill_core.recipe.members import members_of
from smoothdistill_core.recipe.past import without_past
from smoothdistill_core.recipe.problems import MOST_PROBLEMS, Path, Problem, RecipeError
from smoothdistill_core.recipe.recipe import SECTIONS, Choose, Distil, Heading, Recipe, Sweep
from smoothdistill_core.recipe.requirements import unmet
from smoothdistill_core.recipe.strengths import read_strengths
from smoothdistill_core.recipe.unweighed import unweighed
from smoothdistill_core.registry import Registry

Section = TypeVar("Section", bound=BaseModel)


def read_recipe(path: FilePath | str, registry: Registry, overrides: Iterable[str] = ()) -> Recipe:
    """Read a recipe file, or standard input for -, with ``path=value`` overrides.

    Raises `RecipeError` with all that is wrong.
    """
    path = FilePath(path)
    document = Document.from_file(path)
    for assignment in sorted(overrides, key=_follows):
        document.override(assignment, defaults_of(document.data, registry.components("student")))
    name = "recipe" if str(path) == STANDARD_INPUT else path.stem
    return _Reader(document, registry, path.parent, default_name=name).read()


def recipe_from_text(text: str, registry: Registry, name: str = "recipe", folder: FilePath | str = ".") -> Recipe:
    """Read a recipe from YAML text; its paths are relative to ``folder``."""
    return _Reader(Document(text, name), registry, FilePath(folder), default_name=name).read()


def recipe_from_data(
    data: Mapping[str, Any],
    registry: Registry,
    name: str = "recipe",
    folder: FilePath | str = ".",
    sections: Mapping[str, type[BaseModel]] = SECTIONS,
) -> Recipe:
    """Build a recipe from plain data, in which a component may also be an instance in place of its name.

    ``sections`` are the models of the study's own options, for programs that have other rules than a recipe.
    """
    return _Reader(Document.of(data, name), registry, FilePath(folder), default_name=name, sections=sections).read()


def _follows(assignment: str) -> bool:
    """Say whether an override comes after those of ``prepare``, which rule what other keys get by themselves."""
    return not assignment.lstrip().startswith("prepare")


class _Reader:
    def __init__(
        self,
        document: Document,
        registry: Registry,
        folder: FilePath,
        default_name: str,
        sections: Mapping[str, type[BaseModel]] = SECTIONS,
    ) -> None:
        self._sections = sections
        self._document = document
        self._registry = registry
        self._context = {"folder": folder.resolve()}
        self._default_name = default_name
        self._problems: list[Problem] = []

    def read(self) -> Recipe:
        data = self._document.data
        if not isinstance(data, dict):
            found = "is empty" if data is None else "is not a mapping of keys to values"
            self._complain((), found, "write at least `dataset: NAME`; for a table, `smoothdistill init` writes it")
            raise RecipeError(self._problems)
        defaults = defaults_of(data, self._registry.components("student"))
        data = {"name": self._default_name, **defaults, **data}
        for key in [key for key in data if key not in Recipe.model_fields]:
            self._complain((key,), f"there is no key {key!r}", did_you_mean(key, Recipe.model_fields), key=True)
        if "dataset" not in data:
            self._complain((), "the key 'dataset' is missing", "name one, for example `dataset: diabetes`")
            data["dataset"] = []
        heading = {key: data[key] for key in Heading.model_fields if key in data}
        parts: dict[str, Any] = {
            "requires": self._requirements(data.get("requires", [])),
            "dataset": self._components("dataset", data["dataset"]),
            "teacher": self._components("teacher", data["teacher"]),
            "regularizer": self._sweeps(data["regularizer"]),
            "student": self._components("student", data["student"]),
            "metric": self._components("metric", data["metric"]),
            **{key: self._section(model, key, data) for key, model in self._sections.items()},
        }
        if "regularizer" not in self._document.data:
            parts["regularizer"] = _accepted(parts["regularizer"], parts["teacher"])
        parts["distil"] = parts["distil"] and self._with_what_follows(parts["distil"], parts["choose"])
        self._validate(Heading, heading, ())
        recipe = Recipe.model_construct(None, **parts, **heading)
        self._check_together(recipe)
        if self._problems:
            raise RecipeError(sorted(self._problems, key=_reading_order))
        return recipe

    def _with_what_follows(self, distil: Distil, choose: Choose | None) -> Distil:
        """Return how a recipe distils that names no regularizers, or no students, and so compares none.

        One that asks for the sweet spot compares teachers. A first formula that leaves nothing to find may be one that
        does not go a demanded way: then none is spared.
        """
        demanding = choose is not None and bool(choose.monotone.directions)
        follows = {"teachers": ("regularizer", "best"), "spare": ("student", not demanding)}
        compared = self._document.data.keys() | distil.model_fields_set
        if choose and choose.rule == "sweet_spot":
            compared.add("regularizer")
        update = {key: value for key, (of, value) in follows.items() if not compared & {key, of}}
        return distil.model_copy(update=update)

    def _check_together(self, unchecked: Recipe) -> None:
        """Check what concerns several keys."""
        choose, prepare = unchecked.choose, unchecked.prepare
        if choose and prepare and choose.part == "validation" and prepare.validation == 0:
            wrong = "choosing on the validation part needs one, and this is 0"
            self._complain(("prepare", "validation"), wrong, "set it to 0.2, or choose.part to train")
        for teacher in unchecked.teacher if prepare else ():
            if teacher.needs_validation and prepare.validation == 0:
                wrong = f"the teacher {teacher} stops by the error on the validation part, and this is 0"
                self._complain(("prepare", "validation"), wrong, "set it to 0.2, or let the teacher train to the end")
            if problem := without_past(teacher, prepare):
                option, *said = problem
                self._complain(("prepare", option) if "prepare" in self._document.data else ("teacher",), *said)
            if prepare.target == "logit" and "logistic" not in teacher.losses:
                wrong = f"the teacher {teacher} has no logistic loss, which log-odds need"
                self._complain(("teacher",), wrong, "name another, or say prepare: {target: none}")
        for sweep in unchecked.regularizer if prepare and prepare.validation == 0 else ():
            if sweep.regularizer.needs_validation:
                wrong = f"the strength of {sweep.regularizer} follows the error on the validation part, and this is 0"
                self._complain(("prepare", "validation"), wrong, "set it to 0.2, or give fixed strengths")
        needed: set[str] = {ACCURACY, choose.score} if choose else {ACCURACY}
        lacking = needed - {metric.label for metric in unchecked.metric}
        if lacking and not any(problem.path[:1] == ("metric",) for problem in self._problems):
            self._complain(("metric",), f"choosing needs the metric {sorted(lacking)[0]!r}", "add it to the list")
        elif choose and choose.rule == "sweet_spot":
            self._check_smoothness(unchecked.metric)
            if unchecked.distil and unchecked.distil.teachers != "all":
                wrong = "the sweet spot is sought among all teachers, and here not all of them are distilled"
                self._complain(("distil", "teachers"), wrong, "set it to all, or choose.rule to best")
        self._check_pairs(unchecked)
        for path, wrong, remedy in unweighed(unchecked, self._registry) if prepare and prepare.weights else ():
            self._complain(path, wrong, remedy)

    def _check_smoothness(self, metrics: Sequence[Metric]) -> None:
        """Complain where no metric says how smooth teachers and formulas are."""
        if axis_of((metric.facts() for metric in metrics), Measure.SMOOTHNESS) is None:
            known = self._registry.components("metric")
            remedy = f"add {SMOOTHNESS!r} to the list" if SMOOTHNESS in known else "add one of a plugin to the list"
            self._complain(("metric",), "the sweet spot needs a metric that measures smoothness", remedy)

    def _check_pairs(self, unchecked: Recipe) -> None:
        """Complain where no teacher can train with any of the regularizers; single pairs are left out with a note."""
        known = {problem.path[:1] for problem in self._problems}
        if {("teacher",), ("regularizer",)} & known or any(map(unchecked.sweeps_of, unchecked.teacher)):
            return
        for teacher in unchecked.teacher:
            names = self._accepted_by(teacher)
            remedy = f"it takes {' or '.join(names)}" if names else "name another teacher"
            for place, sweep in enumerate(unchecked.regularizer):
                wrong = f"the teacher {teacher.name!r} cannot train with the regularizer {sweep.regularizer.name!r}"
                self._complain(("regularizer", place), wrong, remedy)

    def _accepted_by(self, teacher: Teacher) -> list[str]:
        """Return the names of the installed regularizers that a teacher can train with."""
        names = []
        for name, regularizer in self._registry.components("regularizer").items():
            with suppress(ValidationError):  # one that has to be given options may be taken, but not by its name alone
                if teacher.accepts(regularizer()):
                    names.append(name)
        return names

    def _section(self, model: type[Section], key: str, data: dict[str, Any]) -> Section | None:
        if key not in data:
            return model()
        return self._validate(model, data[key], (key,))

    def _requirements(self, data: Any) -> tuple[str, ...]:
        if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
            self._complain(("requires",), "must be a list of text", "write for example [smoothdistill>=0.1]")
            return ()
        for place, required in enumerate(data):
            if problem := unmet(required, self._registry):
                self._complain(("requires", place), *problem)
        return tuple(data)

    def _components(self, kind: Kind, data: Any) -> tuple[Any, ...]:
        found: list[Component] = []
        for path, entry in self._entries(kind, data):
            for component in self._members(self._component(kind, entry, path), path):
                if problem := _confusion(component, found):
                    self._complain(path, *problem)
                    break  # of a suite that stands twice, one member says it
                found.append(component)
        return tuple(found)

    def _members(self, component: Component | None, path: Path) -> Sequence[Component]:
        """Return what an entry stands for: nothing where it is wrong, of a dataset its members, else itself."""
        if not isinstance(component, Dataset):
            return () if component is None else (component,)
        try:
            return members_of(component)
        except SmoothdistillError as error:
            self._complain(path, *parted(str(error)))
            return ()

    def _sweeps(self, data: Any) -> tuple[Sweep, ...]:
        found: list[Sweep] = []
        for path, entry in self._entries("regularizer", data):
            options = dict(entry) if isinstance(entry, dict) else entry
            given = isinstance(options, dict) and "strength" in options
            strength = options.pop("strength") if given else None
            regularizer = self._component("regularizer", options, path)
            if regularizer is None:
                continue
            is_path = isinstance(strength, dict)
            if (regularizer, is_path) in ((sweep.regularizer, sweep.path) for sweep in found):
                what, remedy = (
                    ("a path of ", "keep one of them") if is_path else ("", "list it once, with all strengths")
                )
                self._complain(path, f"{what}{regularizer} is listed twice", remedy)
            strengths = self._strengths(strength, (*path, "strength")) if given else regularizer.sweep
            if regularizer.schedule() is not None and (is_path or 0.0 in strengths):
                wrong = f"{regularizer} sets its strength itself, from a start above 0"
                self._complain((*path, "strength"), wrong, "write the start, for example 0.1, or leave it out")
            if given and not regularizer.strengths:
                wrong = f"the regularizer {regularizer.name!r} takes no strength"
                self._complain((*path, "strength"), wrong, "remove it", key=True)
            # a regularizer without strengths is tried once, at strength 0
            found.append(Sweep.model_construct(regularizer=regularizer, strengths=strengths or (0.0,), path=is_path))
        return tuple(found)

    def _strengths(self, data: Any, path: Path) -> tuple[float, ...]:
        strengths, problems = read_strengths(data)
        for place, wrong, remedy in problems:
            self._complain((*path, *place), wrong, remedy)
        return strengths

    def _entries(self, kind: Kind, data: Any) -> Iterable[tuple[Path, Any]]:
        """Return the entries of a key that takes one component or a list, with their paths."""
        if isinstance(data, list):
            if not data and (kind != "dataset" or "dataset" in self._document.data):
                self._complain((kind,), "is an empty list", f"name at least one {kind}")
            return [((kind, place), entry) for place, entry in enumerate(data)]
        return [((kind,), data)]

    def _component(self, kind: Kind, entry: Any, path: Path) -> Any:
        if isinstance(entry, (str, CLASSES[kind])):
            entry = {"name": entry}
        if not isinstance(entry, dict):
            self._complain(
                path, f"must be a name or a mapping with a name, not {shown(entry)}", f"write `{kind}: NAME`"
            )
            return None
        options = dict(entry)
        name = options.pop("name", None)
        known = self._registry.components(kind)
        if isinstance(name, CLASSES[kind]):
            self._check_availability(type(name), path)
            valid = self._validate(type(name), {**name.model_dump(), **options}, path)
            return valid and name.model_copy(update={option: getattr(valid, option) for option in options})
        if not isinstance(name, str):
            wrong = "the key 'name' is missing" if name is None else f"name must be text, not {shown(name)}"
            self._complain((*path, "name"), wrong, f"known: {', '.join(known)}")
            return None
        where = (*path, "name") if self._document.place((*path, "name")) != self._document.place(path) else path
        if name not in known:
            remedy = self._registry.remedy(kind, name)
            if kind == "dataset" and FilePath(name).suffix:
                remedy = f"`smoothdistill init {name} --target COLUMN` writes the line that reads a file"
            self._complain(where, f"there is no {kind} {name!r}", remedy)
            return None
        self._check_availability(known[name], where)
        return self._validate(known[name], options, path)

    def _check_availability(self, component: type[Component], path: Path) -> None:
        if reason := self._registry.unavailable(component):
            self._complain(path, f"the {component.kind} {component.name!r} is unavailable", reason)

    def _validate(self, model: type[Section], data: Any, path: Path) -> Section | None:
        context = {**self._context, "place": lambda *key: self._document.place((*path, *key), key=True)}
        try:
            return model.model_validate(data, context=context)
        except ValidationError as error:
            self._explain(error, path, model)
            return None

    def _explain(self, error: ValidationError, path: Path, outer: type[BaseModel]) -> None:
        for detail in error.errors(include_url=False):
            here = (*path, *detail["loc"])
            model, option = _innermost(outer, detail["loc"])
            if _may_show_a_secret(detail, outer):
                detail = _without_what_it_shows(detail)
            if detail["type"] == "extra_forbidden":
                strength = path[:1] == ("regularizer",) and model is outer
                options = sorted(model.model_fields) + (["strength"] if strength else [])
                owner = f"{model.kind} {model.name!r}" if issubclass(model, Component) else here[-2]
                self._complain(here, f"{owner} has no option {option!r}", did_you_mean(option, options), key=True)
            elif detail["type"] == "missing":
                owner = f"{model.kind} {model.name!r}" if issubclass(model, Component) else "this"
                self._complain(here, f"{owner} needs the option {detail['loc'][-1]!r}", "add it")
            elif detail["type"] == "string_pattern_mismatch":
                remedy = f"write {described(model).model_fields[option].description}"
                self._complain(here, f"{shown(detail['input'])} does not fit", remedy)
            else:
                self._complain(here, *in_words(detail))

    def _complain(self, path: Sequence[str | int], wrong: str, remedy: str, *, key: bool = False) -> None:
        self._problems.append(self._document.problem(tuple(path), wrong, remedy, key=key))
        if len(self._problems) >= MOST_PROBLEMS:
            raise RecipeError(self._problems)


def _confusion(component: Component, others: Sequence[Component]) -> tuple[str, str] | None:
    """Return what is wrong, and the remedy, where results could not tell a component from one of the others."""
    if component in others:
        return f"{component} is listed twice", "list it once"
    if isinstance(component, Dataset):
        if component.label in (other.label for other in others if isinstance(other, Dataset)):
            remedy = "name each dataset once; files are told apart by their names"
            return f"the dataset {component.label!r} is listed twice", remedy
    elif str(component) in map(str, others):
        return f"{component} reads like one before", "give one of them another label or option"
    return None


def _accepted(sweeps: Iterable[Sweep], teachers: Sequence[Teacher]) -> tuple[Sweep, ...]:
    """Return the sweeps that some teacher can train with; all, where there is none."""
    sweeps = tuple(sweeps)
    return tuple(s for s in sweeps if any(teacher.accepts(s.regularizer) for teacher in teachers)) or sweeps


def _may_show_a_secret(detail: Any, outer: type[BaseModel]) -> bool:
    """Say whether one of pydantic's error details is about a secret, or about all options of what has one."""
    if not detail["loc"]:
        return holds_secrets(outer)
    field = outer.model_fields.get(str(detail["loc"][0]))
    return field is not None and holds_secrets(field.annotation)


def _without_what_it_shows(detail: Any) -> Any:
    """Return one of pydantic's error details without what was given, and without what a plugin's own check says."""
    hidden = {**detail, "input": SecretStr("of no interest")}
    own = isinstance(detail.get("ctx", {}).get("error"), NoSecretError)
    if detail["type"] in ABOUT_LENGTH or own or detail["type"] in ("extra_forbidden", "missing"):
        return hidden
    text = "what was given does not fit, and why is kept back, because it may show a secret; see what the option takes"
    return {**hidden, "type": "value_error", "ctx": {"error": text}}


def _innermost(model: type[BaseModel], location: Sequence[str | int]) -> tuple[type[BaseModel], str]:
    """Return the model that a place in a component leads into, and the name of the option there."""
    option = ""
    for depth, step in enumerate(location):
        option = str(step)
        inner = model.model_fields[option].annotation if option in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)) or depth == len(location) - 1:
            break
        model = inner
    return model, option


def _reading_order(problem: Problem) -> tuple[bool, list[int]]:
    numbers = [int(number) for number in problem.source.rsplit(":", 2)[1:] if number.isdecimal()]
    return not numbers, numbers
