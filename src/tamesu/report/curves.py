"""The curves' section: every loss term, the metric, learning rate and time over epochs, and what they say in words."""

from __future__ import annotations

import numpy as np

from tamesu.artifacts.run import Run
from tamesu.progress import format_seconds
from tamesu.report.drawing import MUTED, TRAIN, VAL
from tamesu.report.history import History, Trend, find_trend, mean_over_jobs, read_history
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number, format_share
from tamesu.report.plots import MOST_LINES, Line, needs_log, plot_epochs
from tamesu.report.section import Notice, Section, panel
from tamesu.report.words import Words, drawable_word
from tamesu.results.overfitting import know_blank_loss
from tamesu.results.scores import Scores

# Of the measured steps; from here on the limit decides every step's length.
ALWAYS = 0.95


def make_curve_section(run: Run, scores: Scores, words: Words, *, brief: bool = False) -> Section:
    """The section, with notices about over-fitting and damaged journals; `brief` draws the main losses and the metric only."""
    history = read_history(run, run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()})))
    notices = []
    if history.damaged:
        notices.append(Notice("note", join(words("note_journal", jobs=words.list(list(history.damaged))))))
    title = join(words("section_curves"))
    if not history.jobs:
        return Section("curves", title, element("p", words("no_curves")), tuple(notices))
    said = []
    for target in order_targets(run):
        head = run.recipe.heads[target]
        spec = run.spec.targets.get(head.target or target)
        blank = None if spec is None else know_blank_loss(spec.kind, head.loss.name, len(spec.labels))
        trend = find_trend(history.train_loss[target], history.val_loss[target], blank)
        if trend is None:
            continue
        text = say_trend(trend, target, words)
        if trend.kind == "overfitting" and target == run.spec.main:
            text = join(text, say_metric(history, trend, scores, words))
        said.append(element("p", text))
        if trend.kind in ("overfitting", "by_heart"):
            notices.append(Notice("warning", text))
    if (clipping := judge_clipping(run, history, words)) is not None:
        notices.append(clipping)
    body = join(
        said,
        element("p", say_time(history, words)),
        element("div", draw_panels(run, history, words, brief=brief), class_="grid wide"),
    )
    return Section("curves", title, body, tuple(notices))


def order_targets(run: Run) -> list[str]:
    """The recipe's heads, those of the main target first."""
    main = run.recipe.heads_of(run.spec.main)
    return [*main, *(name for name in run.recipe.heads if name not in main)]


def say_trend(trend: Trend, target: str, words: Words) -> Html:
    """A target's trend in words."""
    if trend.kind in ("falling", "level"):
        return join(words("still_falling" if trend.kind == "falling" else "level", target=target))
    numbers = {
        "val_before": format_number(trend.val[0], 3),
        "val_after": format_number(trend.val[1], 3),
        "train_before": format_number(trend.train[0], 3),
        "train_after": format_number(trend.train[1], 3),
    }
    if trend.kind == "by_heart":
        return join(words("by_heart", target=target, val=numbers["val_after"], train=numbers["train_after"]))
    return join(words("overfitting", target=target, epoch=trend.epoch, **numbers))


def say_metric(history: History, trend: Trend, scores: Scores, words: Words) -> str | None:
    """That the metric got better all the same while the validation loss rose; None when it did not."""
    means = mean_over_jobs(history.val_score)
    before, after = float(means[trend.epoch - 1]), float(means[-1])
    better = after > before if scores.greater_is_better else after < before
    if not better:
        return None
    return " " + words("metric_improved", metric=scores.metric, before=format_number(before), after=format_number(after))


def say_time(history: History, words: Words) -> str:
    """Time per epoch (median), in all, and peak memory."""
    known = np.isfinite(history.peak_memory_mib)
    memory = format_count(int(history.peak_memory_mib[known].max())) if known.any() else "?"
    return words(
        "time_words",
        seconds=format_seconds(float(np.nanmedian(history.seconds))),
        train=format_seconds(float(np.nanmedian(history.train_seconds))),
        total=format_seconds(float(np.nansum(history.seconds))),
        jobs=len(history.jobs),
        memory=memory,
    )


