"""The verb `audit`: know the data before believing a score."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tamesu.artifacts.adoption import adopt
from tamesu.artifacts.audit_file import Audit, matches, read_audit, write_audit
from tamesu.artifacts.audit_rows import FILE as ROWS
from tamesu.artifacts.audit_rows import AuditRows, list_doubts, write_audit_rows
from tamesu.artifacts.competition import CODED
from tamesu.artifacts.corrections import can_be_corrected
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import escape_surrogates, write_text
from tamesu.artifacts.group_file import COLUMN, write_column
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.tables import read_table
from tamesu.artifacts.worksheet import FOLDER, read_worksheet, write_guideline, write_worksheet
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.frozen import add_features, find_network_fault
from tamesu.gathering import (
    GROUP_FILES,
    Subject,
    check_wishes,
    find_subject,
    gather_data,
    gather_facts,
    gather_given,
    name_group_file,
    name_labels,
)
from tamesu.images.direct import DirectImages
from tamesu.messages import Language, choose_language
from tamesu.messages.audit_verb import say
from tamesu.messages.message import Phrase
from tamesu.progress import Reporter, Silent
from tamesu.report.audit_page import write_audit_page
from tamesu.report.audit_text import format_audit
from tamesu.report.columns import find_width
from tamesu.report.displays import Findings
from tamesu.report.html import data_uri
from tamesu.report.relabel_page import make_relabel_page
from tamesu.results.audit.adoption import LEAST_GROUPS
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.inspection import STEPS, Inspection, inspect, list_sets
from tamesu.results.audit.row_finds import find_rows
from tamesu.results.audit.view import AuditView
from tamesu.results.finding import Finding, in_order
from tamesu.results.leaks import SEVERE

PAGE = "audit.html"
THUMBNAIL_PX = 256
# What says that the recipe's network could not be asked.
WEAK = "AUDIT_RECIPE_FAULT"
TEST_LIKE_FILE = "audit/test_like.csv"


def audit(
    folder: str | Path = ".",
    *,
    accept: Sequence[str] = (),
    device: str = "auto",
    relabel: bool = False,
    adopt_groups: bool = False,
    reporter: Reporter | None = None,
) -> tuple[Finding, ...]:
    """Read every image and every row once, and say what is broken, double, leaking, doubtful, different.

    Args:
        folder: the competition's folder.
        accept: codes of questions answered with "use it as it is".
        device: where the frozen network computes, as for `train`.
        relabel: write the doubtful labels onto a worksheet, `relabel/<target>.csv` and `.html`.
        adopt_groups: write the groups that are proposed, and a splitter that keeps them, into competition.yaml.
        reporter: told the findings, the most important first.

    Returns:
        The findings in order of importance. `reports/audit.html` shows them with pictures, `audit.json` holds them for other
        programs, `audit/groups.csv` the groups that are proposed. Nothing is looked at twice while data, folds, recipe and
        runs stay as they are.

    Raises:
        InputError: any fault in the user's files that leaves nothing to audit; DEVICE_UNKNOWN; ACCEPT_UNKNOWN and
            ACCEPT_LEAK_UNKNOWN; AUDIT_NO_GROUPS and ADOPT_ONE_GROUP, nothing is there to adopt.
    """
    reporter, folder, language = reporter or Silent(), Path(folder), choose_language()
    started = time.monotonic()
    check_wishes(accept, device)
    subject = find_subject(folder, accept, language)
    for fault in subject.asked:
        reporter.say(fault.text(language))
    page = folder / "reports" / PAGE
    known = read_known(folder, subject.digest)
    there = page.is_file() and (folder / ROWS).is_file()
    if known is not None and there and not relabel and is_as_weak(known, subject):
        findings, ids = revive_findings(known, subject), subject.ids
        reporter.say(format_audit(findings, ids, language, find_width()))
        reporter.say(say("unchanged", language, page=page))
    else:
        data, found = look(subject, device, reporter, language)
        findings = found.findings
        rows = write_outcome(subject, data, found, time.monotonic() - started, language)
        reporter.say(format_audit(findings, data.ids, language, find_width()))
        reporter.say(say("wrote", language, page=page))
        if relabel:
            write_relabelling(subject, data, rows, language, reporter)
    if adopt_groups:
        adopt_found(folder, reporter, language)
    return Findings(findings, title=subject.found.competition.name, page=page)


def is_as_weak(known: Audit, subject: Subject) -> bool:
    """Whether what kept the last audit from asking the recipe's network does so still; where nothing kept it, it is."""
    said = [one.revived()["reason"] for one in known.findings if one.code == WEAK]
    if not said or subject.recipe is None:
        # A recipe that is at fault is part of the digest.
        return True
    fault = find_network_fault(subject)
    return fault is not None and said[0] == say_reason((fault,))


