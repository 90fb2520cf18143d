"""AugMix: the distributions of its weights, and its operations against Pillow and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps
from scipy import ndimage, stats
from tests.pictures import make_image, numbers

from tamesu.augmentations import augmix
from tamesu.augmentations.augmix import OPERATIONS, AugMix

S = 48
IMAGE = make_image(S, S, 3)
NAMES = [operation.__name__ for operation in OPERATIONS]


def done(part, u, image=IMAGE):
    changed = image.copy()
    part.operation(np.asarray(u, float)[None], len(image)).apply(0, changed)
    return changed


def number_of(name):
    """A number that chooses an operation."""
    return (NAMES.index(name) + 0.5) / len(NAMES)


def chain(name, level, sign, share):
    """The numbers of one chain of one operation, for alpha 1: the share is its own number."""
    return [share, 0.5, 0.0, number_of(name), level, 0.2 if sign > 0 else 0.8]


def flat(values):
    """Operations that give one value each, whatever the picture."""
    return tuple(lambda image, level, sign, value=value: np.full_like(image, value) for value in values)


def test_the_operations_are_the_papers():
    # The paper's list, less those that ImageNet-C is made of.
    paper = ["autocontrast", "equalize", "posterize", "rotate", "solarize", "shear_x", "shear_y", "translate_x", "translate_y"]
    assert paper == NAMES


@pytest.mark.parametrize("alpha", [0.3, 1.0, 5.0])
def test_the_share_is_beta_and_the_weights_are_dirichlet(monkeypatch, alpha):
    monkeypatch.setattr(augmix, "OPERATIONS", flat([255]))
    part, black = AugMix(alpha=alpha, chains=2, depth=1), np.zeros((1, 1, 3), np.uint8)
    u = numbers(part, 1500)
    # All chains white over a black picture: what is seen is the share.
    jitter = np.random.default_rng(0).uniform(-0.5, 0.5, 1500)
    shares = np.array([done(part, row, black)[0, 0, 0] for row in u])
    inside = (shares > 0) & (shares < 255)
    beta = stats.beta(alpha, alpha)
    ends = beta.cdf([0.5 / 255, 254.5 / 255])
    assert stats.kstest(beta.cdf((shares + jitter)[inside] / 255), stats.uniform(ends[0], np.diff(ends)[0]).cdf).pvalue > 1e-3
    assert inside.mean() == pytest.approx(np.diff(ends)[0], abs=0.03)
    # The first chain white, the second black, and a share of 1: what is seen is the first weight, Beta(alpha, alpha) for two.
    monkeypatch.setattr(augmix, "OPERATIONS", flat([255, 0]))
    u[:, 0], u[:, 3], u[:, 8] = 1.0, 0.2, 0.8
    weights = np.array([done(part, row, black)[0, 0, 0] for row in u])
    inside = (weights > 0) & (weights < 255)
    found = beta.cdf((weights + jitter)[inside] / 255)
    assert stats.kstest(found, stats.uniform(ends[0], np.diff(ends)[0]).cdf).pvalue > 1e-3
    assert inside.mean() == pytest.approx(np.diff(ends)[0], abs=0.03)


@pytest.mark.parametrize("alpha", [0.001, 0.01, 0.05, 100.0])
def test_the_weights_add_to_one_for_every_alpha(monkeypatch, alpha):
    monkeypatch.setattr(augmix, "OPERATIONS", flat([255]))
    part, black = AugMix(alpha=alpha), np.zeros((1, 1, 3), np.uint8)
    for u in numbers(part, 60):
        u[0] = 1.0
        assert (done(part, u, black) == 255).all()


def test_chains_are_one_to_depth_long_each_as_often_and_choose_evenly(monkeypatch):
    lengths, chosen, levels, signs = [], [], [], []

    def watch(place):
        def operation(image, level, sign):
            chosen.append(place)
            levels.append(level)
            signs.append(sign)
            return image

        return operation

    monkeypatch.setattr(augmix, "OPERATIONS", tuple(watch(place) for place in range(9)))
    part, one = AugMix(chains=1, depth=4, severity=5.0), np.zeros((1, 1, 3), np.uint8)
    for u in numbers(part, 2000):
        before = len(chosen)
        done(part, u, one)
        lengths.append(len(chosen) - before)
    assert stats.chisquare(np.bincount(lengths, minlength=5)[1:]).pvalue > 1e-3
    assert stats.chisquare(np.bincount(chosen, minlength=9)).pvalue > 1e-3
    # The paper draws levels from 0.1 to the severity, of ten.
    assert stats.kstest(levels, stats.uniform(0.01, 0.49).cdf).pvalue > 1e-3
    assert stats.binomtest(signs.count(1.0), len(signs), 0.5).pvalue > 1e-3 and set(signs) == {-1.0, 1.0}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_one_chain_of_one_operation_is_that_operation_blended_in(share):
    whole = np.asarray(ImageOps.equalize(Image.fromarray(IMAGE)), float)
    u = chain("equalize", 0.4, 1, share)
    assert np.abs(done(AugMix(chains=1, depth=1), u) - ((1 - share) * IMAGE + share * whole)).max() <= 0.51
    half = done(AugMix(chains=1, depth=1, strength=0.5), u)
    assert np.abs(half - ((1 - share / 2) * IMAGE + share / 2 * whole)).max() <= 0.51


def test_operations_of_a_chain_follow_one_another():
    u = [1.0, 0.5, 0.99, number_of("solarize"), 0.5, 0.2, number_of("equalize"), 0.5, 0.2]
    level = (0.1 + 0.5 * 2.9) / 10
    expected = ImageOps.equalize(ImageOps.solarize(Image.fromarray(IMAGE), 256 - int(256 * level)))
    assert (done(AugMix(chains=1, depth=2), u) == np.asarray(expected)).all()


LEVELS = [0.0, 0.3, 0.7, 0.999]


@pytest.mark.parametrize("u", LEVELS)
def test_tones_are_pillows_at_the_papers_levels(u):
    part, picture = AugMix(chains=1, depth=1, severity=10.0), Image.fromarray(IMAGE)
    # The paper's own arithmetic: level from 0.1 to 10, int(level * largest / 10).
    level = 0.1 + u * 9.9
    assert (done(part, chain("posterize", u, 1, 1)) == np.asarray(ImageOps.posterize(picture, 4 - int(level * 4 / 10)))).all()
    solarized = ImageOps.solarize(picture, 256 - int(level * 256 / 10))
    assert (done(part, chain("solarize", u, 1, 1)) == np.asarray(solarized)).all()
    assert (done(part, chain("equalize", u, 1, 1)) == np.asarray(ImageOps.equalize(picture))).all()
    stretched = np.asarray(ImageOps.autocontrast(picture), int)
    # Pillow cuts the fraction off where we round.
    assert np.abs(done(part, chain("autocontrast", u, 1, 1)) - stretched).max() <= 1


def affine(matrix):
    """SciPy's picture through a matrix (x, y) about its middle, from the outcome to the picture."""
    matrix = np.asarray(matrix, float)
    flipped, middle = matrix[::-1, [1, 0]], np.full(2, (S - 1) / 2)
    offset = middle + matrix[::-1, 2] - flipped @ middle
    moved = [ndimage.affine_transform(IMAGE[:, :, c].astype(float), flipped, offset, order=1, mode="reflect") for c in range(3)]
    return np.stack(moved, axis=2)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("u", LEVELS)
