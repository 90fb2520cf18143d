"""The verb `tune --augmentations`: find augmentations on one's own data, without training for each, and queue them as ideas.

Two ideas come out of it: `found_policy`, parts on which the trained networks keep their held-out loss (density matching), and
`match_test`, parts that lead from the look of the training images to that of the test images. Both are but proposals: `tamesu
try` gives the verdict. Labels of the test rows are used by neither.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from tamesu.artifacts.files import digest_of, write_text
from tamesu.artifacts.ideas import IDEAS, load_ideas
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.augmentations import AUGMENTATIONS
from tamesu.messages.phrases import phrase
from tamesu.preparation import prepare
from tamesu.progress import Reporter, Silent
from tamesu.results.likeness import compare_statistics, measure_image, propose_parts
from tamesu.results.policy_search import Candidate, Ranked, draw_candidates, halve, plan_rounds, rank, write_policy
from tamesu.running import load_material
from tamesu.workflow import CACHE_BYTES, train

if TYPE_CHECKING:
    from tamesu.training.held_out import HeldOut
    from tamesu.training.material import Material, Source

# What each statistic is called, as a phrase.
LOOKS = {
    "brightness": "look_brightness",
    "contrast": "look_contrast",
    "saturation": "look_saturation",
    "sharpness": "look_sharpness",
    "warmth": "look_warmth",
}
# Enough for the percentiles of a look; more would take seconds and change nothing.
LOOKED_AT = 800


def tune_augmentations(
    recipe: str = "base",
    *,
    folder: str | Path = ".",
    candidates: int = 64,
    images: int = 480,
    keep: int = 8,
    accept: Sequence[str] = (),
    device: str = "auto",
    reporter: Reporter | None = None,
) -> dict[str, dict[str, Any]]:
    """Search for augmentations, and write what is found into ideas.yaml.

    Args:
        recipe: the baseline; trained first where it is not yet.
        folder: the competition's folder.
        candidates: how many pairs of parts are looked at.
        images: how many held-out images the last round looks at.
        keep: how many pairs the policy has.
        accept: as for `train`.
        device: as for `train`.
        reporter: told the table and what was written.

    Returns:
        The ideas that were written: name → changes.

    Raises:
        InputError: as for `train`.
        StoppedRunError: somebody asked us to stop; what was measured is kept and not measured again.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    run = train(recipe, folder=folder, accept=accept, device=device, reporter=reporter)
    prepared = prepare(folder, recipe, accept=accept)
    material = load_material(prepared, run, None, CACHE_BYTES, reporter)
    try:
        kept, plain = search(material, run, candidates, images, keep, device, reporter)
        ideas: dict[str, dict[str, Any]] = {}
        if kept:
            ideas["found_policy"] = {"augmentations+": write_policy(kept)}
        say_ranked(kept, plain, reporter)
        (folder / "reports").mkdir(exist_ok=True)
        write_text(folder / "reports" / f"tune-{run.name}.csv", format_ranked(kept))
        parts = match_test(material, reporter)
    finally:
        material.close()
    if parts:
        ideas["match_test"] = {"augmentations+": parts if len(parts) > 1 else parts[0]}
    for name in queue_ideas(folder, ideas, why_of(recipe)):
        reporter.say(phrase("queued_idea", name=name, recipe=recipe))
    return ideas


