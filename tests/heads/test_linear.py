from __future__ import annotations

import math

import pytest
import torch

from tamesu.heads import HEADS, LinearHead


def test_is_dropout_and_one_linear_layer() -> None:
    head = LinearHead(features=8, outputs=3).eval()
    features = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    expected = features @ head.linear.weight.T + head.linear.bias
    torch.testing.assert_close(head(features), expected)


def test_dropout_is_for_training_alone() -> None:
    head = LinearHead(features=1000, outputs=1, dropout=0.5)
    with torch.no_grad():
        head.linear.weight.fill_(1.0)
    torch.manual_seed(0)
    # 1000 features of 1, half of them dropped and the rest doubled: 1000, with a standard deviation of 2 √250.
    sums = head(torch.ones(64, 1000)).flatten()
    assert sums.mean().item() == pytest.approx(1000.0, abs=5 * 2 * math.sqrt(250 / 64))
    assert sums.std().item() == pytest.approx(2 * math.sqrt(250), rel=0.4)
    assert head.eval()(torch.ones(1, 1000)).item() == 1000.0


def test_first_predictions_are_near_even() -> None:
    torch.manual_seed(0)
    head = LinearHead(features=512, outputs=10)
    assert head.linear.bias.abs().max() == 0.0
    assert head.linear.weight.std().item() == pytest.approx(0.02, rel=0.05)
    features = torch.rand(64, 512)
    loss = torch.nn.functional.cross_entropy(head(features), torch.arange(64) % 10)
    assert loss.item() == pytest.approx(math.log(10), rel=0.1)


def test_built_by_name_with_what_tamesu_gives() -> None:
    head = HEADS.build("logits", {"dropout": 0.1}, features=4, outputs=2)
    assert head(torch.zeros(1, 4)).shape == (1, 2)
    given = frozenset({"features", "outputs"})
    assert HEADS.resolve("logits", {}, given) == {"hidden": 0, "activation": "relu", "dropout": 0.0}
    assert [fault.code for fault in HEADS.check("logits", {"dropout": 2.0}, given_by_us=given)] == ["CONFIG_RANGE"]


def test_a_hidden_layer_before_the_last_one() -> None:
    head = LinearHead(features=8, outputs=3, hidden=5, activation="gelu", dropout=0.5).eval()
    features = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    hidden = torch.nn.functional.gelu(features @ head.before[0].weight.T + head.before[0].bias)
    torch.testing.assert_close(head(features), hidden @ head.linear.weight.T + head.linear.bias)
