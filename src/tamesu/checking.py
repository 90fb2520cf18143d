"""`tamesu check`: everything the user wrote, against every table of parts and against the host's tables, at once."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tamesu.artifacts.assembly import Loc
from tamesu.artifacts.competition import Competition, Part
from tamesu.artifacts.dataset import Dataset, load_test, load_train
from tamesu.artifacts.documents import Document
from tamesu.artifacts.ideas import IDEAS, Idea, read_ideas
from tamesu.artifacts.loading import find_recipes, move, read_competition, read_recipe
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.schema import guess_meant, validate
from tamesu.contracts import check_builds, check_plugins
from tamesu.errors import Fault, InputError, TamesuError, Where, nearest
from tamesu.learnable import check_heads, check_network
from tamesu.marking import check_marks, check_needs
from tamesu.plugins import load_plugins
from tamesu.registry import Registry
from tamesu.results.target_scale import judge_scales
from tamesu.symmetries import check_declarations, check_uses

# Room → its table, and what tamesu itself gives to a constructor where the room does not say so (`GIVEN_BY_US`).
TABLES = {
    "backbones": ("BACKBONES", frozenset({"in_channels", "size_px", "folder"})),
    "poolings": ("POOLINGS", frozenset[str]()),
    "losses": ("LOSSES", frozenset[str]()),
    "optimizers": ("OPTIMIZERS", frozenset({"params"})),
    "heads": ("DECODERS", frozenset[str]()),
    "constraints": ("CONSTRAINTS", frozenset({"width"})),
    "balances": ("BALANCES", frozenset({"terms"})),
    "penalties": ("PENALTIES", frozenset[str]()),
    "samplers": ("SAMPLERS", frozenset[str]()),
    "schedules": ("SCHEDULES", frozenset[str]()),
    "augmentations": ("AUGMENTATIONS", frozenset[str]()),
    "metrics": ("METRICS", frozenset[str]()),
    "splitters": ("SPLITTERS", frozenset({"n_splits"})),
    "platforms": ("PLATFORMS", frozenset[str]()),
}
CHANNELS = ("rgb",)


def check_folder(folder: Path) -> list[Fault]:
    """Every fault of a competition's folder: competition.yaml, plugins, tables and images, folds, recipes, ideas.

    Args:
        folder: the competition's folder.

    Returns:
        The faults, notes among them; each once, in the order of the road. Nothing is raised for the user's mistakes.
    """
    faults: list[Fault] = []
    try:
        load_plugins(folder)
    except InputError as error:
        faults += error.faults
    faults += check_plugins()
    competition, document, found = read_competition(folder)
    faults += found
    if competition is None and document is not None and (guess := guess_meant(Competition, document)) is not None:
        competition, document = guess
    if competition is not None and document is not None:
        faults += check_competition(competition, folder, document)
        faults += check_data(competition, folder, document, with_folds=not found)
    for name in find_recipes(folder):
        faults += check_recipe_file(folder, name, competition)
    faults += [] if competition is None else check_scales(folder, competition)
    faults += check_ideas(folder, competition)
    return list({(fault.code, str(fault.where), fault.text("en")): fault for fault in faults}.values())


def check_competition(competition: Competition, folder: Path, document: Document | None = None) -> list[Fault]:
    """The faults of a competition's parts: metric, splitter, platform, and of its symmetries.

    Args:
        competition: validated.
        folder: its folder, in which the sample submission must be; the train table is read where labels are moved.
        document: where it was read, for lines.
    """
    from tamesu.metrics import METRICS, check_metric

    document = document or Document({}, {}, "")
    faults = check_part("metrics", competition.metric, ("metric",), document)
    target = competition.targets.get(competition.main)
    if target is not None and competition.metric.name in METRICS:
        where = document.where(("metric", competition.metric.name))
        fits = check_metric(competition.metric.name, competition.metric.options, target.kind, where)
        faults += [fault for fault in fits if fault.code == "METRIC_KIND"]
    faults += check_part("splitters", competition.folds.splitter, ("folds", "splitter"), document)
    if competition.submission is not None:
        faults += check_part("platforms", competition.submission.platform, ("submission", "platform"), document)
        faults += check_sample(competition.data_folder(folder) / competition.submission.sample, document)
    return faults + check_declarations(competition, folder, document)


def check_sample(path: Path, document: Document) -> list[Fault]:
    """The sample submission must be there; what stands in it is for `submit` to compare."""
    if path.is_file():
        return []
    there = sorted(p.name for p in path.parent.iterdir() if p.is_file()) if path.parent.is_dir() else []
    values = {"known": ", ".join(there[:20]) or "-"}
    return [Fault("CONFIG_NO_FILE", "refuse", document.where(("submission", "sample")), values, nearest(path.name, there))]


def check_data(competition: Competition, folder: Path, document: Document, *, with_folds: bool = True) -> list[Fault]:
    """The faults of the tables, of the images' presence, and, `with_folds`, of splitting these rows as asked."""
    faults: list[Fault] = []
    for load in (load_train, load_test):
        try:
            dataset = load(folder, competition)
        except InputError as error:
            faults += error.faults
        else:
            faults += () if dataset is None else dataset.faults
            faults += check_folds(competition, dataset) if with_folds and load is load_train and dataset is not None else []
            faults += check_marks(competition, folder, dataset) if load is load_train and dataset is not None else []
    # A target that contradicts itself has been told by check_facts, with the contradiction.
    return [add_line(fault, document) for fault in faults if fault.code != "TABLE_TARGET_COLUMNS"]


