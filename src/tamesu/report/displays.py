"""What the verbs return, as a notebook shows it: a run, verdicts and findings with the report's own sections.

Each is what it always was (a `Run`, a list, a tuple) and can show itself besides. Nothing here raises: what cannot be shown
is None, for which a notebook writes the plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Verdict
from tamesu.messages import Language, choose_language
from tamesu.results.finding import Finding

if TYPE_CHECKING:
    from tamesu.report.html import Html
    from tamesu.report.words import Words
    from tamesu.results.diagnosis.remedies import Remedy
    from tamesu.results.scores import Scores

Shown = TypeVar("Shown")
# Of many verdicts or findings so many, when all are too much.
FEWER = (30, 10, 3)
# Texts of the user's are escaped, so what looks like a tag is one of ours.
LINK = re.compile(r"</?a\b[^<>]*>")


def never_raise(show: Callable[[Shown], str | None]) -> Callable[[Shown], str | None]:
    """None instead of any error: a cell that did its work must not end in a traceback of its picture."""

    @wraps(show)
    def shown(one: Shown) -> str | None:
        try:
            return show(one)
        except Exception:
            return None

    return shown


class ShownRun(Run):
    """A run that shows its headline, folds and curves in a notebook."""

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @never_raise
    def _repr_html_(self) -> str | None:
        """The block, at most 100 kB; None when the run is damaged or nothing of it is scored."""
        from tamesu.report.notebook import take_first_that_fits
        from tamesu.report.words import Words

        words, scores = Words(choose_language()), find_scores(self)
        return take_first_that_fits(partial(show_run, self, scores, words, parts) for parts in (2, 1, 0))


def find_scores(run: Run) -> Scores:
    """The scores of every complete seed.

    Raises:
        DamagedError: results are not what was written.
        InputError: the training table cannot be read.
    """
    from tamesu.artifacts.dataset import load_train
    from tamesu.artifacts.loading import load_competition
    from tamesu.results.scores import know_scores

    return know_scores(run, lambda: load_train(run.folder, load_competition(run.folder)))


def show_run(run: Run, scores: Scores, words: Words, parts: int) -> Html:
    """A run's block: headline, then as many sections as `parts` says."""
    from tamesu.report.curves import make_curve_section
    from tamesu.report.fold_scores import make_fold_section
    from tamesu.report.headline import make_headline
    from tamesu.report.html import element
    from tamesu.report.notebook import make_block

    sections = [make_fold_section(run, scores, words), make_curve_section(run, scores, words, brief=True)]
    footer = element("footer", words("whole_report", run=run.name))
    shown = [one.to_html() for one in sections[:parts]]
    return make_block(words, make_headline(run, scores, sections, words), shown, footer)


class Verdicts(list[Verdict]):
    """Verdicts that show their forest plot and table in a notebook; a list in everything else.

    Args:
        verdicts: in order.
        false_keeps: how many of the kept ideas are expected to be no better than their baseline.
    """

    def __init__(self, verdicts: Iterable[Verdict] = (), false_keeps: float | None = None) -> None:
        super().__init__(verdicts)
        self.false_keeps = false_keeps

    @never_raise
    def _repr_html_(self) -> str | None:
        """The block, at most 100 kB: with details, without, then of the last verdicts only."""
        from tamesu.report.notebook import take_first_that_fits
        from tamesu.report.words import Words

        words = Words(choose_language())
        choices = [(len(self), True), (len(self), False), *((count, False) for count in FEWER if count < len(self))]
        return take_first_that_fits(
            partial(show_verdicts, self, words, self.false_keeps, count, details=details) for count, details in choices
        )


