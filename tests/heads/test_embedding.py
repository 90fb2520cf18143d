from __future__ import annotations

import torch

from tamesu.heads import HEADS, EmbeddingHead

X = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))


def test_features_as_they_are() -> None:
    head = EmbeddingHead(features=8).eval()
    assert torch.equal(head(X), X) and head.width == 8
    assert not list(head.parameters())


def test_a_hidden_layer_over_them() -> None:
    head = EmbeddingHead(features=8, hidden=3, activation="none", dropout=0.9).eval()
    torch.testing.assert_close(head(X), X @ head.before[0].weight.T)
    assert head.width == 3 and head.reads == "features"


def test_dropout_is_for_training_alone() -> None:
    head = EmbeddingHead(features=8, dropout=0.5)
    torch.manual_seed(0)
    assert (head(X) == 0).any() and not (head.eval()(X) == 0).any()


def test_built_with_what_tamesu_gives() -> None:
    head = HEADS.build("features", {}, features=8, outputs=3, subcenters=1, hidden=4, activation="relu", dropout=0.0)
    assert head(X).shape == (6, 4)