def say_clipping(run: Run, history: History, words: Words) -> str | None:
    """How often the gradient was clipped; None without a limit, or where no journal tells."""
    if not run.recipe.clip_grad_norm or not np.isfinite(history.clipped).any():
        return None
    share = format_share(float(np.nanmean(history.clipped)))
    return words("gradient_clipped", limit=f"{run.recipe.clip_grad_norm:g}", share=share)


def judge_clipping(run: Run, history: History, words: Words) -> Notice | None:
    """A note where nearly every gradient is clipped."""
    known = history.clipped[np.isfinite(history.clipped)]
    if not run.recipe.clip_grad_norm or not known.size or known.mean() < ALWAYS:
        return None
    said = words("gradient_always", limit=f"{run.recipe.clip_grad_norm:g}", share=format_share(float(known.mean())))
    return Notice("note", join(said))


def draw_panels(run: Run, history: History, words: Words, *, brief: bool = False) -> list[Html]:
    """One panel per loss term, the metric, the learning rate and the time; those that hold a number.

    Args:
        run: the run.
        history: of its jobs.
        words: the page's language.
        brief: the losses of the main target and the metric only.
    """
    jobs = len(history.jobs)
    many = words("one_job") if jobs == 1 else words("mean_band" if jobs > MOST_LINES else "mean_of", jobs=jobs)
    both = (("train", words("train")), ("val", words("val")))
    label = drawable_word("epoch", words)
    panels = []
    for place, target in enumerate(run.recipe.heads_of(run.spec.main) if brief else order_targets(run)):
        head = run.recipe.heads[target]
        title = join(words("loss_of", target=target), " ", element("small", named(head.loss.name), f" × {head.weight:g}"))
        lines = [Line(history.train_loss[target], TRAIN), Line(history.val_loss[target], VAL)]
        note = f"{many}; {words('log_scale')}" if needs_log(lines) else many
        panels.append(draw_panel(lines, label, f"loss-{place}", title, words("loss_of", target=target), note, both))
    metric = words("metric_of", metric=run.spec.metric.name)
    panels.append(draw_panel([Line(history.val_score, VAL)], label, "score", join(metric), metric, many, both[1:]))
    if brief:
        return [one for one in panels if one is not None]
    rate = words("learning_rate")
    rates = [Line(history.learning_rate, MUTED)]
    panels.append(draw_panel(rates, label, "rate", join(rate), rate, None, (), from_zero=True))
    norm, lines = words("gradient_norm"), [Line(history.grad_norm, TRAIN)]
    said = say_clipping(run, history, words)
    noted = "; ".join([words("gradient_words"), *([words("log_scale")] if needs_log(lines) else []), *([said] if said else [])])
    panels.append(draw_panel(lines, label, "gradient", join(norm), norm, noted, ()))
    time = words("seconds_per_epoch")
    lines = [Line(history.seconds, MUTED), Line(history.train_seconds, TRAIN)]
    keys = (("muted", words("whole_epoch")), ("train", words("only_training")))
    panels.append(draw_panel(lines, label, "time", join(time), time, None, keys, from_zero=True))
    return [one for one in panels if one is not None]


def draw_panel(
    lines: list[Line],
    label: str,
    name: str,
    title: Html,
    said: str,
    note: str | None,
    legend: tuple[tuple[str, str], ...],
    *,
    from_zero: bool = False,
) -> Html | None:
    """One panel; None when none of its lines holds a number."""
    if not any(np.isfinite(line.values).any() for line in lines):
        return None
    return panel(title, plot_epochs(lines, label, name, said, from_zero=from_zero), note, legend)
