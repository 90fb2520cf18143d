from __future__ import annotations

import numpy as np
import pytest
from tests.cards.facts import KIND, classes, learn

from tamesu.cards.learning import find_order

SIZE = {"size": {"kind": "value", "column": "size", "known_in": "train"}}


def test_a_recipe_and_a_table_are_seen_as_cards_need_them() -> None:
    heads = {"told": {"target": "kind", "loss": "bce"}, "size": {"loss": "mse"}}
    facts = learn(KIND | SIZE, {"id": [1, 2, 3], "kind": ["猫", "犬", ""], "size": ["1.5", "", "2"], "camera": "abb"}, heads)
    assert (facts.kind, facts.head, facts.loss, facts.helpers, facts.rows) == ("class", "told", "bce", ["size"], 3)
    assert facts.counts("kind") == {"猫": 1, "犬": 1} and facts.classes() == 2
    np.testing.assert_array_equal(facts.values("size"), [[1.5], [np.nan], [2.0]])
    assert facts.numeric == ("id", "size") and facts.unlearned() == []


def test_what_train_has_and_test_lacks_is_spare() -> None:
    cells = {"id": [1, 2], "kind": "ab", "camera": "cc", "age": [3, 4]}
    assert learn(KIND, cells, test=["id", "camera"]).spare == ("age",)
    # Without a test table nothing can be said.
    assert learn(KIND, cells).spare == ()


@pytest.mark.parametrize(
    ("other", "poorer"),
    [
        # Each kind has one family; a row without a label says nothing.
        (["cat", "cat", "dog", "dog", ""], True),
        # A kind with two coats: the coat is news.
        (["cat", "big", "dog", "dog", "dog"], False),
        # Nothing is known of it.
        (["", "", "", "", ""], False),
    ],
)
def test_a_target_that_follows_from_the_main_one_is_poorer(other: list[str], poorer: bool) -> None:
    facts = learn(KIND | {"family": {"kind": "class", "column": "family"}}, {"kind": list("aabbb"), "family": other})
    assert facts.is_poorer("family") == poorer


def test_one_row_a_class_proves_nothing_and_derivations_speak_for_themselves() -> None:
    targets = {
        **KIND,
        "coat": {"kind": "class", "column": "coat"},
        "ears": {"kind": "multilabel", "derive": {"attributes": {"of": "kind", "table": "a.csv", "columns": ["x"]}}},
        **SIZE,
        "bin": {"kind": "ordinal", "derive": {"bins": {"of": "size"}}},
    }
    facts = learn(targets, {"kind": list("abc"), "coat": list("xyz"), "size": [1, 2, 3]})
    assert [name for name in targets if facts.is_poorer(name)] == ["ears"]


@pytest.mark.parametrize(
    ("column", "found"), [("frame", True), ("timestamp", True), ("フレーム番号", True), ("framework", False), ("camera", False)]
)
def test_an_order_is_found_by_its_name(column: str, found: bool) -> None:
    facts = learn(KIND, {"kind": classes(a=2, b=1), column: [1, 2, 3]})
    assert find_order(facts) == (column if found else None)


def test_an_order_of_words_is_none() -> None:
    assert find_order(learn(KIND, {"kind": list("ab"), "frame": ["first", "second"]})) is None
