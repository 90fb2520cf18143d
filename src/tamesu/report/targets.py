"""One section per target of the recipe, in the form its kind asks for."""

from __future__ import annotations

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.report.class_target import show_classes
from tamesu.report.html import Html, element, join, named
from tamesu.report.multilabel_target import show_labels
from tamesu.report.numbers import format_count
from tamesu.report.outcomes import Outcome, join_outcome, read_oof
from tamesu.report.section import Notice, Section
from tamesu.report.value_target import show_values
from tamesu.report.words import Words
from tamesu.results.scores import Scores


def make_target_sections(run: Run, train: Dataset, scores: Scores, words: Words) -> list[Section]:
    """The sections of all heads, the main target first.

    Raises:
        DamagedError: predictions are not what was written, or do not fit the training table.
    """
    oof = read_oof(run, scores.seeds)
    sections = []
    for place, target in enumerate(sorted(run.recipe.heads, key=lambda name: name != run.spec.main)):
        kind = words(f"kind_{run.spec.targets[target].kind}")
        about = f"{kind}, {words('main_target')}" if target == run.spec.main else kind
        title = join(words("section_target"), " ", named(target))
        if not scores.seeds:
            sections.append(Section(f"target-{place}", title, element("p", words("no_oof")), about=about))
            continue
        outcome = join_outcome(run, train, target, oof)
        body, notices = show_outcome(outcome, f"target-{place}", words)
        sections.append(Section(f"target-{place}", title, join(say_counts(outcome, words), body), tuple(notices), about))
    return sections


def show_outcome(outcome: Outcome, anchor: str, words: Words) -> tuple[Html, list[Notice]]:
    """The body of a target's section, and its notices."""
    if not len(outcome):
        return element("p", words("undefined")), []
    if outcome.kind == "class":
        return show_classes(outcome, anchor, words)
    return (show_labels(outcome, words) if outcome.kind == "multilabel" else show_values(outcome, anchor, words)), []


def say_counts(outcome: Outcome, words: Words) -> Html:
    """How many predictions are counted, and how many are not."""
    said = [words("counted", rows=format_count(len(outcome)))]
    if outcome.unreadable or outcome.unlabelled:
        numbers = {"unreadable": format_count(outcome.unreadable), "unlabelled": format_count(outcome.unlabelled)}
        said.append(words("left_out", **numbers))
    return element("p", " ".join(said), class_="muted")
