"""Name → part. A part's constructor is its schema: options are checked against its signature before anything is built.

A table stands in sight in each room:

    LOSSES = Registry("loss", {"cross_entropy": CrossEntropy, "bce": BinaryCrossEntropy})

A plugin adds to it with a decorator: `@LOSSES.register("mine")`.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from tamesu.errors import Fault, Where, nearest
from tamesu.messages.expected import literal_choices, say_expected

Probability = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]

P = TypeVar("P", bound=type)


class Registry(Mapping[str, type]):
    """A table of parts of one kind.

    Args:
        kind: what the entries are, in one word, for messages ("loss").
        parts: name → class. The constructor takes keyword-only options with annotations.

    Examples:
        >>> class Focal:
        ...     def __init__(self, *, gamma: Positive = 2.0) -> None:
        ...         self.gamma = gamma
        >>> losses = Registry("loss", {"focal": Focal})
        >>> [f.code for f in losses.check("focal", {"gama": 1.0})]
        ['CONFIG_UNKNOWN_OPTION']
        >>> losses.resolve("focal", {}), losses.build("focal", {"gamma": 3.0}).gamma
        ({'gamma': 2.0}, 3.0)
    """

    def __init__(self, kind: str, parts: Mapping[str, type]) -> None:
        self.kind = kind
        self._parts = dict(parts)

    def __getitem__(self, name: str) -> type:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def register(self, name: str) -> Callable[[P], P]:
        """Decorator that adds a class under `name`; a name that is taken is refused.

        Raises:
            ValueError: the name stands in the table already.
        """

        def add(part: P) -> P:
            if name in self._parts:
                raise ValueError(f"there is a {self.kind} called {name!r} already; give yours another name")
            self._parts[name] = part
            return part

        return add

    def remove(self, name: str) -> None:
        """Take a part out again, for a plugin whose file has changed."""
        del self._parts[name]

    def made_by(self, module: str) -> list[str]:
        """The names of the parts whose class was made by a module, such as a plugin."""
        return [name for name, part in self._parts.items() if getattr(part, "__module__", None) == module]

    def parameters(self, name: str, given_by_us: frozenset[str] = frozenset()) -> dict[str, inspect.Parameter]:
        """The options a user may write, by name, with annotations evaluated.

        Args:
            name: an entry.
            given_by_us: parameters filled by tamesu itself (class count, label list), not by the recipe.
        """
        return {k: p for k, p in read_signature(self[name]).parameters.items() if k not in given_by_us and k != "self"}

    def check(
        self,
        name: str,
        options: Mapping[str, Any],
        where: Where | None = None,
        given_by_us: frozenset[str] = frozenset(),
    ) -> list[Fault]:
        """Every fault of `{name: options}`: unknown part, unknown or missing option, wrong type, value out of range.

        Args:
            name: the part's name as written.
            options: its options as written.
            where: the part's place; an option's fault is placed at `<key>.<option>`.
            given_by_us: parameters filled by tamesu itself.

        Returns:
            The faults; empty when the part can be built.
        """
        where = where or Where()
        if name not in self:
            known = ", ".join(sorted(self)) or "-"
            values = {"kind": self.kind, "name": name, "known": known}
            return [Fault("CONFIG_UNKNOWN_PART", "refuse", where, values, nearest(name, self))]
        parameters = self.parameters(name, given_by_us)
        takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        named = {k: p for k, p in parameters.items() if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        faults = []
        for option, value in options.items():
            place = Where(where.file, where.line, f"{where.key}.{option}" if where.key else option)
            if option in named:
                faults += check_value(value, named[option].annotation, place)
            elif not takes_any:
                values = {"kind": self.kind, "name": name, "option": option, "known": ", ".join(named) or "-"}
                faults.append(Fault("CONFIG_UNKNOWN_OPTION", "refuse", place, values, nearest(option, named)))
        for option, parameter in named.items():
            if parameter.default is parameter.empty and option not in options:
                values = {"kind": self.kind, "name": name, "option": option}
                faults.append(Fault("CONFIG_MISSING_OPTION", "refuse", where, values))
        return faults

    def resolve(self, name: str, options: Mapping[str, Any], given_by_us: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The options with every default spelled out, in the order of the signature."""
        full: dict[str, Any] = {}
        for option, parameter in self.parameters(name, given_by_us).items():
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            if option in options:
                full[option] = coerce(options[option], parameter.annotation)
            elif parameter.default is not parameter.empty:
                full[option] = parameter.default
        return full | {k: v for k, v in options.items() if k not in full}

    def build(self, name: str, options: Mapping[str, Any], **ours: Any) -> Any:
        """An instance: the user's options plus what tamesu itself gives."""
        given = {k: v for k, v in ours.items() if k in self.parameters(name)}
        return self[name](**self.resolve(name, options, frozenset(given)), **given)


@cache
def read_signature(part: Callable[..., Any]) -> inspect.Signature:
    """The signature with its annotations evaluated; a recipe is checked dozens of times while it is tried."""
    return inspect.signature(part, eval_str=True)


@cache
def make_adapter(annotation: Any) -> TypeAdapter[Any]:
    """What reads values of a type."""
    return TypeAdapter(annotation)


def check_value(value: Any, annotation: Any, where: Where) -> list[Fault]:
    """The faults of one value against a type annotation, strictly: no text for a number, no number for text.

    Examples:
        >>> check_value(0.5, Probability, Where(key="p")), check_value(1.5, Probability, Where(key="p"))[0].code
        ([], 'CONFIG_RANGE')
        >>> check_value("ten", int, Where(key="epochs"))[0].code
        'CONFIG_TYPE'
    """
    if annotation is inspect.Parameter.empty:
        return []
    try:
        coerce(value, annotation)
    except ValidationError as error:
        # A union reports each member it tried; the one that looked deepest into the value was the one meant.
        first = max(error.errors(), key=lambda found: len(found["loc"]))
        ranged = first["type"] in RANGE_ERRORS
        context = first.get("ctx", {})
        values = {"value": repr(value), "expected": say_expected(first["type"], context, first["msg"])}
        near = nearest(str(value), literal_choices(context)) if first["type"] == "literal_error" else None
        return [Fault("CONFIG_RANGE" if ranged else "CONFIG_TYPE", "refuse", where, values, near)]
    return []


RANGE_ERRORS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number", "multiple_of"}


def coerce(value: Any, annotation: Any) -> Any:
    """The value as the annotation wants it (a YAML list for a tuple, 1 for 1.0), or pydantic's ValidationError."""
    if annotation is inspect.Parameter.empty:
        return value
    # JSON mode is strict about text and numbers, yet lets a list stand for a tuple.
    try:
        adapter = make_adapter(annotation)
    except TypeError:
        # What a plugin wrote beside the type cannot be a key.
        adapter = TypeAdapter(annotation)
    return adapter.validate_json(json.dumps(value), strict=True)