def say_reason(faults: Sequence[Fault]) -> Phrase:
    """The first fault in its own words, in both languages, and how many there are besides."""
    more = f" (+{len(faults) - 1})" if len(faults) > 1 else ""
    return Phrase(*(escape_surrogates(faults[0].text(language) + more) for language in ("en", "ja")))


def judge_recipe(subject: Subject, faults: Sequence[Fault]) -> list[Finding]:
    """What the audit does without, and why.

    Args:
        subject: its own faults of the recipe come first.
        faults: of the network, when the recipe has none.
    """
    if subject.recipe is None and not subject.has_recipe:
        return [Finding("AUDIT_NO_RECIPE", "note")]
    faults = subject.recipe_faults or faults
    return [Finding(WEAK, "warning", {"reason": say_reason(faults)})] if faults else []


def read_known(folder: Path, digest: str) -> Audit | None:
    """The last audit, when it is of these very data; None too when its file is damaged or cannot be told any more."""
    try:
        known = read_audit(folder)
        if known is None or not matches(known, digest):
            return None
        for one in known.findings:
            one.text()
    except (DamagedError, KeyError):
        # A KeyError: a message of ours has changed since.
        return None
    return known


def revive_findings(known: Audit, subject: Subject) -> tuple[Finding, ...]:
    """The findings of a file, for the terminal: with rows, without pictures and charts."""
    place = {row: number for number, row in reversed(list(enumerate(subject.ids)))}
    return tuple(
        Finding(
            one.code,
            one.weight,
            one.revived(),
            tuple(place[row] for row in one.ids if row in place),
            worth=one.worth or 0.0,
        )
        for one in known.findings
    )


def look(subject: Subject, device: str, reporter: Reporter, language: Language) -> tuple[AuditData, Inspection]:
    """Scan, compute features where weights are at hand, and have all judges look."""
    with reporter.track(say("scanning", language), 1.0) as move:
        facts = gather_facts(subject, move)
    data = gather_data(subject, facts)
    given = gather_given(subject, data)
    faults: tuple[Fault, ...] = ()
    if subject.recipe is not None and subject.recipe.backbone.options.get("weights") != "none":
        try:
            with reporter.track(say("features", language), 1.0) as move:
                data, given = add_features(subject, data, given, device, move)
        except InputError as error:
            faults = error.faults
    with reporter.track(say("judging", language), float(len(STEPS))) as move:
        done = iter(range(len(STEPS)))
        found = inspect(data, given, lambda name: move(float(next(done)), say(f"step_{name}", language)))
    return data, replace(found, findings=tuple(in_order([*judge_recipe(subject, faults), *found.findings])))