def test_moves_are_scipys_at_the_papers_levels(u, sign):
    share = (0.1 + u * 9.9) / 10 * sign
    cos, sin = np.cos(np.deg2rad(30 * share)), np.sin(np.deg2rad(30 * share))
    wanted = {
        "rotate": [[cos, -sin, 0], [sin, cos, 0]],
        "shear_x": [[1, 0.3 * share, 0], [0, 1, 0]],
        "shear_y": [[1, 0, 0], [0.3 * share, 1, 0]],
        "translate_x": [[1, 0, S / 3 * share], [0, 1, 0]],
        "translate_y": [[1, 0, 0], [0, 1, S / 3 * share]],
    }
    part = AugMix(chains=1, depth=1, severity=10.0)
    for name, matrix in wanted.items():
        # OpenCV reads between pixels at 32nds.
        assert np.abs(done(part, chain(name, u, sign, 1)) - affine(matrix)).max() <= 2.0, name


def test_strength_0_is_the_picture_and_the_same_numbers_give_the_same_bytes():
    part = AugMix()
    rows = numbers(part, 12)
    for u in rows:
        assert (done(AugMix(strength=0.0), u) == IMAGE).all()
        assert (done(part, u) == done(AugMix(), u.copy())).all()
    assert len({done(part, u).tobytes() for u in rows}) == 12
    assert part.draws == 1 + 3 * (2 + 3 * 3)
