"""The drawer beside the table of augmentations: a card for each, none too many, and what to try first is accepted."""

from __future__ import annotations

import itertools

import pytest

from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations import AUGMENTATIONS
from tamesu.augmentations.one_of import read_parts
from tamesu.balances import BALANCES
from tamesu.cards import CARDS, LEARNING, Card, find_cards
from tamesu.cards.fitting import RULES
from tamesu.constraints import CONSTRAINTS
from tamesu.errors import InputError
from tamesu.losses import LOSSES
from tamesu.poolings import POOLINGS
from tamesu.samplers import SAMPLERS
from tamesu.symmetries import Use, find_symmetries

# Plugins of other tests may stand in the table too.
OURS = [name for name, part in AUGMENTATIONS.items() if part.__module__.startswith("tamesu.")]
# Cards about a key of the recipe.
KEYS = {"tta"}
# A part that needs something of the user's is built only where that is.
NEEDS = {"paste_object", "albumentations"}
LEARNT = [card for card in CARDS.values() if card.family in LEARNING]
OTHERS = [card for card in CARDS.values() if card.family not in LEARNING]
ADDED = [card for card in CARDS.values() if card.name in AUGMENTATIONS]


def test_every_augmentation_has_a_card() -> None:
    assert sorted(set(OURS) - set(CARDS)) == []


def test_every_card_names_an_augmentation_or_a_key() -> None:
    assert sorted({card.name for card in OTHERS} - set(OURS) - KEYS) == []


@pytest.mark.parametrize("card", ADDED, ids=[card.name for card in ADDED])
def test_what_to_try_first_is_that_augmentation_and_is_accepted(card: Card) -> None:
    assert list(card.try_first) == ["augmentations+"]
    [(name, options)] = read_parts(card.try_first["augmentations+"])
    assert name == card.name
    faults = AUGMENTATIONS.check(name, options)
    assert [fault.text("en") for fault in faults if name not in NEEDS] == []


def test_every_card_about_heads_and_losses_has_a_rule() -> None:
    assert [card.name for card in LEARNT] == list(RULES)


@pytest.mark.parametrize("card", LEARNT, ids=[card.name for card in LEARNT])
def test_a_recipe_with_a_main_and_another_head_takes_it(card: Card) -> None:
    heads = {"MAIN": {"loss": "cross_entropy"}, "OTHER": {"loss": "mse", "weight": 0.5}}
    recipe = Recipe.model_validate({"name": "base", "backbone": {"resnet18": {}}, "heads": heads})
    changed = recipe.vary(card.try_first)
    assert changed != recipe
    parts = [(LOSSES, head.loss) for head in changed.heads.values()]
    parts += [(CONSTRAINTS, head.constraint) for head in changed.heads.values() if head.constraint is not None]
    parts += [(POOLINGS, changed.pooling), (BALANCES, changed.balance), (SAMPLERS, changed.sampler)]
    given = frozenset({"class_counts", "width", "labels", "channels", "terms"})
    for table, part in parts:
        assert table.check(part.name, part.options, given_by_us=given) == []


@pytest.mark.parametrize("card", OTHERS, ids=[card.name for card in OTHERS])
def test_a_recipe_takes_it(card: Card) -> None:
    recipe = Recipe.model_validate({"name": "base", "backbone": {"resnet18": {}}, "heads": {"kind": {"loss": "cross_entropy"}}})
    changed = recipe.vary(card.try_first)
    assert [part.name for part in (*changed.augmentations, *changed.tta)] in ([card.name], ["horizontal_flip"])


@pytest.mark.parametrize("card", ADDED, ids=[card.name for card in ADDED])
def test_the_card_knows_the_symmetry_that_its_part_uses(card: Card) -> None:
    if card.name in NEEDS:
        assert not card.symmetry
        return
    [(name, options)] = read_parts(card.try_first["augmentations+"])
    uses = [Use("augmentations", 0, name, symmetry, said) for symmetry, said in find_symmetries(name, options)]
    assert {use.symmetry for use in uses} == ({card.symmetry} if card.symmetry else set())
    if card.symmetry == "rotate":
        assert max(use.degrees for use in uses) == pytest.approx(card.degrees)


def test_families_stand_together() -> None:
    families = [card.family for card in CARDS.values()]
    changes = sum(first != second for first, second in itertools.pairwise(families))
    assert changes + 1 == len(set(families))


def test_cards_come_in_the_order_asked_for() -> None:
    assert [card.name for card in find_cards(["mixup", "shadow", "mixup"])] == ["mixup", "shadow"]
    assert len(find_cards([])) == len(CARDS)


def test_every_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        find_cards(["shadoww", "sepia", "霧"])
    assert [(fault.code, fault.values["name"]) for fault in caught.value.faults] == [
        ("CONFIG_UNKNOWN_PART", "shadoww"),
        ("CONFIG_UNKNOWN_PART", "霧"),
    ]
    assert "did you mean 'shadow'?" in caught.value.faults[0].text("en")