def write_outcome(subject: Subject, data: AuditData, found: Inspection, seconds: float, language: Language) -> AuditRows:
    """Write page, groups, rows and `audit.json`; the last says that the others are there."""
    folder, competition = subject.found.folder, subject.found.competition
    if found.groups is not None:
        header = competition.id, COLUMN
        write_column(folder / name_group_file(competition), header, data.ids[: data.train_rows], found.groups.tolist())
    if found.test_like is not None:
        chances = [f"{chance:.4f}" for chance in found.test_like.tolist()]
        write_column(folder / TEST_LIKE_FILE, (competition.id, "chance"), data.ids[: data.train_rows], chances)
    images = DirectImages(subject.root, data.paths, data.facts, THUMBNAIL_PX)
    view = AuditView(
        name=competition.name,
        findings=found.findings,
        ids=data.ids,
        train_rows=data.train_rows,
        thumbnail=images.thumbnail,
        labels=name_labels(data),
        folds=tuple(", ".join(map(str, column)) for column in data.folds.T.tolist()),
        classes=len(data.labels),
        seconds=seconds,
        versions={"tamesu": find_version("tamesu") or "?"},
    )
    write_audit_page(view, folder / "reports" / PAGE, language)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = find_rows(data, found, name_labels(data), now)
    write_audit_rows(folder, rows)
    leaks = {name: [[data.ids[row] for row in rows] for rows in sets] for name, sets in found.leaks.items() if sets}
    codes = {finding.code for finding in found.findings if finding.weight == "severe"}
    adopted: dict[str, list[list[str]]] = {}
    if data.groups is not None and competition.groups in GROUP_FILES:
        # Whoever takes adopted groups out of competition.yaml again has the leak again.
        adopted["groups"] = [[data.ids[row] for row in rows] for rows in list_sets(data.groups)]
    write_audit(
        folder,
        found.findings,
        data.ids,
        data_digest=subject.digest,
        seconds=seconds,
        time=now,
        leaks=adopted | {name: sets for name, sets in leaks.items() if SEVERE[name] in codes},
        proposed="" if found.groups is None else name_group_file(competition),
    )
    return rows


def write_relabelling(subject: Subject, data: AuditData, found: AuditRows, language: Language, reporter: Reporter) -> None:
    """Write the worksheet of doubtful labels, its page and its guideline.

    Raises:
        InputError: RELABEL_KIND, labels of this kind stand in no single column.
    """
    folder, competition = subject.found.folder, subject.found.competition
    target = competition.main_target
    if not can_be_corrected(target):
        values = {"target": competition.main, "kind": target.kind}
        raise InputError(Fault("RELABEL_KIND", "refuse", Where("competition.yaml", key=f"targets.{competition.main}"), values))
    doubts = list_doubts(found, dict(zip(data.ids[: data.train_rows], data.paths, strict=False)), language)
    if not doubts:
        reporter.say(say("relabel_none", language))
        return
    sheet = write_worksheet(folder, competition.main, doubts)
    guideline = write_guideline(folder, competition.main, data.labels, language)
    columns, rows = read_worksheet(sheet)
    place = {row: number for number, row in enumerate(data.ids[: data.train_rows])}
    images = DirectImages(subject.root, data.paths, data.facts, THUMBNAIL_PX)
    pictures = {}
    for row in rows:
        coded = images.thumbnail(place[row["id"]], THUMBNAIL_PX) if row["id"] in place else None
        if coded is not None:
            pictures[row["id"]] = data_uri(coded, "jpeg")
    page = make_relabel_page(
        competition.main,
        data.labels,
        rows,
        pictures,
        columns=columns,
        guideline=guideline.read_text(encoding="utf-8"),
        separator=target.separator,
        language=language,
    )
    path = folder / FOLDER / f"{competition.main}.html"
    write_text(path, page)
    reporter.say(say("relabel", language, count=len(doubts), page=path, sheet=sheet, target=competition.main))


def adopt_found(folder: Path, reporter: Reporter, language: Language) -> None:
    """Write the groups that the last audit proposes into competition.yaml, and folds that keep them.

    Raises:
        InputError: AUDIT_NO_GROUPS, there are none; ADOPT_ONE_GROUP, they are one; ADOPT_BY_HAND.
    """
    competition, known = load_competition(folder), read_audit(folder)
    path = known.proposed if known is not None else ""
    if not path and competition.groups:
        reporter.say(say("in_force", language, groups=competition.groups))
        return
    if not path or not (folder / path).is_file():
        raise InputError(Fault("AUDIT_NO_GROUPS", "refuse", Where(folder / path if path else folder)))
    count = len(set(read_table(folder / path).columns[COLUMN]))
    if count < LEAST_GROUPS:
        raise InputError(Fault("ADOPT_ONE_GROUP", "refuse", Where(folder / path), {"groups": count}))
    changes: dict[str, str | int] = {"groups": path}
    changes["folds.splitter"] = "stratified_group_kfold" if competition.main_target.kind in CODED else "group_kfold"
    if count < competition.folds.n_splits:
        changes["folds.n_splits"] = count
    lines = adopt(folder, changes)
    reporter.say(say("adopted", language, lines="; ".join(lines)))
