"""Write docs/reference.md from the tables themselves, so that it cannot fall behind: `python tools/reference.py`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from tamesu.artifacts.competition import Competition, Folds, Rows, Submission, Symmetry, Target
from tamesu.artifacts.recipe import Head, ImageInput, Recipe
from tamesu.checking import TABLES
from tamesu.cli import cli
from tamesu.messages import CATALOGUE, render
from tamesu.registry import Registry

PATH = Path(__file__).resolve().parents[1] / "docs" / "reference.md"


def write_verbs() -> Iterator[str]:
    """Every verb with its options."""
    yield "## Verbs\n"
    for name, command in cli.commands.items():
        yield f"### `tamesu {name}`\n"
        yield (command.help or "").split("\n\n")[0].replace("\n", " ") + "\n"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield f"- `{', '.join(parameter.opts)}`: {parameter.help}"
        yield ""


def write_keys() -> Iterator[str]:
    """Every key of the files a user writes."""
    yield "## Keys\n"
    for file, models in (
        ("competition.yaml", (Competition, Rows, Target, Symmetry, Folds, Submission)),
        ("recipes/*.yaml", (Recipe, ImageInput, Head)),
    ):
        for model in models:
            yield f"### {file}: {model.__name__}\n"
            yield (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ") + "\n"
            yield "| key | default |\n|---|---|"
            for name, field in model.model_fields.items():
                value = field.get_default(call_default_factory=True)
                shown = "required" if field.is_required() else f"`{show(value)}`"
                yield f"| `{name}` | {shown} |"
            yield ""


def show(value: object) -> str:
    """A default in short."""
    written = getattr(value, "written", None)
    if callable(written):
        return str(written())
    if hasattr(value, "model_dump"):
        return "{" + ", ".join(f"{k}: {show(v)}" for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    return "null" if value is None else str(value)


def write_parts() -> Iterator[str]:
    """Every part of every table with its options and defaults."""
    yield "## Parts\n"
    yield "Any name of timm is a backbone; any name of `torch.optim` or `timm.optim` an optimizer. `plugins/` adds your own.\n"
    for room, (table_name, given) in TABLES.items():
        module = importlib.import_module(f"tamesu.{room}")
        table: Registry = getattr(module, table_name)
        yield f"### {room}\n"
        if room == "backbones":
            yield f"Options of every timm backbone: {list_options(table, 'resnet18', frozenset())}\n"
            continue
        given = getattr(module, "GIVEN_BY_US", given)
        names = (
            list(table) if room != "optimizers" else [name for name in table if name in ("adamw", "sgd", "rmsprop", "nadam")]
        )
        for name in names:
            about = (inspect.getdoc(table[name]) or "").split("\n\n")[0].replace("\n", " ")
            about = "" if room == "optimizers" else f" {about}"
            yield f"- `{name}`({list_options(table, name, given)}):{about}"
        yield ""


def list_options(table: Registry, name: str, given: frozenset[str]) -> str:
    """A part's options with their defaults."""
    parts = []
    for option, parameter in table.parameters(name, given).items():
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        parts.append(f"{option}{default}")
    return ", ".join(parts)


def write_codes() -> Iterator[str]:
    """Every code of a fault, in words."""
    yield "## Codes\n"
    yield "| code | what it means | what to do |\n|---|---|---|"
    for code in sorted(CATALOGUE):
        what, do = render(code, Placeholders(), "en")
        cells = [text.replace("|", "\\|").replace("<", "&lt;") for text in (what, do)]
        yield f"| `{code}` | {cells[0]} | {cells[1]} |"


class Placeholder:
    """Shows itself as `…` whatever its format."""

    def __format__(self, spec: str) -> str:
        return "…"

    def __getitem__(self, key: object) -> Placeholder:
        return self

    def __repr__(self) -> str:
        return "…"

    __str__ = __repr__


class Placeholders(Mapping[str, object]):
    """Every placeholder there is."""

    def __getitem__(self, key: str) -> object:
        return Placeholder()

    def __iter__(self) -> Iterator[str]:
        import string

        names = {
            name.split(".")[0].split("[")[0]
            for message in CATALOGUE.values()
            for text in (message.what, message.do)
            for _, name, _, _ in string.Formatter().parse(text)
            if name
        }
        return iter(sorted(names))

    def __len__(self) -> int:
        return len(list(iter(self)))


def make_reference() -> str:
    """The whole page."""
    lines = ["# Reference", "", "Made by `python tools/reference.py` from the tables themselves; a test compares.", ""]
    for section in (write_verbs(), write_keys(), write_parts(), write_codes()):
        lines += [*section, ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PATH.write_text(make_reference(), encoding="utf-8")
