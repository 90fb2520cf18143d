"""What colour is worth: held-out hits on features of the pictures beside those of their grey copies; sets that are grey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import AuditData
from tamesu.results.audit.intervals import NORMAL_95
from tamesu.results.finding import Finding

# Mean of largest less smallest channel; JPEG leaves a trace of colour in grey pictures saved as RGB.
GREY_SATURATION = 1.0
LEAST_GREY = 0.01
# A gain below this is none, as long as the interval is narrow enough to know.
LITTLE = 0.02


def judge_colour(
    data: AuditData, colour: NDArray[np.floating] | None = None, grey: NDArray[np.floating] | None = None
) -> list[Finding]:
    """What is to be said of colour.

    Args:
        data: the rows.
        colour: (train,), score of each training row under a probe that has not seen it, on features of the pictures as they are
            (1 for a hit, 0 for none, or any score whose mean is meant; larger is better); NaN where there is none.
        grey: likewise, on features of grey copies of the pictures, of the same probe and folds.

    Returns:
        AUDIT_ALL_GREY alone; or AUDIT_SOME_GREY, and AUDIT_COLOUR, AUDIT_COLOUR_LITTLE or AUDIT_COLOUR_HARMS (all notes;
        nothing when the interval is too wide to say).
    """
    readable = data.facts.readable
    is_grey = (data.facts.saturation < GREY_SATURATION)[readable]
    if not len(is_grey):
        return []
    if is_grey.all():
        return [Finding("AUDIT_ALL_GREY", "note", {"count": len(is_grey)})]
    found, train = [], np.arange(len(data))[readable] < data.train_rows
    if is_grey.mean() >= LEAST_GREY:
        rows = np.flatnonzero(readable)[is_grey]
        shares = [float(is_grey[part].mean()) if part.any() else 0.0 for part in (train, ~train)]
        values = {"share": float(is_grey.mean()), "train": shares[0], "test": shares[1]}
        found.append(Finding("AUDIT_SOME_GREY", "note", values, tuple(rows.tolist())))
    if colour is None or grey is None:
        return found
    gain, low, high = pair_rows(colour, grey, data.groups)
    values = {"gain": gain, "low": low, "high": high, "colour": float(np.nanmean(colour)), "grey": float(np.nanmean(grey))}
    if low > 0:
        found.append(Finding("AUDIT_COLOUR", "note", values, worth=gain))
    elif high < 0:
        found.append(Finding("AUDIT_COLOUR_HARMS", "note", values, worth=-gain))
    elif high < LITTLE:
        found.append(Finding("AUDIT_COLOUR_LITTLE", "note", values))
    return found


def pair_rows(
    first: NDArray[np.floating], second: NDArray[np.floating], groups: NDArray[np.int64] | None = None
) -> tuple[float, float, float]:
    """Mean of `first - second` over rows with its 95 % interval, pairs of one group taken as one draw.

    The interval is that of other rows under the same training, not of another training.

    Args:
        first: (rows,).
        second: (rows,).
        groups: int (rows,).

    Source: the ratio estimate of cluster sampling, Cochran, Sampling Techniques, 1977, 9A; without groups the paired z.

    Examples:
        >>> gain, low, high = pair_rows(np.array([1.0, 1, 1, 0]), np.array([1.0, 0, 0, 0]))
        >>> gain, round(low, 3), round(high, 3)
        (0.5, -0.066, 1.066)
    """
    gains = np.asarray(first, np.float64) - second
    known = ~np.isnan(gains)
    gains = gains[known]
    units = np.arange(len(gains)) if groups is None else np.unique(groups[known], return_inverse=True)[1]
    count = int(units.max()) + 1
    if count < 2:
        return float(gains.mean()), -np.inf, np.inf
    mean = float(gains.mean())
    rest = np.bincount(units, weights=gains - mean, minlength=count)
    deviation = float(np.sqrt((rest**2).sum() * count / (count - 1))) / len(gains)
    return mean, mean - NORMAL_95 * deviation, mean + NORMAL_95 * deviation