def show_verdicts(verdicts: Sequence[Verdict], words: Words, false_keeps: float | None, count: int, *, details: bool) -> Html:
    """The block of the last `count` verdicts; without details, names lead nowhere."""
    from tamesu.report.html import Html, element, join
    from tamesu.report.notebook import make_block
    from tamesu.report.verdict_notes import group_by_metric, say_false_keeps
    from tamesu.report.verdict_section import find_notices, make_verdict_section, show_group

    shown = list(verdicts)[-count:] if count else []
    if details or not shown:
        section = make_verdict_section(shown, words, false_keeps)
        body, notices = section.body, list(section.notices)
    else:
        groups = group_by_metric(shown)
        false = say_false_keeps(verdicts, false_keeps, words)
        tables = Html(LINK.sub("", join([show_group(group, 0, words) for group in groups])))
        body = join(tables, element("p", false) if false else None)
        notices = find_notices(shown, {}, words)
    items = [element("li", notice.text, class_=notice.level) for notice in notices]
    look = element("div", element("ul", items), class_="look") if items else None
    more = len(verdicts) - len(shown)
    footer = element("footer", words("notebook_more", count=more)) if more else None
    return make_block(words, element("h1", words("section_verdicts")), look, element("div", body), footer)


class Findings(tuple[Finding, ...]):
    """Findings that show themselves in words in a notebook; a tuple in everything else.

    Attributes:
        title: what was looked at.
        page: the file that shows them with pictures; None where there is none.
        recipe: which the remedies are for.
        remedies: one per finding; none of an audit.
    """

    title: str
    page: Path | None
    recipe: str
    remedies: tuple[Remedy, ...]

    def __new__(
        cls,
        findings: Iterable[Finding] = (),
        *,
        title: str = "",
        page: Path | None = None,
        recipe: str = "",
        remedies: Iterable[Remedy] = (),
    ) -> Findings:
        made = super().__new__(cls, findings)
        made.title, made.page, made.recipe, made.remedies = title, page, recipe, tuple(remedies)
        return made

    def __reduce__(self) -> Any:
        return (restore_findings, (tuple(self), self.title, self.page, self.recipe, self.remedies))

    @never_raise
    def _repr_html_(self) -> str | None:
        """The block, at most 100 kB: every finding to be opened, or the most important only."""
        from tamesu.report.notebook import take_first_that_fits

        language = choose_language()
        counts = [len(self), *(count for count in FEWER if count < len(self))]
        return take_first_that_fits(partial(show_findings, self, language, count) for count in counts)


def restore_findings(findings: tuple[Finding, ...], title: str, page: Path | None, recipe: str, remedies: Any) -> Findings:
    """Findings as they were, for copies and other processes."""
    return Findings(findings, title=title, page=page, recipe=recipe, remedies=remedies)


def show_findings(findings: Findings, language: Language, count: int) -> Html:
    """The block of the first `count` findings: a line each, with what it means and what to do folded away."""
    from tamesu.report.audit_page import make_finding_section, show_weight
    from tamesu.report.audit_words import write_finding
    from tamesu.report.explain_page import show_remedy
    from tamesu.report.html import element, named
    from tamesu.report.notebook import make_block
    from tamesu.report.words import Words

    words = Words(language)
    items = []
    for place, finding in enumerate(findings[:count]):
        said = write_finding(finding, language)
        remedy = findings.remedies[place] if place < len(findings.remedies) else None
        items.append(
            element(
                "details",
                element("summary", show_weight(finding, language), " ", said.head),
                # Ids and pictures stand in the page; rows here would be numbers that nobody knows.
                make_finding_section(place, strip_rows(finding), said, (), (), language),
                show_remedy(remedy, findings.recipe, language) if remedy is not None else None,
                class_="one",
            )
        )
    title = element("h1", named(findings.title)) if findings.title else None
    nothing = None if findings else element("p", words("nothing_wrong"), class_="muted")
    left = len(findings) - count
    more = [words("notebook_more", count=left), " "] if left > 0 else None
    page = words("whole_page", page=str(findings.page)) if findings.page is not None else None
    footer = element("footer", more, page) if more or page else None
    return make_block(words, title, element("div", items, nothing), footer)


def strip_rows(finding: Finding) -> Finding:
    """A finding without its rows."""
    from dataclasses import replace

    return replace(finding, rows=(), sets=(), captions=())
