"""A document against a model: pydantic judges, and every fault it finds is told at once in the user's terms."""

from __future__ import annotations

import copy
import json
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tamesu.artifacts.assembly import Loc, value_at
from tamesu.artifacts.competition import Part
from tamesu.artifacts.documents import Document, merge_faults
from tamesu.artifacts.scalars import shorten
from tamesu.errors import Fault, nearest, raise_faults
from tamesu.messages.expected import A_PART, literal_choices, say_expected
from tamesu.messages.message import Phrase
from tamesu.registry import RANGE_ERRORS

M = TypeVar("M", bound=BaseModel)

RANGED = RANGE_ERRORS | {"too_short", "too_long", "int_parsing_size"}

# A renamed key shows what is wrong inside it only then, and so on inwards.
MENDING_ROUNDS = 4


def validate(model: type[M], document: Document | Mapping[str, Any]) -> M:
    """The model's instance that a document describes.

    Args:
        model: a strict pydantic model: `Competition`, `Recipe`, or one of ours.
        document: a loaded document, or plain values without places.

    Raises:
        InputError: every fault of the document: CONFIG_UNKNOWN_KEY, CONFIG_MISSING_KEY, CONFIG_TYPE, CONFIG_RANGE,
            CONFIG_NAME, each with file, line, dotted key and the nearest known name.

    Examples:
        >>> from tamesu.artifacts.competition import Folds
        >>> validate(Folds, {"n_splits": 4}).n_splits
        4
        >>> validate(Folds, {"n_split": 4, "seed": "ten"})
        Traceback (most recent call last):
        ...
        tamesu.errors.InputError: seed: 'ten' is not a whole number [CONFIG_TYPE]; write a whole number
        n_split: there is no key 'n_split' here (did you mean 'n_splits'?) [CONFIG_UNKNOWN_KEY]; the keys here are: ...
    """
    document = document if isinstance(document, Document) else Document(dict(document), {}, "")
    instance, faults = check_document(model, document)
    raise_faults(faults)
    assert instance is not None  # no fault, no None: see check_document
    return instance


def check_document(model: type[M], document: Document) -> tuple[M | None, list[Fault]]:
    """The instance, or None and every fault; those the document came with are among them."""
    try:
        # JSON mode: strict about text and numbers, yet a list may stand for a tuple.
        instance = model.model_validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        return None, merge_faults(document.faults, tell_errors(error, model, document))
    return (None if document.faults else instance), list(document.faults)


def guess_meant(model: type[M], document: Document) -> tuple[M, Document] | None:
    """What a faulty document seems to mean, so that the rest of it can be checked in the same breath; never trained with.

    A mistyped key or choice is taken for the nearest one, any other faulty value for left out.

    Args:
        model: what the document should describe.
        document: one in which `check_document` found faults.

    Returns:
        The instance and the document mended, or None when that takes more than leaving out and the nearest names.
    """
    meant = Document(copy.deepcopy(document.value), dict(document.places), document.shown_as)
    for _ in range(MENDING_ROUNDS):
        try:
            return model.model_validate_json(json.dumps(meant.value), strict=True), meant
        except ValidationError as error:
            for item in error.errors(include_url=False):
                meant = mend(meant, *tell_error(dict(item), model, meant))
    return None


def mend(document: Document, loc: Loc, fault: Fault) -> Document:
    """The document with one faulty entry of a mapping renamed, replaced by the nearest choice, or left out."""
    parent = value_at(document.value, loc[:-1])
    if not loc or not isinstance(parent, dict) or loc[-1] not in parent:
        return document
    bad = parent.pop(loc[-1])
    if fault.code == "CONFIG_NAME" and isinstance(bad, str):
        parent[loc[-1]] = "unnamed"
    elif fault.code == "CONFIG_UNKNOWN_KEY" and fault.near is not None and fault.near not in parent:
        parent[fault.near] = bad
        new = (*loc[:-1], fault.near)
        renamed = {new + old[len(loc) :] if old[: len(loc)] == loc else old: at for old, at in document.places.items()}
        return Document(document.value, renamed, document.shown_as)
    elif fault.near is not None:
        parent[loc[-1]] = fault.near
    return document


def tell_errors(error: ValidationError, model: type[BaseModel], document: Document) -> list[Fault]:
    """pydantic's errors as faults; several about one value become one, and a typo is not also told as a missing key."""
    faults: dict[Loc, Fault] = {}
    for item in error.errors(include_url=False):
        loc, fault = tell_error(dict(item), model, document)
        faults.setdefault(loc, fault)
    meant = {(*loc[:-1], f.near) for loc, f in faults.items() if f.code == "CONFIG_UNKNOWN_KEY"}
    return [f for loc, f in faults.items() if f.code != "CONFIG_MISSING_KEY" or loc not in meant]


