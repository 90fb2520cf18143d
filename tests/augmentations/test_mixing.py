"""Mixing: pixels against NumPy, shares against areas and SciPy's distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tamesu.augmentations.mixing import BackgroundSwap, CopyPaste, CutMix, Mix, MixUp, draw_partners, draw_shares
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys

RNG = np.random.default_rng(0)


def make_batch(count=6, size=20):
    return RNG.integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def test_partners_are_a_ring_of_the_batch():
    u = RNG.uniform(size=50)
    partners = draw_partners(u, np.ones(50, bool))
    assert sorted(partners) == list(range(50)) and (partners != np.arange(50)).all()
    some = draw_partners(u, u < 0.5)
    assert (some[u >= 0.5] == np.flatnonzero(u >= 0.5)).all() and (some[u < 0.5] == partners[u < 0.5]).all()
    assert draw_partners(np.array([0.3]), np.array([True])).tolist() == [0]


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_are_beta(alpha):
    assert stats.kstest(draw_shares(RNG.uniform(size=4000), alpha), stats.beta(alpha, alpha).cdf).pvalue > 1e-3


def test_mixup_blends_pixels_and_targets_alike():
    images = make_batch()
    before = images.astype(float)
    u = RNG.uniform(size=(6, 1))
    partners = np.roll(np.arange(6), 1)
    own = MixUp(alpha=1.0).mix(u, partners, 20).apply(images)
    assert np.allclose(own, u[:, 0], atol=1e-12)
    expected = own[:, None, None, None] * before + (1 - own)[:, None, None, None] * before[partners]
    assert np.abs(images - expected).max() <= 0.5 + 1e-6


def test_cutmix_pastes_the_box_and_counts_its_area():
    images = make_batch(200, 32)
    before = images.copy()
    partners = np.roll(np.arange(200), 1)
    own = CutMix().mix(RNG.uniform(size=(200, 3)), partners, 32).apply(images)
    for i in range(200):
        changed = (images[i] != before[i]).any(axis=2)
        assert (images[i][changed] == before[partners[i]][changed]).all()
        y, x = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        area = 0 if len(y) == 0 else (y[-1] - y[0] + 1) * (x[-1] - x[0] + 1)
        assert own[i] == pytest.approx(1 - area / 1024, abs=0.08)
    assert 0.1 < own.mean() < 0.9


@pytest.mark.parametrize(("labels", "expected"), [("keep", 1.0), ("mix", 1 - 25 / 400)])
def test_copy_paste_pastes_what_the_partners_mask_holds(labels, expected):
    images = make_batch(2)
    before = images.copy()
    masks = np.zeros((2, 20, 20), bool)
    masks[1, 3:8, 10:15] = True
    own = CopyPaste(target="object", labels=labels).mix(np.empty((2, 0)), np.array([1, 1]), 20).apply(images, masks)
    assert (images[0][masks[1]] == before[1][masks[1]]).all() and (images[0][~masks[1]] == before[0][~masks[1]]).all()
    assert (images[1] == before[1]).all() and own.tolist() == [pytest.approx(expected), 1.0]


def test_background_swap_keeps_the_own_object_and_label():
    images = make_batch(2)
    before = images.copy()
    masks = np.zeros((2, 20, 20), bool)
    masks[0, :10] = True
    own = BackgroundSwap(target="object").mix(np.empty((2, 0)), np.array([1, 1]), 20).apply(images, masks)
    assert (images[0, :10] == before[0, :10]).all() and (images[0, 10:] == before[1, 10:]).all()
    assert own.tolist() == [1.0, 1.0]


def test_background_swap_leaves_an_image_without_an_object_alone():
    images = make_batch(2)
    before = images.copy()
    own = BackgroundSwap(target="object").mix(np.empty((2, 0)), np.array([1, 0]), 20).apply(images, np.zeros((2, 20, 20), bool))
    assert (images == before).all() and own.tolist() == [1.0, 1.0]


def test_partners_give_what_they_were_before():
    images = np.stack([np.full((4, 4, 3), value, np.uint8) for value in (0, 100, 200)])
    Mix(np.array([1, 2, 0]), "blend", np.zeros(3)).apply(images)
    assert images[:, 0, 0, 0].tolist() == [100, 200, 0]


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
def test_strength_and_probability_through_a_plan(name):
    keys = sample_keys([str(i) for i in range(400)])
    for options, share in (({"p": 0.4}, 0.4), ({"p": 1.0, "strength": 0.0}, 0.0), ({"p": 1.0}, 1.0)):
        plan = make_plan([(name, options)], size_px=8, fit="crop")
        drawn = plan.draw(3, keys, np.full((400, 2), 8), np.zeros((400, 3)))
        assert (drawn.mixes[0].partners != np.arange(400)).mean() == pytest.approx(share, abs=0.07)
