"""Write docs/reference.md and the drawer of docs/augmentations.md from the tables themselves: `python tools/reference.py`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tamesu.artifacts.competition import Competition, Folds, Rows, Submission, Symmetry, Target
from tamesu.artifacts.derived import DERIVATIONS
from tamesu.artifacts.recipe import ColumnInput, Head, ImageInput, Recipe
from tamesu.artifacts.spelling import flow
from tamesu.augmentations import AUGMENTATIONS
from tamesu.augmentations.table import GENERAL
from tamesu.cards import CARDS, LEARNING, Card
from tamesu.checking import TABLES
from tamesu.cli import cli
from tamesu.messages import CATALOGUE, render
from tamesu.messages.cards import FAMILIES
from tamesu.registry import Registry

PATH = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
DRAWER = PATH.with_name("augmentations.md")
HEADS = PATH.with_name("heads.md")
MARK = "<!-- What follows is made by `python tools/reference.py`; a test compares. -->\n"
# Every part has these; the page says so once.
COMMON = {*GENERAL, "strength", "folder"}


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
        ("recipes/*.yaml", (Recipe, ImageInput, Head, ColumnInput)),
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


def write_derivations() -> Iterator[str]:
    """Every way to make a target from another."""
    yield "## Derived targets\n"
    for name in DERIVATIONS:
        about = (inspect.getdoc(DERIVATIONS[name]) or "").split("\n\n")[0].replace("\n", " ")
        yield f"- `{name}`({list_options(DERIVATIONS, name, frozenset())}): {about}"


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
    for section in (write_verbs(), write_keys(), write_derivations(), write_parts(), write_codes()):
        lines += [*section, ""]
    return "\n".join(lines).rstrip() + "\n"


def make_drawer(page: str) -> str:
    """The page about augmentations: what was written by hand as it is, and below the mark every card by family."""
    lines = [page[: page.index(MARK)] + MARK, "## The drawer", ""]
    lines += ["Below each name stand its options with their defaults; `strength`, `only`, `balance` and `fixed` go with all."]
    for family, words in FAMILIES.items():
        if family in LEARNING:
            continue
        lines += ["", f"### {words.en[:1].upper()}{words.en[1:]}", ""]
        lines += ["| part | imitates | helps | lies |", "|---|---|---|---|"]
        for card in CARDS.values():
            if card.family == family:
                cells = [f"`{card.name}`{list_defaults(card)}", card.imitates.en, card.helps.en, card.lies.en]
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def make_heads(page: str) -> str:
    """The page about heads and losses: what was written by hand as it is, and below the mark every card by family."""
    lines = [page[: page.index(MARK)] + MARK, "## The cards"]
    for family, words in FAMILIES.items():
        if family not in LEARNING:
            continue
        lines += ["", f"### {words.en[:1].upper()}{words.en[1:]}", ""]
        lines += ["| card | does | helps | harms | first try |", "|---|---|---|---|---|"]
        for card in CARDS.values():
            if card.family == family:
                cells = [f"`{card.name}`", card.imitates.en, card.helps.en, card.lies.en, f"`{flow(card.try_first)}`"]
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def list_defaults(card: Card) -> str:
    """The options of a card's part that not every part has, as a recipe writes them."""
    if card.name not in AUGMENTATIONS:
        return ""
    said = []
    for name, parameter in AUGMENTATIONS.parameters(card.name).items():
        if name in COMMON:
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            said.append("… and the transform's own")
        else:
            value = parameter.default
            said.append(f"{name}: {'…' if value is parameter.empty else write_default(value)}")
    return "<br>" + "<br>".join(said) if said else ""


def write_default(value: Any) -> str:
    """A default in short, as a recipe writes it."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(write_default(item) for item in value) + "]"
    return f"{value:.4g}" if isinstance(value, float) else flow(value)


if __name__ == "__main__":
    PATH.write_text(make_reference(), encoding="utf-8")
    DRAWER.write_text(make_drawer(DRAWER.read_text(encoding="utf-8")), encoding="utf-8")
    HEADS.write_text(make_heads(HEADS.read_text(encoding="utf-8")), encoding="utf-8")
