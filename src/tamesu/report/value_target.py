"""A value target's section: prediction against truth, residuals, and the rows with the largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_number
from tamesu.report.outcomes import Outcome
from tamesu.report.plots import MOST_DOTS, plot_residuals, plot_values
from tamesu.report.section import panel, table
from tamesu.report.words import Words, drawable_word

SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class ValueScores:
    """Errors of a value target in its own unit; `r2` is None when all truths are equal."""

    rmse: float
    mae: float
    r2: float | None
    bias: float


def score_values(truth: Float[np.ndarray, " rows"], prediction: Float[np.ndarray, " rows"]) -> ValueScores:
    """RMSE, MAE, R² and the mean residual.

    Examples:
        >>> score_values(np.array([1.0, 3.0]), np.array([2.0, 4.0]))
        ValueScores(rmse=1.0, mae=1.0, r2=0.0, bias=1.0)
    """
    residual = prediction - truth
    around = float(((truth - truth.mean()) ** 2).sum())
    r2 = 1.0 - float((residual**2).sum()) / around if around > 0 else None
    return ValueScores(float(np.sqrt((residual**2).mean())), float(np.abs(residual).mean()), r2, float(residual.mean()))


def show_values(outcome: Outcome, anchor: str, words: Words) -> Html:
    """The body of a value target's section.

    Args:
        outcome: at least one row.
        anchor: of the section; figures are named after it.
        words: the page's language.
    """
    truth, prediction = outcome.truth.astype(np.float64), outcome.output[:, 0].astype(np.float64)
    finite = np.isfinite(prediction)
    truth, prediction, ids = truth[finite], prediction[finite], outcome.ids[finite]
    if not len(truth):
        return element("p", words("undefined"))
    scores = score_values(truth, prediction)
    said = words(
        "value_words",
        rmse=format_number(scores.rmse),
        mae=format_number(scores.mae),
        r2=format_number(scores.r2) or words("undefined"),
        bias=format_number(scores.bias),
    )
    note = words("bins_note") if len(truth) > MOST_DOTS else None
    axes = {key: drawable_word(key, words) for key in ("truth", "prediction", "residual")}
    scatter = plot_values(truth, prediction, (axes["truth"], axes["prediction"]), f"{anchor}-values", words("scatter"))
    residuals = plot_residuals(truth, prediction, (axes["truth"], axes["residual"]), f"{anchor}-residuals", words("residuals"))
    panels = [panel(words("scatter"), scatter, note), panel(words("residuals"), residuals, note)]
    largest = np.argsort(-np.abs(prediction - truth), kind="stable")[:SHOWN_ROWS]
    rows = [
        [named(str(ids[row])), *(f"{v:.6g}" for v in (truth[row], prediction[row], prediction[row] - truth[row]))]
        for row in largest.tolist()
    ]
    head = ["id", words("truth"), words("prediction"), words("residual")]
    return join(
        element("p", said),
        element("div", panels, class_="grid"),
        element("h3", words("largest_residuals")),
        table(head, rows, numeric=(1, 2, 3)),
    )
