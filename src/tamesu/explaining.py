"""The verb `explain`: what is wrong with a run, the images behind it, and what to try next."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.audit_file import write_value
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.explanation import (
    ClassPicture,
    ExplainedFinding,
    ExplainedStep,
    Explanation,
    digest_answers,
    name_neighbours,
    write_explanation,
)
from tamesu.artifacts.files import escape_surrogates, write_text
from tamesu.artifacts.heat import METHODS
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.embedding import embed_rows
from tamesu.errors import DamagedError, InputError
from tamesu.gathering import Subject, check_wishes, find_objects, find_subject, gather_data, gather_facts, name_labels
from tamesu.images.direct import DirectImages
from tamesu.lookup import find_run
from tamesu.messages import Language, choose_language
from tamesu.messages.explain_verb import say
from tamesu.metrics import format_score
from tamesu.preparation import count_workers
from tamesu.progress import Reporter, Silent
from tamesu.report.audit_sets import Picture, read_picture
from tamesu.report.columns import find_width
from tamesu.report.displays import Findings
from tamesu.report.explain_page import ExplainView, count_tiles, make_explain_page
from tamesu.report.explain_text import format_explanation
from tamesu.report.mistake_section import make_mistake_section
from tamesu.report.section import Section
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.view import AuditView
from tamesu.results.collapse import judge_target
from tamesu.results.diagnosis.evidence import Evidence, gather_evidence
from tamesu.results.diagnosis.judging import judge_run
from tamesu.results.diagnosis.remedies import Remedy, find_remedy
from tamesu.results.finding import Finding, in_order
from tamesu.results.guarding import judge_guards
from tamesu.results.mistakes import find_mistakes
from tamesu.results.nearest import find_nearest
from tamesu.results.next_steps import FEW_IMAGES, Step
from tamesu.results.scores import know_scores
from tamesu.worker import reopen_material

THUMBNAIL_PX = 256
PICTURES = 64
# Of a finding so many rows are named and shown.
MOST_ROWS = 24
# One pass a picture.
QUICK = ("grad_cam", "attention")
CACHE_BYTES = 20 * 2**30
# After one of these it is tried whether the recipe can memorise a few images.
ASKS_MEMORY = frozenset({"RUN_NO_SIGNAL", "RUN_RATE_LOW", "RUN_UNDERFITS"})


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A run as far as it has been looked at.

    Attributes:
        run: the run.
        subject: tables, marks and folds of its competition.
        data: rows and facts of their images.
        evidence: of the run.
        images: decoded.
        objects: the object's side as a share of the picture's, float64 (train rows,); NaN where it is not known.
        answers: what tells the run from what it becomes later.
    """

    run: Run
    subject: Subject
    data: AuditData
    evidence: Evidence
    images: DirectImages
    objects: NDArray[np.float64]
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page and its twin show besides findings.

    Attributes:
        sections: of the page.
        means: the mean heat of each class.
        neighbours: row of a mistake → (row, cosine) of the training images nearest to it.
    """

    sections: Sequence[Section] = ()
    means: Sequence[ClassPicture] = ()
    neighbours: Mapping[int, Sequence[tuple[int, float]]] = field(default_factory=dict)


def explain(
    run: str | None = None,
    *,
    folder: str | Path = ".",
    pictures: int = PICTURES,
    every_method: bool = False,
    accept: Sequence[str] = (),
    device: str = "auto",
    reporter: Reporter | None = None,
) -> tuple[Finding, ...]:
    """Say what is wrong with a run and what to try, with the images behind it.

    Args:
        run: which run; the newest when None.
        folder: the competition's folder.
        pictures: how many get heat maps; 0 asks no network.
        every_method: integrated gradients and occlusion as well (extra `explain`), for the first few of them.
        accept: codes of questions answered with "use it as it is".
        device: as for `train`.
        reporter: told the findings, the most important first.

    Returns:
        The findings in order of importance. `reports/explain-<run>.html` shows them with pictures and ideas to paste,
        `reports/explain-<run>.json` holds them for other programs.

    Raises:
        InputError: no such run or device, an unknown word to accept, or labels that are not those of now.
        DamagedError: a file of the run is not what was written.
    """
    reporter, language, started = reporter or Silent(), choose_language(), time.monotonic()
    check_wishes(accept, device)
    found = look(find_run(folder, run), accept, reporter, language)
    findings, steps = judge(found)
    if {one.code for one in findings} & ASKS_MEMORY:
        findings += ask_memory(found, device, reporter, language)
    shown = Shown()
    if pictures and len(found.evidence.rows):
        heated, shown = heat(found, pictures, METHODS if every_method else QUICK, device, reporter, language)
        findings, shown = findings + heated, show_mistakes(found, shown, device, reporter, language)
    findings = [replace(one, rows=one.rows[:MOST_ROWS]) for one in in_order(findings)]
    remedies = [find_remedy(one.code, one.values, found.run.recipe, found.run.spec.main) for one in findings]
    remedies = [replace(one, steps=one.steps + steps.get(of.code, ())) for one, of in zip(remedies, findings, strict=True)]
    page, file = write_outcome(found, findings, remedies, shown, time.monotonic() - started, language)
    ids = found.data.ids
    reporter.say(format_explanation(findings, remedies, ids, found.run.recipe.name, language, find_width()))
    reporter.say(say("wrote", language, page=page, file=file.name))
    return Findings(findings, title=found.run.name, page=page, recipe=found.run.recipe.name, remedies=remedies)


def look(run: Run, accept: Sequence[str], reporter: Reporter, language: Language) -> Found:
    """Read tables, curves and predictions, and scan the images that are not known yet."""
    subject = find_subject(run.folder, accept, language)
    answers, evidence = digest_answers(run), gather_evidence(run, subject.train)
    with reporter.track(say("scanning", language), 1.0) as move:
        facts = gather_facts(subject, move)
    data = gather_data(subject, facts)
    objects = np.full(len(subject.train), np.nan)
    sizes = find_objects(subject, data)
    if sizes is not None:
        # Of several in a picture the largest.
        np.fmax.at(objects, sizes.rows, sizes.sides)
    images = DirectImages(subject.root, data.paths, facts, max(THUMBNAIL_PX, run.recipe.image.size))
    return Found(run, subject, data, evidence, images, objects, answers)


def judge(found: Found) -> tuple[list[Finding], dict[str, tuple[Step, ...]]]:
    """All that needs no network; and by code, what the judges of collapse and of heads say to try."""
    evidence, facts = found.evidence, found.data.facts
    rows = evidence.rows
    heights, widths = facts.heights[rows].astype(np.float64), facts.widths[rows].astype(np.float64)
    measured = {
        "brightness": facts.brightness[rows].astype(np.float64),
        "sharpness": facts.sharpness[rows].astype(np.float64),
        "pixels": heights * widths / 1e6,
        "aspect": widths / np.maximum(heights, 1),
        "object": found.objects[rows],
    }
    groups = found.subject.train.groups
    findings = judge_run(evidence, measured, None if groups is None else groups[rows].tolist())
    main = found.run.spec.main
    advice = judge_target(found.run, main, evidence.truth, evidence.output, evidence.fold) if len(evidence.truth) else []
    advice += judge_guards(found.run, found.subject.train)
    findings += [Finding(one.fault.code, "warning", dict(one.fault.values)) for one in advice]
    return findings, {one.fault.code: one.steps for one in advice}


def ask_memory(found: Found, device: str, reporter: Reporter, language: Language) -> list[Finding]:
    """RUN_MEMORISES or RUN_CANNOT_MEMORISE, as the run's recipe does with a few images; nothing where it cannot be asked."""
    from tamesu.training import choose_device, memorise

    folder = found.run.folder
    try:
        with reporter.track(say("memorising", language), 1.0):
            material = reopen_material(found.run.path, {"workers": count_workers(None), "cache_bytes": CACHE_BYTES})
            outcome = memorise(material, FEW_IMAGES, choose_device(device))
    except InputError as error:
        reporter.say(say("no_memory", language, reason=error.faults[0].text(language)))
        return []
    sheet = folder / "reports" / f"overfit-{found.run.name}.png"
    sheet.parent.mkdir(exist_ok=True)
    outcome.write_sheet(sheet)
    facts = outcome.facts()
    values = {"count": FEW_IMAGES, "loss": facts["last"], "sheet": sheet.name}
    if outcome.passed:
        return [Finding("RUN_MEMORISES", "note", values)]
    return [Finding("RUN_CANNOT_MEMORISE", "severe", values, worth=6.5)]


