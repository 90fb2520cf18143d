"""The heads' section: what each term of the loss weighs, how auxiliary heads pull beside the main one, and what that means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.report.collapse import make_notice, show_collapse
from tamesu.report.drawing import MUTED, TRAIN, VAL, drawing, make_axes, to_svg
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_number
from tamesu.report.plots import MOST_LINES, Line, draw_line, needs_log, plot_epochs
from tamesu.report.section import Section, panel, table
from tamesu.report.words import Words, drawable_word
from tamesu.results.guarding import Level, count_times, find_level, judge_guards, later
from tamesu.results.term_curves import TermCurves, read_term_curves

LEAST_TERMS = 2


def make_head_section(run: Run, train: Dataset, words: Words) -> Section | None:
    """The section, with a notice for each finding; None for a run whose loss has one term, or that has not begun."""
    curves = read_term_curves(run, run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()})))
    if len(curves.train_loss) < LEAST_TERMS:
        return None
    found = judge_guards(run, train)
    note = words("heads_note", main=f"“{curves.main}”") if curves.shares else words("heads_unmeasured")
    body = join(
        show_collapse(found, words),
        element("p", note, class_="muted"),
        show_table(run, curves, words),
        show_grid(words("pulls"), draw_pulls(curves, words)),
        show_grid(words("other_terms"), draw_terms(run, curves, words)),
        show_grid(words("factors"), draw_factors(curves, words)),
    )
    return Section("heads", join(words("section_heads")), body, tuple(make_notice(advice, words) for advice in found))


def show_grid(title: str, panels: Sequence[Html]) -> Html | None:
    """Panels under their title; nothing where there are none."""
    if not panels:
        return None
    return join(element("h3", title), element("div", panels, class_="grid wide"))


def show_table(run: Run, curves: TermCurves, words: Words) -> Html:
    """One line a term: its loss and weight, its size beside the main one, and what the guards measured."""
    rows = []
    for term in sorted(curves.train_loss, key=lambda name: name != curves.main):
        head = run.recipe.heads.get(term)
        weight = f"× {curves.weights[term]:g}"
        line: list[Html | str] = [
            join(named(term), " ", element("small", words("main_head"))) if term == curves.main else named(term),
            join(named(head.loss.name), f" {weight}") if head is not None else weight,
            "" if term == curves.main else say_level(count_times(curves, term)),
            say_level(find_level(curves.shares[term]), 3) if term in curves.shares else "",
            say_level(find_level(later(curves.cosines[term])), 2, signed=True) if term in curves.cosines else "",
        ]
        if curves.factors:
            line.append(say_level(find_level(curves.factors[term][:, -1:])) if term in curves.factors else "")
        rows.append(line)
    keys = ["term", "loss_by_weight", "times_main", "gradient_share", "gradient_cosine"]
    head_line = [words(key) for key in [*keys, *(["balance_factor"] if curves.factors else [])]]
    return table(head_line, rows, numeric=range(2, len(head_line)))


def say_level(level: Level | None, digits: int = 3, *, signed: bool = False) -> str:
    """A mean and its spread over jobs; empty where nothing is known."""
    if level is None:
        return ""
    mean = f"{level.mean:+.{digits}f}" if signed else format_number(level.mean, digits)
    return mean if level.jobs < 2 else f"{mean} ± {format_number(level.spread, digits)}"


def draw_pulls(curves: TermCurves, words: Words) -> list[Html]:
    """One panel an auxiliary head: its share of the gradient, and the cosine, over epochs."""
    label, note = drawable_word("epoch", words), say_jobs(curves, words)
    keys = (("train", words("share_key")), ("val", words("cosine_key")))
    panels = []
    for place, head in enumerate(curves.shares):
        said = words("pull_of", head=head, main=curves.main)
        svg = plot_pull(curves.shares[head], curves.cosines[head], label, f"pull-{place}", said)
        panels.append(panel(join(said), svg, note, keys))
    return panels


def plot_pull(
    share: Float[np.ndarray, "jobs epochs"], cosine: Float[np.ndarray, "jobs epochs"], label: str, name: str, title: str
) -> Html:
    """Share (0 to 1) and cosine (-1 to 1) over epochs on one axis, with the line where nothing is pulled."""
    from matplotlib.ticker import MaxNLocator

    with drawing():
        figure, axes = make_axes()
        axes.axhline(0, color=MUTED, linewidth=0.8)
        for line in (Line(share, TRAIN), Line(cosine, VAL)):
            draw_line(axes, line)
        epochs = share.shape[1]
        axes.set_xlim(1 - 0.02 * epochs, epochs + 0.02 * epochs)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1))
        axes.set_ylim(-1.05, 1.05)
        axes.set_yticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
        axes.set_xlabel(label)
        return to_svg(figure, name, title)


def draw_terms(run: Run, curves: TermCurves, words: Words) -> list[Html]:
    """One panel a term that is no head's: penalties, and what poolings add; heads have theirs among the curves."""
    label, many = drawable_word("epoch", words), say_jobs(curves, words)
    panels = []
    for place, term in enumerate(term for term in curves.train_loss if term not in run.recipe.heads):
        said, lines = words("loss_of", target=term), [Line(curves.train_loss[term], TRAIN)]
        title = join(said, " ", element("small", f"× {curves.weights[term]:g}"))
        note = f"{many}; {words('log_scale')}" if needs_log(lines) else many
        panels.append(panel(title, plot_epochs(lines, label, f"term-{place}", said), note, (("train", words("train")),)))
    return panels


def draw_factors(curves: TermCurves, words: Words) -> list[Html]:
    """One panel a term: what the balance gives it beside its weight."""
    label, note = drawable_word("epoch", words), say_jobs(curves, words)
    panels = []
    for place, (term, factor) in enumerate(curves.factors.items()):
        said = words("factor_of", term=term)
        svg = plot_epochs([Line(factor, MUTED)], label, f"factor-{place}", said, from_zero=True)
        panels.append(panel(join(said), svg, note))
    return panels


def say_jobs(curves: TermCurves, words: Words) -> str:
    """Over how many jobs a curve is, and how they are drawn."""
    jobs = len(curves.jobs)
    return words("one_job") if jobs == 1 else words("mean_band" if jobs > MOST_LINES else "mean_of", jobs=jobs)
