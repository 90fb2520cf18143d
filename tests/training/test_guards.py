"""Shares and cosines against gradients that are worked out by hand, and against autograd over the whole network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tamesu.training.guards import BATCHES_AN_EPOCH, Guards, is_watched, measure_norms, take_gradient
from tamesu.training.network import Seen
from tamesu.training.roads import LAST

NAMES = ("main", "aux")


def toy(main: list[float], aux: list[float]) -> tuple[Tensor, Seen]:
    """Two linear terms of one shared vector: their gradients are the given numbers."""
    shared = torch.zeros(1, len(main), requires_grad=True)
    terms = torch.stack([(shared * torch.tensor(main)).sum(), (shared * torch.tensor(aux)).sum()])
    return terms, Seen({}, {LAST: shared})


def guard(*batches: tuple[list[float], list[float]], weights: tuple[float, float] = (1.0, 1.0)) -> dict[str, float]:
    guards = Guards(0, {0: LAST, 1: LAST})
    for main, aux in batches:
        terms, seen = toy(main, aux)
        guards.measure(terms, torch.tensor(weights), seen)
    return guards.take(NAMES)["aux"]


def test_share_and_cosine_by_hand() -> None:
    # |main| = 5, |aux| = 13 / 2 with its weight; the product is (3 × 5 + 4 × 12) / 2 = 31.5.
    found = guard(([3.0, 4.0], [5.0, 12.0]), weights=(1.0, 0.5))
    assert found["share"] == pytest.approx(6.5 / 11.5, abs=1e-4)
    assert found["cosine"] == pytest.approx(63 / 65, abs=1e-4)


@pytest.mark.parametrize(("aux", "cosine"), [([-6.0, -8.0], -1.0), ([6.0, 8.0], 1.0), ([-4.0, 3.0], 0.0)])
def test_against_along_and_across(aux: list[float], cosine: float) -> None:
    assert guard(([3.0, 4.0], aux))["cosine"] == cosine


def test_batches_are_joined_by_their_squares() -> None:
    batches = [([1.0, 0.0], [1.0, 1.0]), ([0.0, 3.0], [2.0, -1.0])]
    main, aux = (np.concatenate([batch[place] for batch in batches]) for place in (0, 1))
    found = guard(*batches)
    norms = np.linalg.norm(main), np.linalg.norm(aux)
    assert found["cosine"] == pytest.approx(main @ aux / norms[0] / norms[1], abs=1e-4)
    assert found["share"] == pytest.approx(norms[1] / sum(norms), abs=1e-4)


def test_an_epoch_is_told_once() -> None:
    guards = Guards(0, {0: LAST, 1: LAST})
    assert guards.take(NAMES) == {}
    terms, seen = toy([1.0], [-2.0])
    guards.measure(terms, torch.ones(2), seen)
    assert guards.take(NAMES) == {"aux": {"share": round(2 / 3, 4), "cosine": -1.0}}
    assert guards.take(NAMES) == {}


def test_a_term_that_pulls_at_nothing() -> None:
    assert guard(([3.0, 4.0], [0.0, 0.0])) == {"share": 0.0, "cosine": 0.0}
    assert guard(([0.0, 0.0], [0.0, 0.0])) == {"share": 0.0, "cosine": 0.0}
    assert guard(([0.0, 0.0], [1.0, 0.0])) == {"share": 1.0, "cosine": 0.0}


class TwoPlaces(nn.Module):
    """A trunk of two layers, the main head on the second and another on the first."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.low, self.high = nn.Linear(5, 4), nn.Linear(4, 3)
        self.main, self.aux = nn.Linear(3, 1), nn.Linear(4, 1)

    def run(self, x: Tensor) -> tuple[Tensor, Seen]:
        first = self.low(x).tanh()
        last = self.high(first).tanh()
        terms = torch.stack([self.main(last).square().mean(), self.aux(first).square().mean()])
        return terms, Seen({}, {1: first, LAST: last})


