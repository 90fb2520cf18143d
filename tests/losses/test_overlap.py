from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tamesu.losses import Dice, FocalTversky, Jaccard
from tamesu.testing.losses import make_maps


@pytest.fixture(scope="module")
def theirs() -> Any:
    """segmentation_models_pytorch, which takes seconds to import."""
    import segmentation_models_pytorch as smp

    return smp.losses


def image_by_image(loss: Any, logits: torch.Tensor, target: torch.Tensor) -> np.ndarray:
    return np.array([loss(logits[i : i + 1], target[i : i + 1]).item() for i in range(len(target))])


@pytest.mark.parametrize("smooth", [0.0, 1.0])
def test_dice_and_jaccard_agree_with_segmentation_models(theirs: Any, smooth: float) -> None:
    logits, target = make_maps()
    # Every label is in every image: what an absent one costs, theirs and ours see differently.
    target[:, 1, :] = torch.arange(4)
    loss = theirs.DiceLoss("multiclass", smooth=smooth, ignore_index=-1)
    np.testing.assert_allclose(Dice(smooth=smooth)(logits, target).numpy(), image_by_image(loss, logits, target), rtol=1e-9)
    # Their Jaccard knows no unknown pixels: the first row has one, and is left out.
    logits, target, loss = logits[:, :, 1:], target[:, 1:], theirs.JaccardLoss("multiclass", smooth=smooth)
    np.testing.assert_allclose(Jaccard(smooth=smooth)(logits, target).numpy(), image_by_image(loss, logits, target), rtol=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(0.3, 0.7), (1.0, 0.2)])
def test_tversky_agrees_with_segmentation_models(theirs: Any, alpha: float, beta: float) -> None:
    logits, target = make_maps()
    target[:, 1, :] = torch.arange(4)
    ours = FocalTversky(alpha=alpha, beta=beta, gamma=1.0, smooth=0.5)(logits, target).numpy()
    loss = theirs.TverskyLoss("multiclass", smooth=0.5, ignore_index=-1, alpha=alpha, beta=beta)
    np.testing.assert_allclose(ours, image_by_image(loss, logits, target), rtol=1e-9)


def test_the_power_is_taken_label_by_label() -> None:
    logits, target = make_maps()
    target[:, 1, :] = torch.arange(4)
    probs, truth = torch.softmax(logits, dim=1).numpy(), np.eye(4)[target.clamp_min(0).numpy()].transpose(0, 3, 1, 2)
    known = (target.numpy() >= 0)[:, None]
    overlap = (probs * truth * known).sum((2, 3))
    too_much, too_little = (probs * (1 - truth) * known).sum((2, 3)), ((1 - probs) * truth * known).sum((2, 3))
    index = overlap / (overlap + 0.3 * too_much + 0.7 * too_little)
    expected = ((1 - index) ** 0.75).mean(axis=1)
    np.testing.assert_allclose(FocalTversky()(logits, target).numpy(), expected, rtol=1e-9)


def sure(*rows: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits that say label 1 for the first three of four pixels, and a target by hand."""
    said = torch.tensor([[1, 1, 1, 0]])
    logits = torch.nn.functional.one_hot(said, 2).movedim(2, 1)[:, :, None] * 200.0
    return logits.repeat(len(rows), 1, 1, 1), torch.tensor(rows)[:, None]


def test_by_hand_without_the_background() -> None:
    logits, target = sure([1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 0])
    # 3 pixels said, 1 true, 1 shared: dice 2/4, Jaccard 1/3. Nothing is true in the last image.
    assert Dice(from_background=False)(logits, target).tolist() == pytest.approx([0.5, 0.0, 0.0])
    assert Jaccard(from_background=False)(logits, target).tolist() == pytest.approx([2 / 3, 0.0, 0.0])
    tversky = FocalTversky(alpha=0.25, beta=1.0, gamma=1.0, from_background=False)
    assert tversky(logits, target).tolist() == pytest.approx([1 / 3, 0.0, 0.0], abs=1e-6)


def test_with_smooth_what_is_predicted_of_an_absent_label_costs() -> None:
    logits, target = sure([0, 0, 0, 0])
    # (3/2) / (3/2 + 1) and 3 / (3 + 1)
    assert Dice(smooth=1.0, from_background=False)(logits, target).item() == pytest.approx(0.6)
    assert Jaccard(smooth=1.0, from_background=False)(logits, target).item() == pytest.approx(0.75)


def test_an_image_of_which_nothing_is_known_costs_nothing() -> None:
    logits, target = sure([-1, -1, -1, -1])
    for loss in (Dice(), Jaccard(), FocalTversky(), Dice(smooth=1.0)):
        assert loss(logits, target).item() == pytest.approx(0.0, abs=1e-4)
