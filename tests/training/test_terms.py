"""Terms of the loss against sums written out: gaps, masks, maps, regions, pairs, mixtures, units, laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tamesu.losses import LOSSES
from tamesu.penalties import PENALTIES
from tamesu.training.labels import Target
from tamesu.training.network import Seen
from tamesu.training.roads import LAST
from tamesu.training.terms import Laws, Term, Terms

RNG = np.random.default_rng(8)
NAN = float("nan")


def term(kind: str, loss: Any, values: Any = None, known: Any = None, **more: Any) -> Term:
    made = LOSSES.build(loss, {}) if isinstance(loss, str) else loss
    return Term(
        kind,
        kind,
        made,
        1.0,
        None if values is None else torch.as_tensor(values),
        None if known is None else torch.as_tensor(known),
        **more,
    )


def target(values: Any, known: Any) -> Target:
    return Target(((None, torch.as_tensor(values)),), torch.as_tensor(known))


def squared(logits: Tensor, values: Tensor) -> Tensor:
    return (logits - values).square().mean(dim=1)


def test_rows_without_a_label_count_nothing() -> None:
    one = term("value", squared, [[1.0], [0.0], [5.0]], [True, False, True])
    # Rows 2, 1, 0: (3 - 5)² and (3 - 1)²; row 1 is not known.
    assert float(one.mean(torch.full((3, 1), 3.0), torch.tensor([2, 1, 0]))) == 4.0
    assert float(one.mean(torch.full((1, 1), 3.0), torch.tensor([1]))) == 0.0


def test_nothing_known_gives_no_gradient_either() -> None:
    logits = torch.randn(3, 1, requires_grad=True)
    found = term("value", squared, torch.zeros(3, 1), torch.zeros(3, dtype=torch.bool)).mean(logits, torch.arange(3))
    found.backward()
    assert found.item() == 0.0
    assert logits.grad is not None and not logits.grad.any()


def test_missing_numbers_beside_others() -> None:
    values = torch.tensor([[1.0, NAN, 3.0], [NAN, NAN, 2.0], [0.0, 0.0, 0.0]])
    logits = torch.tensor([[2.0, 9.0, 1.0], [9.0, 9.0, 5.0], [1.0, 2.0, 3.0]], requires_grad=True)
    found = term("value", squared, gaps=True).mean_of(logits, target(values, [True, True, True]))
    # (1 + 4) / 2, 9 / 1, (1 + 4 + 9) / 3.
    assert found.item() == pytest.approx((2.5 + 9 + 14 / 3) / 3)
    found.backward()
    expected = [[2 / 2, 0, -4 / 2], [0, 0, 6 / 1], [2 / 3, 4 / 3, 6 / 3]]
    np.testing.assert_allclose(logits.grad, np.array(expected) / 3, rtol=1e-6)


@pytest.mark.parametrize("name", ["mse", "mae", "smooth_l1", "huber", "wing", "quantile", "log_cosh"])
def test_a_missing_number_pulls_at_nothing(name: str) -> None:
    loss = LOSSES.build(name, {"quantile": 0.9} if name == "quantile" else {})
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(1), requires_grad=True)
    values = torch.zeros(4, 3)
    values[:, 1] = NAN
    with_gaps = term("value", loss, gaps=True).mean_of(logits, target(values, [True] * 4))
    (gradient,) = torch.autograd.grad(with_gaps, logits)
    plain = term("value", loss).mean_of(logits[:, [0, 2]], target(values[:, [0, 2]], [True] * 4))
    (expected,) = torch.autograd.grad(plain, logits)
    torch.testing.assert_close(with_gaps, plain)
    torch.testing.assert_close(gradient, expected)
    assert not gradient[:, 1].any()


def test_values_in_units_of_their_spread() -> None:
    one = term("value", squared, unit=torch.tensor([2.0, 10.0]))
    found = one.mean_of(torch.tensor([[4.0, 30.0]]), target([[0.0, 0.0]], [True]))
    assert found.item() == pytest.approx((2.0**2 + 3.0**2) / 2)


def test_a_mask_is_learned_pixel_by_pixel() -> None:
    logits = torch.from_numpy(RNG.normal(size=(3, 4, 2, 5)))
    codes = RNG.integers(-1, 4, (3, 2, 5))
    codes[2] = -1
    known = [True, True, False]
    found = term("mask", "cross_entropy").mean_of(logits, target(codes, known))
    log_probs = torch.log_softmax(logits, dim=1).numpy()
    means = []
    for sample in range(2):
        losses = [-log_probs[sample, codes[sample, y, x], y, x] for y in range(2) for x in range(5) if codes[sample, y, x] >= 0]
        means.append(np.mean(losses))
    assert found.item() == pytest.approx(np.mean(means))


def test_a_map_is_learned_where_it_is_known() -> None:
    logits = torch.from_numpy(RNG.normal(size=(2, 2, 3, 3)))
    values = RNG.normal(size=(2, 2, 3, 3))
    values[0, 0, :2] = NAN
    values[1, 1] = NAN
    logits.requires_grad_(True)
    found = term("map", squared).mean_of(logits, target(values, [True, True]))
    away = (logits.detach().numpy() - values) ** 2
    assert found.item() == pytest.approx(np.mean([np.nanmean(away[0]), np.nanmean(away[1])]))
    found.backward()
    assert not logits.grad.numpy()[np.isnan(values)].any()
    assert np.isfinite(logits.grad.numpy()).all()


@pytest.mark.parametrize("name", ["dice", "jaccard", "lovasz"])
def test_a_loss_over_regions_gets_whole_maps(name: str) -> None:
    logits = torch.from_numpy(RNG.normal(size=(3, 2, 4, 4)))
    codes = torch.from_numpy(RNG.integers(-1, 2, (3, 4, 4)))
    codes[1] = -1
    loss = LOSSES.build(name, {})
    found = term("mask", loss).mean_of(logits, target(codes, [True, False, True]))
    assert torch.isfinite(found)
    alone = [loss(logits[[place]], codes[[place]])[0].item() for place in (0, 2)]
    assert found.item() == pytest.approx(np.mean(alone))


class Pairs:
    whole_batch = True

    def __init__(self) -> None:
        self.given: list[tuple[Tensor, Tensor]] = []

    def __call__(self, features: Tensor, labels: Tensor) -> Tensor:
        self.given.append((features, labels))
        return features.sum() + 1.0


def test_pairs_are_made_of_the_samples_that_are_known() -> None:
    loss = Pairs()
    features = torch.arange(8.0).reshape(4, 2)
    found = term("class", loss).mean_of(features, target([3, 0, 1, 3], [True, False, True, True]))
    assert loss.given[0][0].tolist() == [[0, 1], [4, 5], [6, 7]]
    assert loss.given[0][1].tolist() == [3, 1, 3]
    assert found.item() == 24.0


@pytest.mark.parametrize("known", [[False, False, False], [False, True, False]])
def test_fewer_than_two_make_no_pair(known: list[bool]) -> None:
    loss = Pairs()
    features = torch.randn(3, 2, requires_grad=True)
    found = term("class", loss).mean_of(features, target([0, 1, 2], known))
    found.backward()
    assert found.item() == 0.0 and not loss.given
    assert features.grad is not None and not features.grad.any()


def test_pairs_of_mixed_images_take_the_larger_part() -> None:
    loss = Pairs()
    shares = [torch.tensor([0.7, 0.9]), torch.tensor([0.3, 0.1])]
    mixed = Target(((shares[0], torch.tensor([0, 1])), (shares[1], torch.tensor([2, 2]))), torch.tensor([True, True]))
    term("class", loss).mean_of(torch.zeros(2, 2), mixed)
    assert loss.given[0][1].tolist() == [0, 1]


def test_shares_of_mixed_images_weigh_the_losses() -> None:
    loss = lambda logits, codes: logits.gather(1, codes[:, None])[:, 0]  # noqa: E731
    logits = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    mixed = Target(
        (
            (torch.tensor([0.75, 1.0, 0.5]), torch.tensor([0, 1, 0])),
            (torch.tensor([0.25, 0.0, 0.5]), torch.tensor([1, 0, 1])),
        ),
        torch.tensor([True, True, False]),
    )
    # 0.75 + 2.5, 20; the third is not known.
    assert term("class", loss).mean_of(logits, mixed).item() == pytest.approx((3.25 + 20) / 2)


def seen_of(**logits: Tensor) -> Seen:
    return Seen(dict(logits), {LAST: torch.zeros(1)})


def test_terms_stand_in_one_order() -> None:
    heads = {
        "b": term("value", squared, torch.zeros(2, 1), torch.ones(2, dtype=torch.bool)),
        "a": term("value", squared, torch.ones(2, 1), torch.ones(2, dtype=torch.bool)),
    }
    law = PENALTIES.build("conservation", {"expression": "abs(a - g)", "weight": 0.25})
    columns = {"g": torch.tensor([1.0, 5.0, NAN])}
    laws = Laws({"conservation": law}, {"a": (torch.tensor([10.0]), torch.tensor([2.0]))}, columns)
    terms = Terms(heads, ["b"], laws)
    assert terms.names == ("b", "a", "b.pooling", "conservation")
    assert terms.weights == [1.0, 1.0, 1.0, 0.25]
    seen = seen_of(b=torch.full((2, 1), 3.0), a=torch.full((2, 1), 3.0))
    seen.penalties["b"] = torch.tensor([0.5, 1.5])
    found = terms.measure(seen, torch.tensor([1, 0]), None, torch.zeros(2, 4, 4, 3, dtype=torch.uint8))
    # a in its own unit is 3 × 2 + 10 = 16; the columns of rows 1 and 0 are 5 and 1.
    assert found.tolist() == [9.0, 4.0, 1.0, (11 + 15) / 2]
    del seen.penalties["b"]
    assert terms.measure(seen, torch.tensor([1, 0]), None, torch.zeros(2, 4, 4, 3, dtype=torch.uint8))[2] == 0.0


def test_a_head_comes_before_a_column_of_its_name() -> None:
    law = PENALTIES.build("conservation", {"expression": "abs(g)"})
    laws = Laws({"l": law}, {}, {"g": torch.tensor([100.0, 100.0])})
    seen = seen_of(g=torch.tensor([[1.0], [3.0]]))
    assert float(laws.measure(seen, torch.tensor([0, 1]), torch.zeros(2, 2, 2, 3))[0]) == 2.0


def test_a_missing_column_breaks_no_law() -> None:
    law = PENALTIES.build("conservation", {"expression": "(a - g)**2"})
    laws = Laws({"l": law}, {}, {"g": torch.tensor([NAN, 1.0])})
    logits = torch.tensor([[4.0], [4.0]], requires_grad=True)
    found = laws.measure(seen_of(a=logits), torch.tensor([0, 1]), torch.zeros(2, 2, 2, 3))[0]
    assert found.item() == 4.5
    found.backward()
    assert logits.grad.tolist() == [[0.0], [3.0]]


def test_laws_over_several_values_and_maps_read_their_own_unit() -> None:
    law = PENALTIES.build("conservation", {"expression": "(v[0] - v[1])**2"})
    laws = Laws({"l": law}, {"v": (torch.tensor([1.0, 2.0]), torch.tensor([10.0, 100.0]))}, {})
    # 1 × 10 + 1 = 11 and 0.1 × 100 + 2 = 12.
    found = laws.measure(seen_of(v=torch.tensor([[1.0, 0.1]])), torch.tensor([0]), torch.zeros(1, 2, 2, 3))[0]
    assert found.item() == pytest.approx(1.0, abs=1e-4)


def test_laws_that_look_at_the_picture_see_it_from_0_to_1() -> None:
    kept: list[Tensor] = []

    class Looks:
        weight, needs_image = 1.0, True

        def __call__(self, fields: dict[str, Tensor], images: Tensor) -> Tensor:
            kept.append(images)
            return images.mean(dim=(1, 2, 3))

    images = torch.zeros(1, 2, 3, 3, dtype=torch.uint8)
    images[0, :, :, 1] = 255
    Laws({"l": Looks()}, {}, {}).measure(seen_of(a=torch.zeros(1, 1)), torch.tensor([0]), images)
    assert kept[0].shape == (1, 3, 2, 3)
    assert kept[0][0, 1].eq(1.0).all() and not kept[0][0, [0, 2]].any()


def test_losses_that_are_modules_are_kept_and_step() -> None:
    center = LOSSES.build("center", {"alpha": 1.0}, labels=3, width=2)
    heads = {
        "plain": term("value", squared, torch.zeros(3, 1), torch.ones(3, dtype=torch.bool)),
        "near": term("class", center, torch.tensor([2, 0, 1]), torch.tensor([True, False, True])),
    }
    terms = Terms(heads)
    assert isinstance(terms.modules(), nn.ModuleDict)
    assert [name for name, _ in terms.modules().named_buffers()] == ["head_1.centers"]
    seen = seen_of(plain=torch.zeros(3, 1), near=torch.tensor([[4.0, 2.0], [8.0, 8.0], [1.0, 1.0]], requires_grad=True))
    terms.step(seen, torch.tensor([0, 1, 2]), None)
    # Each class has one image: half the way; row 1 is not known and moves nothing.
    assert center.centers.tolist() == [[0.0, 0.0], [0.5, 0.5], [2.0, 1.0]]
    moved = {"near": target([0, 0, 0], [False] * 3)}
    terms.step(seen, torch.tensor([0, 1, 2]), moved)
    assert center.centers.tolist() == [[0.0, 0.0], [0.5, 0.5], [2.0, 1.0]]


def test_what_lies_in_the_picture_is_not_taken_from_the_table() -> None:
    with pytest.raises(AssertionError, match="picture"):
        term("mask", "cross_entropy").mean(torch.zeros(1, 2, 2, 2), torch.tensor([0]))


def test_moved_labels_are_used_where_there_are_some() -> None:
    heads = {"a": term("value", squared, torch.zeros(2, 1), torch.ones(2, dtype=torch.bool))}
    seen, rows = seen_of(a=torch.zeros(2, 1)), torch.arange(2)
    images = torch.zeros(2, 2, 2, 3, dtype=torch.uint8)
    moved = {"a": target([[2.0], [4.0]], [True, False])}
    assert Terms(heads).measure(seen, rows, moved, images).tolist() == [4.0]
    assert Terms(heads).measure(seen, rows, None, images).tolist() == [0.0]