def test_heads_at_two_places_are_compared_at_the_first_of_them() -> None:
    network = TwoPlaces()
    x = torch.randn(6, 5)
    terms, seen = network.run(x)
    weights = torch.tensor([1.0, 0.3])
    guards = Guards(0, {0: LAST, 1: 1})
    guards.measure(terms, weights, seen)
    found = guards.take(NAMES)["aux"]
    # The chain rule by hand: through the last layers and tanh back to the first map.
    with torch.no_grad():
        first = network.low(x).tanh()
        last = network.high(first).tanh()
        told = network.main(last)
        back = (2 * told / 6) @ network.main.weight * (1 - last**2) @ network.high.weight
        own = 0.3 * (2 * network.aux(first) / 6) @ network.aux.weight
        norms = back.norm(), own.norm()
        cosine = (back * own).sum() / norms[0] / norms[1]
    assert found["cosine"] == pytest.approx(float(cosine), abs=1e-4)
    assert found["share"] == pytest.approx(float(norms[1] / (norms[0] + norms[1])), abs=1e-4)
    # Measuring leaves the graph and the gradients of the network alone.
    assert all(parameter.grad is None for parameter in network.parameters())
    (terms * weights).sum().backward()
    assert network.low.weight.grad is not None


def test_the_gradient_at_the_map_says_what_the_weights_before_it_feel() -> None:
    """One sample: the gradient in a bias before the map is that at the map, so share and cosine are the same."""
    network = TwoPlaces()
    terms, seen = network.run(torch.randn(1, 5))
    guards = Guards(0, {0: LAST, 1: 1})
    guards.measure(terms, torch.ones(2), seen)
    found = guards.take(NAMES)["aux"]
    scale = 1 - seen.places[1].detach()[0] ** 2
    felt = [torch.autograd.grad(term, network.low.bias, retain_graph=True)[0] / scale for term in terms]
    assert found["cosine"] == pytest.approx(float(torch.cosine_similarity(*felt, dim=0)), abs=2e-4)
    assert found["share"] == pytest.approx(float(felt[1].norm() / (felt[0].norm() + felt[1].norm())), abs=2e-4)


def test_a_frozen_backbone_is_pulled_at_by_nobody() -> None:
    shared = torch.ones(2, 3)
    head = nn.Linear(3, 2)
    terms = head(shared).mean(dim=0)
    guards = Guards(0, {0: LAST, 1: LAST})
    guards.measure(terms, torch.ones(2), Seen({}, {LAST: shared}))
    assert guards.take(NAMES) == {"aux": {"share": 0.0, "cosine": 0.0}}
    assert measure_norms(terms, torch.ones(2), shared).tolist() == [0.0, 0.0]


def test_a_term_without_a_graph_has_no_gradient() -> None:
    shared = torch.ones(1, requires_grad=True)
    assert take_gradient(torch.tensor(1.0), shared) is None
    other = torch.ones(1, requires_grad=True).sum()
    assert take_gradient(other, shared) is None


def test_the_main_head_may_stand_anywhere() -> None:
    terms, seen = toy([1.0, 0.0], [0.0, 2.0])
    guards = Guards(1, {0: LAST, 1: LAST})
    guards.measure(terms, torch.ones(2), seen)
    assert guards.take(NAMES) == {"main": {"share": round(1 / 3, 4), "cosine": 0.0}}


def test_norms_of_weighted_terms() -> None:
    terms, seen = toy([3.0, 4.0], [0.0, 2.0])
    assert measure_norms(terms, torch.tensor([1.0, 10.0]), seen.shared).tolist() == [5.0, 20.0]


def test_heads_hang_on_the_first_place_that_learns() -> None:
    """A map of frozen stages has no gradient; what is shared is the first map after them."""
    frozen, learned, last = torch.ones(1), torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    assert Seen({}, {2: learned, 0: frozen, LAST: last}).shared is learned
    assert Seen({}, {2: learned, LAST: last}).shared is learned
    assert Seen({}, {0: frozen, LAST: frozen}).shared is frozen


def test_a_few_batches_of_every_epoch_are_watched() -> None:
    for steps in range(1, 60):
        watched = [step for step in range(steps) if is_watched(step, steps)]
        assert watched[0] == 0
        assert min(steps, 2) <= len(watched) <= BATCHES_AN_EPOCH
