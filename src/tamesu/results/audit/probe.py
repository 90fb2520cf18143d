"""Cheap CV: what a linear classifier makes of fixed features, over folds, in seconds.

Source: linear discriminant analysis with a covariance shrunk towards a multiple of the identity (Friedman, Regularized
discriminant analysis, JASA 84, 1989), and ridge regression; the probabilities are sharpened or softened by one temperature
(Guo et al., On calibration of modern neural networks, ICML 2017).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHRINKAGE = 0.3
RIDGE = 0.1
# Of the variance of all rows, what the variance within classes is taken for at least.
LEAST_WITHIN = 1e-4
TEMPERATURES = np.geomspace(0.5, 64.0, 43)


def probe_classes(features: NDArray[np.floating], codes: NDArray[np.int64], folds: NDArray[np.int64], classes: int) -> Array:
    """Out-of-fold probs of a linear discriminant.

    Args:
        features: finite, (rows, d).
        codes: (rows,), below 0 where the class is not known: such rows are told, and teach nothing.
        folds: in which each row is held out, (rows,).
        classes: how many there are.

    Returns:
        (rows, classes). A class that a fold's training rows do not hold gets 0 there.

    Examples:
        >>> x = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
        >>> probe_classes(x, np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2]), 2).argmax(1).tolist()
        [0, 0, 0, 1, 1, 1]
    """
    x = standardise(features).astype(np.float32)
    taught = codes >= 0
    one_hot = np.zeros((len(x), classes), np.float32)
    one_hot[taught, codes[taught]] = 1.0
    # Sums over all rows, from which each fold's own are taken: a fifth of the work of adding up the others.
    sums, moment = one_hot.T @ x, x[taught].T @ x[taught]
    logits = np.full((len(codes), classes), -np.inf)
    for fold in np.unique(folds):
        held = np.flatnonzero(folds == fold)
        silent = held[taught[held]]
        counts = one_hot.sum(0) - one_hot[silent].sum(0)
        if counts.sum() > 0:
            kept = moment - x[silent].T @ x[silent]
            logits[held] = tell_classes(counts, sums - one_hot[silent].T @ x[silent], kept, x[held])
    temperature = find_temperature(logits[taught], codes[taught])
    return soften(logits, temperature)


def tell_classes(
    counts: NDArray[np.float32], sums: NDArray[np.float32], moment: NDArray[np.float32], new: NDArray[np.float32]
) -> Array:
    """Log-posterior of each class up to a constant, (new rows, classes); minus infinity for a class without a row.

    Args:
        counts: training rows of each class, (classes,).
        sums: of their features, (classes, d).
        moment: the sum of x xᵀ over all of them, (d, d).
        new: features to tell the class of, (new rows, d).
    """
    from scipy.linalg import LinAlgError, solve

    means = sums / np.maximum(counts, 1.0)[:, None]
    spare = max(1.0, float(counts.sum() - (counts > 0).sum()))
    cov = (moment - (means * counts[:, None]).T @ means) / spare
    # Where all rows of a class are equal, or alone, what is left of float32 is noise and may be below 0.
    even = max(float(np.trace(cov)) / len(cov), LEAST_WITHIN * float(np.trace(moment)) / len(cov) / spare, 1e-6)
    cov *= 1.0 - SHRINKAGE
    cov[np.diag_indices_from(cov)] += SHRINKAGE * even
    try:
        weights = solve(cov, means.T, assume_a="pos", check_finite=False)
    except LinAlgError:
        # Of a handful of rows; a standardised column's own variance is 1.
        cov[np.diag_indices_from(cov)] += 1.0
        weights = solve(cov, means.T, assume_a="pos", check_finite=False)
    with np.errstate(divide="ignore"):
        bias = np.log(counts / counts.sum()) - 0.5 * (means.T * weights).sum(0)
    return np.asarray(new @ weights + bias, np.float64)


def probe_values(features: NDArray[np.floating], values: Array, folds: NDArray[np.int64]) -> Array:
    """Out-of-fold predictions of a ridge regression, (rows, width); its penalty is a share of the mean squared length of a row.

    Args:
        features: finite, (rows, d).
        values: (rows, width); a row with a NaN teaches nothing.
        folds: in which each row is held out, (rows,).
    """
    scaled, told = standardise(features), np.zeros(values.shape)
    known = np.isfinite(values).all(1)
    for fold in np.unique(folds):
        held, taught = np.flatnonzero(folds == fold), np.flatnonzero((folds != fold) & known)
        if not len(taught):
            continue
        x, mean = scaled[taught], values[taught].mean(0)
        alpha = max(RIDGE * float((x * x).sum()) / len(x), 1e-9)
        # Both forms give the same weights; the matrix of the smaller one fits into memory.
        gram = x.T @ x if x.shape[0] > x.shape[1] else x @ x.T
        gram[np.diag_indices_from(gram)] += alpha
        if x.shape[0] > x.shape[1]:
            weights = np.linalg.solve(gram, x.T @ (values[taught] - mean))
        else:
            weights = x.T @ np.linalg.solve(gram, values[taught] - mean)
        told[held] = scaled[held] @ weights + mean
    return told


def reduce_features(features: NDArray[np.floating], most: int = 256) -> NDArray[np.float32]:
    """Features on their principal axes, the first `most`; as they are when there are no more. Rows with a NaN stay NaN.

    Args:
        features: (rows, d).
        most: axes that are kept.

    Returns:
        float32 (rows, min(d, most)), in units in which the first axis has a standard deviation of 1.
    """
    if features.shape[1] <= most:
        return np.asarray(features, np.float32)
    known = np.isfinite(features).all(1)
    found = np.full((len(features), most), np.nan, np.float32)
    x = standardise(features[known]).astype(np.float32)
    if not len(x):
        return found
    values, axes = np.linalg.eigh(x.T @ x / len(x))
    found[known] = x @ axes[:, ::-1][:, :most] / np.sqrt(max(float(values[-1]), 1e-12))
    return found


def standardise(features: NDArray[np.floating]) -> Array:
    """Columns of mean 0 and standard deviation 1; constant ones are 0."""
    x = np.asarray(features, np.float64)
    spread = x.std(0)
    return np.asarray((x - x.mean(0)) / np.where(spread > 1e-9, spread, np.inf))


def find_temperature(logits: Array, codes: NDArray[np.int64]) -> float:
    """The temperature with the least log loss, of a grid from 0.5 to 64; rows whose class a fold did not know do not count."""
    told = np.isfinite(logits[np.arange(len(codes)), codes])
    if not told.any():
        return 1.0
    logits, codes = logits[told], codes[told]
    losses = [-np.log(soften(logits, t)[np.arange(len(codes)), codes].clip(1e-12)).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def soften(logits: Array, temperature: float) -> Array:
    """Softmax of logits over a temperature; rows without a finite logit are uniform."""
    top = logits.max(1, keepdims=True)
    blank = ~np.isfinite(top[:, 0])
    shifted = np.exp((np.where(blank[:, None], 0.0, logits) - np.where(np.isfinite(top), top, 0.0)) / temperature)
    return np.asarray(shifted / shifted.sum(1, keepdims=True))