def search(
    material: Material, run: Run, count: int, images: int, keep: int, device: str, reporter: Reporter
) -> tuple[list[Ranked], float]:
    """The best candidates, and the loss on unchanged images."""
    from tamesu.training import choose_device
    from tamesu.training.devices import choose_precision
    from tamesu.training.held_out import open_held_out

    where = choose_device(device)
    held_out = open_held_out(material, where, choose_precision(run, where, lambda: None), images)
    images = len(held_out.places)
    known = searchable(run.folder)
    pool = draw_candidates(count, 0, known)
    rounds = plan_rounds(count, images, keep)
    memory = Memory(run, known, images)
    plain = memory.losses(held_out, None, 0, images)
    ranked = [Ranked(candidate, 0.0, float("inf"), 0) for candidate in pool]
    total = sum(-(-count // 2**number) * size for number, size in enumerate(rounds))
    done = 0.0
    with reporter.track(phrase("searching"), total) as move:
        for number, size in enumerate(rounds):
            looked = []
            for entry in ranked:
                changed = memory.losses(held_out, entry.candidate, 0, size)
                looked.append(rank(entry.candidate, changed, plain[:size]))
                done += size
                move(min(done, total), "")
            last = number == len(rounds) - 1
            ranked = sorted(looked, key=lambda entry: entry.rise)[:keep] if last else halve(looked, keep)
    return ranked, float(plain.mean())


class Memory:
    """Losses that were measured before, in a journal of the run; a search that was stopped goes on from them.

    Args:
        run: whose networks are asked.
        known: parts that may be used.
        images: how many images there are.
    """

    def __init__(self, run: Run, known: Sequence[str], images: int) -> None:
        self.journal = Journal(run.path / "tune.jsonl")
        self.name = digest_of([run.spec.digest(), sorted(known), images])[:16]
        self.found: dict[str, np.ndarray] = {}
        for record in self.journal.records:
            if record["of"] == self.name:
                self.found[record["parts"]] = np.array(record["losses"])

    def losses(self, held_out: HeldOut, candidate: Candidate | None, first: int, last: int) -> np.ndarray:
        """Losses of the images from `first` to `last` under a candidate (None: as they are), measured where they are new."""
        written = [] if candidate is None else candidate.written()
        name = digest_of(written)
        before = self.found.get(name, np.empty(0))
        if len(before) < last:
            parts = [] if candidate is None else list(candidate.parts)
            fresh = held_out.losses(parts, len(before), last)
            before = np.concatenate([before, np.round(fresh, 6)])
            self.found[name] = before
            self.journal.append({"of": self.name, "parts": name, "losses": before.tolist()})
        return before[first:last]


def searchable(folder: Path) -> list[str]:
    """The parts that may be searched: those whose flip or turn competition.yaml does not forbid or give a meaning to."""
    declared: Mapping[str, Any] = load_competition(folder).symmetries
    return [name for name, part in AUGMENTATIONS.items() if declared.get(str(part.symmetry), "allowed") == "allowed"]  # type: ignore[attr-defined]


def say_ranked(kept: Sequence[Ranked], plain: float, reporter: Reporter) -> None:
    """A line for each kept candidate."""
    reporter.say(phrase("tune_head", plain=plain, count=len(kept)))
    for entry in kept:
        parts = " + ".join(f"{name} {options['strength']:g} (p {options['p']:g})" for name, options in entry.candidate.parts)
        reporter.say(f"  {entry.rise:+.4f} ± {entry.error:.4f}  {parts}")


def format_ranked(kept: Sequence[Ranked]) -> str:
    """The kept candidates as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["rise", "error", "images", "parts"])
    for entry in kept:
        writer.writerow([f"{entry.rise:.6f}", f"{entry.error:.6f}", entry.images, str(entry.candidate.written())])
    return buffer.getvalue()


def match_test(material: Material, reporter: Reporter) -> list[dict[str, Any]]:
    """Parts that lead to the look of the test images, after saying how the two differ; none when they look alike."""
    if material.test is None:
        reporter.say(phrase("match_no_test"))
        return []
    differences = compare_statistics(measure_source(material.train), measure_source(material.test))
    for difference in differences:
        text = "match_differs" if difference.counts else "match_alike"
        values: dict[str, Any] = {"train": difference.train[1], "test": difference.test[1], "auc": difference.auc}
        reporter.say(phrase(text, name=phrase(LOOKS[difference.name]), **values))
    return propose_parts(differences)


def measure_source(source: Source) -> np.ndarray:
    """Statistics of up to 800 images, evenly chosen, shape (images, 5)."""
    readable = np.flatnonzero(source.images.readable)
    chosen = readable[np.unique(np.linspace(0, len(readable) - 1, min(LOOKED_AT, len(readable))).astype(int))]
    return np.stack([measure_image(source.images.pixels(int(row))) for row in chosen])


def why_of(recipe: str) -> dict[str, str]:
    """The reason that stands with each idea."""
    return {
        "found_policy": phrase("why_found_policy", recipe=recipe),
        "match_test": phrase("why_match_test"),
    }


def queue_ideas(folder: Path, ideas: Mapping[str, dict[str, Any]], why: Mapping[str, str]) -> list[str]:
    """Append ideas to ideas.yaml, under new names where theirs are taken; what stands there stays as it is.

    Returns:
        The names they got; an idea that stands there already with the same changes is not written again.
    """
    path = folder / IDEAS
    there = load_ideas(folder)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    names = []
    for wanted, changes in ideas.items():
        same = next((name for name, idea in there.items() if idea.changes == changes), None)
        name, number = wanted, 1
        while same is None and name in there:
            number += 1
            name = f"{wanted}_{number}"
        if same is None:
            entry = yaml.safe_dump(
                {name: {"why": why[wanted], **changes}}, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
            )
            text += ("" if text.endswith("\n") or not text else "\n") + "\n" * bool(text) + entry
        names.append(same or name)
    if text:
        write_text(path, text)
    return names