def heat(
    found: Found, pictures: int, methods: Sequence[str], device: str, reporter: Reporter, language: Language
) -> tuple[list[Finding], Shown]:
    """Heat maps of the worst mistakes and of rows taken evenly, with what their numbers say."""
    from tamesu.report.heat_section import draw_classes, make_heat_section
    from tamesu.results.heat_findings import judge_heat
    from tamesu.results.heat_numbers import measure_heat
    from tamesu.training import choose_device
    from tamesu.training.heat import explain_images
    from tamesu.training.heat_objects import find_marked

    run, data, evidence = found.run, found.data, found.evidence
    rows = choose_pictures(evidence, data, pictures)
    train = found.subject.train
    folds = np.full(len(train), -1, np.int64)
    folds[evidence.rows] = evidence.fold
    truth = np.full(len(train), -1, np.int64)
    if evidence.has_classes:
        truth[evidence.rows] = evidence.truth
    targets = load_competition(run.folder).targets
    images = found.images
    try:
        with reporter.track(say("heating", language), float(max(1, len(rows)))) as move:
            maps = explain_images(
                run,
                images,
                [sha256 or "" for sha256 in data.sha256],
                rows,
                folds[rows],
                choose_device(device),
                count_workers(None),
                methods,
                lambda done, _total: move(float(done), ""),
                truth=truth[rows] if evidence.has_classes else None,
                find_objects=find_marked(train, targets, found.subject.root, images),
            )
    except (InputError, DamagedError) as error:
        reason = error.faults[0].text(language) if isinstance(error, InputError) else str(error)
        reporter.say(say("no_heat", language, reason=reason))
        return [], Shown()
    numbers = measure_heat(maps)
    ids = [data.ids[row] for row in rows]
    labels = evidence.labels if evidence.has_classes or evidence.kind == "multilabel" else ()
    section = make_heat_section(maps, numbers, ids, truth[rows] if evidence.has_classes else None, labels, language)
    means = [
        ClassPicture(label=name, count=count, jpeg=uri.partition(",")[2]) for name, count, uri in draw_classes(numbers, labels)
    ]
    return judge_heat(maps, numbers, labels), Shown([section], means)