def check_folds(competition: Competition, train: Dataset) -> list[Fault]:
    """What the splitter says about the train rows."""
    from tamesu.splitters import SplitRows, split_rows

    rows = SplitRows.of(train, competition.main)
    folds, part = competition.folds, competition.folds.splitter
    try:
        split = split_rows(part.name, part.options, rows, n_splits=folds.n_splits, repeats=folds.repeats, seed=folds.seed)
    except InputError as error:
        # The part itself has been checked with its line.
        return [fault for fault in error.faults if not fault.code.startswith("CONFIG_")]
    return list(split.faults)


def check_recipe_file(folder: Path, name: str, competition: Competition | None) -> list[Fault]:
    """The faults of one recipe by name, its parts included when there is a competition to hold them against."""
    return check_read(*read_recipe(folder, name), competition, folder)


def check_scales(folder: Path, competition: Competition) -> list[Fault]:
    """Notes about auxiliary values of extreme scale, for every recipe that can be read, each with its line."""
    try:
        train = load_train(folder, competition)
    except InputError:
        # The tables' own faults are told elsewhere.
        return []
    notes: list[Fault] = []
    for name in find_recipes(folder):
        recipe, document, _ = read_recipe(folder, name)
        if recipe is None or document is None:
            continue
        for note in judge_scales(recipe, train, competition.main):
            key = ("scaling",) if note.code == "SCALE_RAW" else ()
            notes.append(move(note, document.where(("heads", str(note.values["head"]), *key))))
    return notes


def check_read(
    recipe: Recipe | None, document: Document | None, faults: list[Fault], competition: Competition | None, folder: Path
) -> list[Fault]:
    """What `read_recipe` found, and the faults of the recipe's parts, or of the parts of what it seems to mean."""
    if recipe is None and document is not None and (guess := guess_meant(Recipe, document)) is not None:
        recipe, document = guess
    if recipe is None or competition is None:
        return faults
    return faults + check_recipe(recipe, competition, folder, document)


def check_ideas(folder: Path, competition: Competition | None) -> list[Fault]:
    """The faults of ideas.yaml, and of each idea as a change to the recipe `base` (or the first there is)."""
    ideas, _, faults = read_ideas(folder)
    recipes = find_recipes(folder)
    if not ideas or not recipes:
        return faults
    base = "base" if "base" in recipes else recipes[0]
    return faults + check_queue(folder, base, ideas.values(), competition)


