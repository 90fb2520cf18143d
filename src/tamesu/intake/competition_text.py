"""competition.yaml as `init` writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable
from tamesu.intake.layout import Layout
from tamesu.intake.protocol import Protocol
from tamesu.intake.scan import Places
from tamesu.intake.targets import FoundTarget, Targets, make_name
from tamesu.intake.yaml_text import block, comment, reasons_for
from tamesu.messages import Language
from tamesu.messages.guesses import explain


def make_competition(
    places: Places,
    layout: Layout,
    targets: Targets,
    auxiliary: Sequence[FoundTarget],
    protocol: Protocol,
    symmetries: Mapping[str, Any],
) -> tuple[dict[str, Any], list[Guess]]:
    """The keys of competition.yaml, and what was guessed on the way.

    Args:
        places: the folders.
        layout: rows and images.
        targets: what is to be predicted.
        auxiliary: targets that only the training rows have.
        protocol: groups, folds and metric.
        symmetries: what flips and turns do to the labels.
    """
    guesses = []
    facts: dict[str, Any] = {"name": make_name(places.folder.resolve().name, set())}
    if places.written != ".":
        facts["data"] = places.written
        guesses.append(Guess("data", places.written, "DATA_ELSEWHERE" if places.own_prefix is None else "DATA_ABOVE"))
    facts["id"] = layout.id
    facts["train"] = {"table": layout.train.table, "image": layout.train.image}
    if layout.test is not None:
        facts["test"] = {"table": layout.test.table, "image": layout.test.image}
    facts["targets"] = {target.name: target_facts(target) for target in targets.found}
    facts["targets"] |= {target.name: target_facts(target) | {"known_in": "train"} for target in auxiliary}
    facts["main"] = targets.main.name
    if protocol.groups is not None:
        facts["groups"] = protocol.groups
    facts["metric"] = protocol.metric
    facts["folds"] = {"splitter": protocol.splitter, "n_splits": protocol.n_splits, "repeats": 1, "seed": 0}
    if symmetries:
        facts["symmetries"] = dict(symmetries)
    if layout.sample is not None:
        platform, more = choose_platform(layout.sample)
        facts["submission"] = {"sample": places.prefix + layout.sample.name, "platform": platform}
        guesses += more
    return facts, guesses


def target_facts(target: FoundTarget) -> dict[str, Any]:
    """One entry of `targets:`."""
    facts: dict[str, Any] = {"kind": target.kind}
    if target.columns:
        return facts | {"columns": list(target.columns)}
    facts["column"] = target.column
    if target.ordered:
        facts["labels"] = list(target.labels)
    return facts | ({"separator": target.separator} if target.separator else {})


def choose_platform(sample: HostTable) -> tuple[Any, list[Guess]]:
    """The platform that a form most likely belongs to, as a part."""
    if sample.headless:
        guesses = [
            Guess("submission.sample", sample.name, "SAMPLE_HEADLESS"),
            Guess("submission.platform", "signate", "PLATFORM_SIGNATE"),
        ]
        return {"signate": {"header": False}}, guesses
    found = [Guess("submission.sample", sample.name, "SAMPLE_NAME")]
    if "samplesubmission" in sample.name.rpartition("/")[2].lower().replace("_", ""):
        return "kaggle", [*found, Guess("submission.platform", "kaggle", "PLATFORM_KAGGLE")]
    return "file", found


def competition_text(facts: Mapping[str, Any], guesses: Sequence[Guess], language: Language | None) -> str:
    """competition.yaml with its reasons."""
    lines = comment(explain("COMPETITION_HEAD", {}, language))
    return "\n".join(lines) + "\n" + "".join(block(key, value, reasons_for(key, guesses)) for key, value in facts.items())