def show_mistakes(found: Found, shown: Shown, device: str, reporter: Reporter, language: Language) -> Shown:
    """The most wrong, least sure and surest images of each label; mistakes beside the training images most like them."""
    said, data, run = found.evidence.said, found.data, found.run
    galleries = find_mistakes(said)
    if not galleries:
        return shown
    wrong = [gallery.rows for gallery in galleries if gallery.look not in ("unsure", "sure")]
    queries = np.unique(np.concatenate(wrong)) if wrong else np.zeros(0, np.int64)
    neighbours = {}
    if len(queries):
        try:
            with reporter.track(say("embedding", language), 1.0) as move:
                features = embed_rows(run.recipe, run.folder, data, found.subject.root, queries, device, move)
            neighbours = find_nearest(features, data.folds.T, queries).by_query(queries)
        except InputError as error:
            reporter.say(say("no_neighbours", language, reason=error.faults[0].text(language)))

    def picture(row: int) -> Picture | None:
        content = found.images.thumbnail(row)
        return None if content is None else read_picture(content)

    labels = name_labels(data)
    section = make_mistake_section(said, galleries, data.ids, picture, language, given=labels, neighbours=neighbours)
    return Shown([*shown.sections, section], shown.means, neighbours)


def choose_pictures(evidence: Evidence, data: AuditData, most: int) -> NDArray[np.int64]:
    """Rows for heat maps: half of them the most wrong, the others of every class alike, the same ones every time.

    Args:
        evidence: of the run.
        data: for the hashes that deal the others out.
        most: how many in all.
    """
    rows = evidence.rows[data.facts.readable[evidence.rows]]
    place = {row: number for number, row in enumerate(evidence.rows.tolist())}
    dealt = data.deal(rows.tolist())
    if not evidence.has_classes:
        return np.array(dealt[:most], np.int64)
    truth = np.asarray(evidence.truth, np.int64)
    chance = evidence.output[np.arange(len(truth)), truth]
    wrong = [row for row in rows.tolist() if evidence.told[place[row]] != truth[place[row]]]
    wrong.sort(key=lambda row: (chance[place[row]], row))
    taken = wrong[: most // 2]
    seen: dict[int, int] = {}
    order: list[tuple[int, int, int]] = []
    for row in dealt:
        label = int(truth[place[row]])
        seen[label] = seen.get(label, 0) + 1
        order.append((seen[label], len(order), row))
    chosen = set(taken)
    taken += [row for _, _, row in sorted(order) if row not in chosen][: most - len(taken)]
    return np.array(taken, np.int64)


def write_outcome(
    found: Found,
    findings: Sequence[Finding],
    remedies: Sequence[Remedy],
    shown: Shown,
    seconds: float,
    language: Language,
) -> tuple[Path, Path]:
    """Write the page and its twin for programs."""
    run, data = found.run, found.data
    view = ExplainView(
        run=run.name,
        recipe=run.recipe.name,
        audit=AuditView(
            name=run.name,
            findings=tuple(findings),
            ids=data.ids,
            train_rows=data.train_rows,
            thumbnail=found.images.thumbnail,
            labels=tell_labels(found),
            folds=tuple(", ".join(map(str, column)) for column in data.folds.T.tolist()),
            classes=len(data.labels),
            seconds=seconds,
            versions={"tamesu": find_version("tamesu") or "?"},
        ),
        remedies=remedies,
        tiles=make_tiles(found, language),
        sections=shown.sections,
    )
    page = run.folder / "reports" / f"explain-{run.name}.html"
    page.parent.mkdir(exist_ok=True)
    write_text(page, make_explain_page(view, language))
    explanation = Explanation(
        run=run.name,
        recipe=run.recipe.name,
        time=datetime.now().astimezone().isoformat(timespec="seconds"),
        answers=found.answers,
        findings=tuple(describe(one, remedy, data.ids) for one, remedy in zip(findings, remedies, strict=True)),
        nearest=name_neighbours(shown.neighbours, data.ids),
        heat=tuple(shown.means),
    )
    return page, write_explanation(run.folder, explanation)


def make_tiles(found: Found, language: Language) -> dict[str, str]:
    """The numbers beside the headline."""
    run = found.run
    scores = know_scores(run, lambda: found.subject.train)
    score = format_score(float("nan") if scores.cv is None else scores.cv)
    return count_tiles(len(found.evidence.rows), len(found.evidence.curves.jobs), score, run.spec.metric.name, language)


def tell_labels(found: Found) -> tuple[str, ...]:
    """Under each picture: its label, and what it was told as where that is another."""
    labels = list(name_labels(found.data))
    evidence = found.evidence
    if evidence.has_classes and labels:
        for row, code in zip(evidence.rows.tolist(), evidence.told.tolist(), strict=True):
            if evidence.labels[code] != labels[row]:
                labels[row] = f"{labels[row]} → {evidence.labels[code]}"
    return tuple(labels)


def describe(finding: Finding, remedy: Remedy, ids: Sequence[str]) -> ExplainedFinding:
    """A finding as plain values, with both languages of what was found left to `code` and `values`."""
    return ExplainedFinding(
        code=finding.code,
        weight=finding.weight,
        values={key: write_value(value) for key, value in finding.values.items()},
        ids=tuple(escape_surrogates(ids[row]) for row in finding.rows),
        ideas={name: dict(changes) for name, changes in remedy.ideas.items()},
        cards=tuple(remedy.cards),
        commands=tuple(step.command for step in remedy.steps),
        steps=tuple(ExplainedStep(command=step.command, en=step.why.en, ja=step.why.ja) for step in remedy.steps),
    )