def check_queue(folder: Path, recipe_name: str, ideas: Iterable[Idea], competition: Competition | None) -> list[Fault]:
    """The faults of ideas as changes to a recipe, before anything is trained.

    Args:
        folder: the competition's folder, its plugins loaded.
        recipe_name: the recipe they change.
        ideas: of ideas.yaml, or given on the spot.
        competition: the facts the recipes must fit; parts are not looked at without it.

    Returns:
        The faults, each once: of an idea of ideas.yaml with its line there, of a change on the spot with its key. Those that
        the recipe has without any idea are left out, and so are those of ideas.yaml itself.
    """
    _, document, _ = read_ideas(folder)
    of_base = {(fault.code, str(fault.where)) for fault in check_recipe_file(folder, recipe_name, competition)}
    faults: dict[tuple[str, str, str], Fault] = {}
    for idea in ideas:
        for fault in check_idea_on(folder, recipe_name, idea, document, competition):
            if (fault.code, str(fault.where)) not in of_base:
                faults[fault.code, str(fault.where), fault.text("en")] = fault
    return list(faults.values())


def check_idea_on(
    folder: Path, base: str, idea: Idea, document: Document | None, competition: Competition | None
) -> list[Fault]:
    """The faults of a recipe with an idea's changes; those of the changes stand in ideas.yaml when the idea stands there."""
    said = {}
    if document is not None and idea.name in document.value:
        said = {key: Where(IDEAS, document.where((idea.name, key)).line) for key in idea.changes}
    return check_read(*read_recipe(folder, base, idea.changes, said), competition, folder)


def check_recipe(recipe: Recipe, competition: Competition, folder: Path, document: Document | None = None) -> list[Fault]:
    """The faults of a recipe's parts, of its heads against the targets, and of its symmetries.

    Args:
        recipe: validated.
        competition: the facts it must fit.
        folder: the competition's folder; its train table is read when a flip meets undeclared symmetries.
        document: where the recipe was read, for lines; see `tamesu.artifacts.loading.read_recipe`.

    Returns:
        CONFIG_UNKNOWN_PART, CONFIG_UNKNOWN_OPTION, CONFIG_MISSING_OPTION, CONFIG_TYPE, CONFIG_RANGE of every part;
        those of `tamesu.learnable`; what an augmentation says when it is built;
        SYMMETRY_FORBIDDEN; SYMMETRY_UNDECLARED as a question, SYMMETRY_GROUND as a note.
    """
    document = document or Document(recipe.written(), {}, "")
    faults: list[Fault] = []
    for index, channel in enumerate(recipe.image.channels):
        if channel.name not in CHANNELS or channel.options:
            values = {"kind": "channel", "name": channel.name, "known": ", ".join(CHANNELS)}
            where = document.where(("image", "channels", index))
            faults.append(Fault("CONFIG_UNKNOWN_PART", "refuse", where, values, nearest(channel.name, CHANNELS)))
    for room, part, loc in parts_of(recipe):
        faults += check_part(room, part, loc, document)
    faults += check_views(recipe, document)
    faults += check_weights(recipe.backbone, folder, document) + check_builds(recipe, folder, document) if not faults else []
    faults += check_needs(recipe, competition, document)
    faults += check_heads(recipe, competition, folder, document)
    faults += check_network(recipe, competition, document, folder) if not faults else []
    return faults + check_uses(recipe, competition, folder, document)


