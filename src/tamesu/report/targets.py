"""One section per target of the recipe, in the form its kind asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.spelling import shell_line
from tamesu.metrics import METRICS, Metric
from tamesu.report.class_target import show_classes
from tamesu.report.collapse import make_notice, show_collapse
from tamesu.report.html import Html, element, join, named
from tamesu.report.matrix import Lead
from tamesu.report.multilabel_target import show_labels
from tamesu.report.numbers import format_count, format_gain
from tamesu.report.outcomes import Outcome, join_outcome, read_oof
from tamesu.report.per_class import show_decision
from tamesu.report.rank_panels import show_ranks
from tamesu.report.row_pictures import RowPictures
from tamesu.report.section import Notice, Section
from tamesu.report.soft_target import show_soft
from tamesu.report.value_target import show_values
from tamesu.report.words import Words
from tamesu.results.collapse import judge_target
from tamesu.results.decision import decide_run
from tamesu.results.scores import Scores


def make_target_sections(
    run: Run, train: Dataset, scores: Scores, words: Words, pictures: RowPictures | None = None, *, lead: Lead | None = None
) -> list[Section]:
    """The sections of all heads, the main target first.

    Args:
        run: the run.
        train: the training rows, with their labels.
        scores: of the run.
        words: the page's language.
        pictures: of the rows; ids alone where None.
        lead: where the cells of a confusion matrix lead; to their images in the page where None.

    Raises:
        DamagedError: predictions are not what was written, or do not fit the training table.
    """
    oof = read_oof(run, scores.seeds)
    sections = []
    for place, target in enumerate(list_told(run, oof)):
        kind = words(f"kind_{run.spec.targets[target].kind}")
        about = f"{kind}, {words('main_target')}" if target == run.spec.main else kind
        title = join(words("section_target"), " ", named(target))
        if not scores.seeds:
            sections.append(Section(f"target-{place}", title, element("p", words("no_oof")), about=about))
            continue
        outcome = join_outcome(run, train, target, oof)
        found = judge_target(run, target, outcome.truth, outcome.output, outcome.job) if len(outcome) else []
        body, notices = show_outcome(outcome, f"target-{place}", words, collapsed=bool(found), pictures=pictures, lead=lead)
        notices = [*(make_notice(advice, words) for advice in found), *notices]
        parts: list[Html | None] = [say_counts(outcome, words), show_collapse(found, words), body]
        if len(outcome) and (outcome.kind in CODED or outcome.kind == "multilabel"):
            parts.append(show_ranks(outcome, words, *find_metric(run, target)))
        if target == run.spec.main:
            rule, noted = show_rule(run, train, scores.seeds, words)
            parts.append(rule)
            notices += noted
        sections.append(Section(f"target-{place}", title, join(parts), tuple(notices), about))
    return sections


def find_metric(run: Run, target: str) -> tuple[Metric | None, str]:
    """The competition's metric and its name for the main target; none for the others."""
    if target != run.spec.main:
        return None, ""
    return METRICS.build(run.spec.metric.name, run.spec.metric.options), run.spec.metric.name


def show_rule(run: Run, train: Dataset, seeds: Sequence[int], words: Words) -> tuple[Html | None, list[Notice]]:
    """What a fitted decision rule is worth for the main target, and a note where it is; nothing where no rule matters."""
    decision = decide_run(run, train, seeds)
    if decision is None:
        return None, []
    metric = METRICS.build(run.spec.metric.name, run.spec.metric.options)
    shown = show_decision(run.spec.targets[run.spec.main].labels, decision, metric, run.spec.metric.name, words)
    if not decision.is_worth_it:
        return shown, []
    command = element("code", shell_line("tamesu", "submit", run.name, "--decide", "oof"))
    said = words("rule_note", metric=run.spec.metric.name, gain=format_gain(decision.gain))
    return shown, [Notice("note", join(said, " ", command))]


def list_told(run: Run, oof: Sequence[tuple[Job, Predictions]]) -> list[str]:
    """The targets that are predicted, the main one first; those that lie in the picture are not, nor those only compared."""
    told = set(oof[0][1].outputs) if oof else {run.spec.main}
    return sorted((name for name in run.spec.targets if name in told), key=lambda name: name != run.spec.main)


def show_outcome(
    outcome: Outcome,
    anchor: str,
    words: Words,
    *,
    collapsed: bool = False,
    pictures: RowPictures | None = None,
    lead: Lead | None = None,
) -> tuple[Html, list[Notice]]:
    """The body of a target's section, and its notices; where it is said already that it collapsed, not those of single jobs."""
    if not len(outcome):
        return element("p", words("undefined")), []
    if outcome.kind == "soft":
        return show_soft(outcome, anchor, words, pictures), []
    if outcome.kind in CODED:
        return show_classes(outcome, anchor, words, collapsed=collapsed, pictures=pictures, lead=lead)
    if outcome.kind == "multilabel":
        return show_labels(outcome, words), []
    if outcome.truth.ndim == 1:
        return show_values(outcome, anchor, words), []
    parts = []
    for column, name in enumerate(outcome.labels):
        one = replace(outcome, truth=outcome.truth[:, column], output=outcome.output[:, column : column + 1])
        parts += [element("h3", name), show_values(one, f"{anchor}-{column}", words)]
    return join(*parts), []


def say_counts(outcome: Outcome, words: Words) -> Html:
    """How many predictions are counted, and how many are not."""
    said = [words("counted", rows=format_count(len(outcome)))]
    if outcome.unreadable or outcome.unlabelled:
        numbers = {"unreadable": format_count(outcome.unreadable), "unlabelled": format_count(outcome.unlabelled)}
        said.append(words("left_out", **numbers))
    return element("p", " ".join(said), class_="muted")