def tell_error(item: dict[str, Any], model: type[BaseModel], document: Document) -> tuple[Loc, Fault]:
    """One of pydantic's errors as a fault, with the path it is about."""
    loc: Loc = tuple(item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    part = find_part(model, loc)
    if part is not None and not (kind == "missing" and part == loc):
        return tell_part(part, document)
    if kind == "value_error":  # check_name is the only validator of ours that refuses a value
        loc, name = (loc[:-1], loc[-2]) if loc[-1] == "[key]" else (loc, item["input"])
        return loc, Fault("CONFIG_NAME", "refuse", document.where(loc), {"name": say_value(name)})
    where = document.where(loc)
    if kind == "extra_forbidden":
        known = known_keys(model, loc[:-1])
        values: dict[str, object] = {"key": shorten(str(loc[-1])), "known": ", ".join(known) or "-"}
        return loc, Fault("CONFIG_UNKNOWN_KEY", "refuse", where, values, nearest(str(loc[-1]), known))
    if kind == "missing":
        return loc, Fault("CONFIG_MISSING_KEY", "refuse", where, {"key": loc[-1]})
    near = nearest(str(item["input"]), literal_choices(context)) if kind == "literal_error" else None
    values = {"value": say_value(item["input"]), "expected": say_expected(kind, context, item["msg"])}
    return loc, Fault("CONFIG_RANGE" if kind in RANGED else "CONFIG_TYPE", "refuse", where, values, near)


def tell_part(loc: Loc, document: Document) -> tuple[Loc, Fault]:
    """What is wrong with something that should be a part: not one name, or options that are no mapping."""
    value = value_at(document.value, loc)
    if isinstance(value, dict) and len(value) == 1:
        (name, options), expected = next(iter(value.items())), OPTIONS
        return loc, Fault(
            "CONFIG_TYPE", "refuse", document.where((*loc, name)), {"value": say_value(options), "expected": expected}
        )
    return loc, Fault("CONFIG_TYPE", "refuse", document.where(loc), {"value": say_value(value), "expected": A_PART})


OPTIONS = Phrase("a mapping of options, such as `{p: 0.5}`", "オプションの並び（例: `{p: 0.5}`）")


def say_value(value: Any) -> str | Phrase:
    """A value of the user's for a message, short, in YAML's own spelling.

    Examples:
        >>> say_value("ten"), say_value(True), say_value([1, 2])
        ("'ten'", 'true', '[1, 2]')
    """
    if value is None:
        return Phrase("nothing", "空の値")
    if isinstance(value, str):
        return shorten(repr(value))
    return shorten(json.dumps(value, ensure_ascii=False, default=repr))


def known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys a model takes at a path inside it; none where any key may stand."""
    annotation = annotation_at(model, loc)
    return list(annotation.model_fields) if is_model(annotation) else []


def find_part(model: type[BaseModel], loc: Loc) -> Loc | None:
    """The beginning of a path that stands for a part, or None when the path meets no part."""
    return next((loc[:n] for n in range(len(loc) + 1) if annotation_at(model, loc[:n]) is Part), None)


def annotation_at(model: type[BaseModel], loc: Loc) -> Any:
    """The type expected at a path inside a model, or None when nothing is known of it.

    Examples:
        >>> from tamesu.artifacts.recipe import Head, Recipe
        >>> annotation_at(Recipe, ("heads", "theme")) is Head, annotation_at(Recipe, ("augmentations", 0)) is Part
        (True, True)
    """
    annotation: Any = model
    for step in loc:
        annotation = inner_annotation(annotation, step)
    return annotation


def inner_annotation(annotation: Any, step: str | int) -> Any:
    """The type of one entry of a model, mapping or list; None when there is no such entry."""
    if is_model(annotation):
        field = annotation.model_fields.get(step)
        return None if field is None or annotation is Part else bare(field.annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is dict and isinstance(step, str):
        return bare(arguments[1])
    if typing.get_origin(annotation) is list and isinstance(step, int):
        return bare(arguments[0])
    return None


def bare(annotation: Any) -> Any:
    """A type without `Annotated` and without `| None`; of a choice between words and one model, the model."""
    if typing.get_origin(annotation) is typing.Annotated:
        return bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not type(None)]
        models = [member for member in members if is_model(member)]
        only = models if len(models) == 1 else members
        return bare(only[0]) if len(only) == 1 else annotation
    return annotation


def is_model(annotation: Any) -> bool:
    """Whether a type is a pydantic model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