def parts_of(recipe: Recipe) -> Iterator[tuple[str, Part, Loc]]:
    """Every part of a recipe with the room of its table and its path."""
    yield "backbones", recipe.backbone, ("backbone",)
    yield "poolings", recipe.pooling, ("pooling",)
    for name, head in recipe.heads.items():
        for room, key in (("losses", "loss"), ("poolings", "pooling"), ("constraints", "constraint"), ("heads", "decoder")):
            if (part := getattr(head, key)) is not None:
                yield room, part, ("heads", name, key)
    yield "balances", recipe.balance, ("balance",)
    for index, part in enumerate(recipe.penalties):
        yield "penalties", part, ("penalties", index)
    yield "samplers", recipe.sampler, ("sampler",)
    for index, part in enumerate(recipe.augmentations):
        yield "augmentations", part, ("augmentations", index)
    for index, part in enumerate(recipe.tta):
        yield "augmentations", part, ("tta", index)
    yield "optimizers", recipe.optimizer, ("optimizer",)
    yield "schedules", recipe.schedule, ("schedule",)


def table_of(room: str) -> tuple[Registry, frozenset[str]]:
    """A room's table of parts, and the parameters that are not the user's."""
    module = importlib.import_module(f"tamesu.{room}")
    name, given_by_us = TABLES[room]
    return getattr(module, name), getattr(module, "GIVEN_BY_US", given_by_us)


def check_part(room: str, part: Part, loc: Loc, document: Document) -> list[Fault]:
    """A part against its table; an option's fault stands on the option's own line."""
    table, given_by_us = table_of(room)
    loc = (*loc, part.name)
    where = document.where(loc)
    prefix = f"{where.key}."
    faults = []
    for fault in table.check(part.name, part.options, where, given_by_us):
        option = (fault.where.key or "").removeprefix(prefix)
        faults.append(fault if fault.where == where else move(fault, document.where((*loc, option))))
    return faults


def check_views(recipe: Recipe, document: Document) -> list[Fault]:
    """TTA_NO_VIEWS for each part under `tta` that has but one way to look at an image."""
    augmentations, _ = table_of("augmentations")

    def has_views(name: str, options: dict[str, Any]) -> bool:
        # Which views a part has can depend on its options; parts that cannot be built are told elsewhere.
        try:
            return bool(augmentations.build(name, options).views)
        except (ValueError, TypeError, TamesuError):
            return False

    blind = [
        (index, part.name)
        for index, part in enumerate(recipe.tta)
        if part.name in augmentations and not has_views(part.name, part.options)
    ]
    known = ", ".join(name for name in augmentations if has_views(name, {})) if blind else ""
    return [
        Fault("TTA_NO_VIEWS", "refuse", document.where(("tta", index)), {"name": name, "known": known}) for index, name in blind
    ]


def check_weights(backbone: Part, folder: Path, document: Document) -> list[Fault]:
    """A weight file of the user's must be there; whether it fits the network is seen when it is loaded."""
    from tamesu.backbones import BACKBONES

    try:
        BACKBONES.weight_files(backbone.name, backbone.options, folder)
    except InputError as error:
        where = document.where(("backbone", backbone.name, "weights"))
        return [move(fault, where) for fault in error.faults]
    return []


def resolve_recipe(recipe: Recipe) -> Recipe:
    """The recipe with every default of every part spelled out, so that writing a default changes no digest.

    Args:
        recipe: one that `check_recipe` found no fault in.
    """
    plain: dict[str, Any] = recipe.written()
    for room, part, loc in parts_of(recipe):
        table, given_by_us = table_of(room)
        parent = plain
        for step in loc[:-1]:
            parent = parent[step]  # type: ignore[index]
        parent[loc[-1]] = {part.name: table.resolve(part.name, part.options, given_by_us)}  # type: ignore[index]
    return validate(Recipe, plain)


def add_line(fault: Fault, document: Document) -> Fault:
    """A fault that names a key of the document, with the line of that key."""
    if fault.where.key is None or fault.where.line is not None or str(fault.where.file) not in (document.shown_as, "None"):
        return fault
    loc: Loc = tuple(fault.where.key.split("."))
    line = document.where(loc).line
    return fault if line is None else move(fault, Where(document.shown_as, line, fault.where.key))
