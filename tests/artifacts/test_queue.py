"""The words of a command line as a queue of ideas."""

from __future__ import annotations

from itertools import product

import pytest

from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import (
    check_coupling,
    check_grid,
    essential_first,
    expand_words,
    is_essential,
    is_typed,
    settle_names,
)
from tamesu.errors import InputError

IDEAS = {
    "smoothing": Idea("smoothing", {"heads.theme.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "noise", "better"),
    "平滑化": Idea("平滑化", {"heads.theme.loss": {"cross_entropy": {"label_smoothing": 0.2}}}),
    "longer": Idea("longer", {"epochs": 30}),
}


def pairs(*words: str, coupled: bool = False) -> list[tuple[str, dict[str, object]]]:
    return [(idea.name, idea.changes) for idea in expand_words(words, IDEAS, coupled=coupled)]


def refused(*words: str, coupled: bool = False) -> InputError:
    with pytest.raises(InputError) as caught:
        expand_words(words, IDEAS, coupled=coupled)
    return caught.value


def test_names_and_changes_in_the_order_typed() -> None:
    assert expand_words(["平滑化", "smoothing"], IDEAS, coupled=False) == [IDEAS["平滑化"], IDEAS["smoothing"]]
    assert pairs("optimizer.adamw.lr=1e-3,3e-4", "longer", "augmentations-=rotate") == [
        ("optimizer.adamw.lr=1e-3", {"optimizer.adamw.lr": 1e-3}),
        ("optimizer.adamw.lr=3e-4", {"optimizer.adamw.lr": 3e-4}),
        ("longer", {"epochs": 30}),
        ("augmentations-=rotate", {"augmentations-": "rotate"}),
    ]
    assert pairs() == []


def test_lists_and_mappings_are_one_value() -> None:
    assert pairs("image_scale=[0.6,1.0]") == [("image_scale=[0.6,1.0]", {"image_scale": [0.6, 1.0]})]
    loss = "heads.x.loss={cross_entropy: {label_smoothing: 0.1, x: 2}},mse"
    assert [changes for _, changes in pairs(loss)] == [
        {"heads.x.loss": {"cross_entropy": {"label_smoothing": 0.1, "x": 2}}},
        {"heads.x.loss": "mse"},
    ]


def test_ranges() -> None:
    assert [name for name, _ in pairs("optimizer.adamw.lr=log:1e-4:1e-2:3,0.1")] == [
        f"optimizer.adamw.lr={value}" for value in ("1e-4", "1e-3", "0.01", "0.1")
    ]
    assert [changes["epochs"] for _, changes in pairs("epochs=lin:10:30:3")] == [10, 20, 30]


def test_blanks_around_a_change_do_not_make_another() -> None:
    assert pairs("epochs = 3", "epochs=3") == [("epochs=3", {"epochs": 3})]


def test_coupled_changes_make_one_idea_or_the_product() -> None:
    assert pairs("epochs=20", "optimizer.adamw.lr=1e-3", coupled=True) == [
        ("epochs=20 optimizer.adamw.lr=1e-3", {"epochs": 20, "optimizer.adamw.lr": 1e-3})
    ]
    found = pairs("longer", "epochs=10,20,30", "ema=0.9,0.99", coupled=True)
    assert found[0] == ("longer", {"epochs": 30})
    assert [(c["epochs"], c["ema"]) for _, c in found[1:]] == list(product((10, 20, 30), (0.9, 0.99)))


def test_coupled_additions_to_one_list_are_joined() -> None:
    found = pairs("augmentations+=rotate", "augmentations+=[sepia,{blur: {p: 0.5}}]", "augmentations-=flip", coupled=True)
    assert [changes for _, changes in found] == [
        {"augmentations+": ["rotate", "sepia", {"blur": {"p": 0.5}}], "augmentations-": "flip"}
    ]


def test_every_fault_of_every_word_at_once() -> None:
    error = refused("smothing", "epochs=1,,2", "ema=log:0:1:3", "=3", "longer", "lr=010,[1]", "ema=[1", "a=b: c: d")
    assert error.codes == (
        *("IDEA_UNKNOWN", "IDEA_EMPTY_VALUE", "IDEA_RANGE", "CONFIG_CHANGE"),
        *("CONFIG_AMBIGUOUS_NUMBER", "CONFIG_SYNTAX", "CONFIG_SYNTAX"),
    )
    assert error.faults[0].near == "smoothing"
    assert "smoothing, 平滑化, longer" in error.faults[0].text("en")
    assert "もしかして: 'smoothing'" in error.faults[0].text("ja")


def test_a_key_set_twice_is_refused_only_when_coupled() -> None:
    assert refused("epochs=3", "epochs=4", "ema=0.9", coupled=True).codes == ("IDEA_KEY_TWICE",)
    assert len(pairs("epochs=3", "epochs=4")) == 2


def test_no_word_makes_a_thousand_trainings() -> None:
    wide = [f"a{n}=lin:1:100:100" for n in range(11)]
    assert refused(*wide).codes == ("IDEA_TOO_MANY",)
    assert refused(*wide, coupled=True).codes == ("IDEA_TOO_MANY",)


def test_a_grid_is_noted_beyond_a_dozen() -> None:
    (note,) = check_grid(["epochs=1,2,3,4,5", "ema=lin:0:0.9:3", "longer"], coupled=True)
    assert (note.code, note.outcome) == ("IDEA_GRID", "note")
    assert "5 × 3 = 15" in note.text("en") and "8 ideas instead of 15" in note.text("en")
    assert check_grid(["epochs=1,2,3,4", "ema=0,0.5,0.9"], coupled=True) == []
    assert check_grid(["epochs=1,2,3,4,5", "ema=0,0.5,0.9"], coupled=False) == []


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"epochs": 3}, 0),
        ({"epochs": 3, "optimizer.adamw.lr": 1e-3}, 0),
        ({"augmentations+": "a", "augmentations-": "b", "epochs": 3}, 0),
        ({"epochs": 3, "optimizer.adamw.lr": 1e-3, "ema": 0.9}, 1),
    ],
)
def test_one_change_at_a_time_and_two_that_belong_together(changes: dict[str, object], faults: int) -> None:
    idea = Idea("a", changes)
    assert [fault.code for fault in check_coupling(idea, False)] == ["IDEA_TOO_MANY_KEYS"] * faults
    assert check_coupling(idea, True) == []


def test_equal_changes_on_the_spot_are_one_and_a_name_means_one_thing() -> None:
    same = [Idea("lr=1e-3", {"lr": 1e-3}), Idea("lr=0.001", {"lr": 0.001}), Idea("other", {"lr": 1e-3})]
    assert [idea.name for idea in settle_names(same)[0]] == ["other"]
    both = [Idea("a", {"epochs": 3}), Idea("b", {"epochs": 3}), Idea("a", {"epochs": 3})]
    assert settle_names(both) == (both[:2], [])
    settled, faults = settle_names([Idea("a", {"epochs": 3}), Idea("a", {"epochs": 4}), Idea("a", {"epochs": 5})])
    assert len(settled) == 1 and [fault.code for fault in faults] == ["IDEA_CLASH"]
    assert is_typed(same[0]) and not is_typed(same[2])


@pytest.mark.parametrize(
    ("key", "essential"),
    [
        *dict.fromkeys(("backbone", "backbone.resnet34.weights", "image.size", "image.fit", "augmentations+"), True).items(),
        *dict.fromkeys(("augmentations.rotate.degrees", "pooling", "heads.theme.loss", "heads.century"), True).items(),
        *dict.fromkeys(("heads.t.loss.cross_entropy.label_smoothing",), True).items(),
        *dict.fromkeys(
            ("optimizer", "optimizer.adamw.lr", "schedule.cosine.warmup_epochs", "epochs", "batch_size"), False
        ).items(),
        *dict.fromkeys(
            ("ema", "layer_decay", "clip_grad_norm", "accumulate", "heads.t.weight", "heads.t.dropout"), False
        ).items(),
    ],
)
def test_what_is_essential(key: str, essential: bool) -> None:
    assert is_essential(Idea("a", {key: 1})) is essential


def test_essential_changes_first_and_the_rest_as_written() -> None:
    queue = [Idea("a", {"ema": 0.9}), Idea("b", {"backbone": "x"}), Idea("c", {"epochs": 3}), Idea("d", {"pooling": "gem"})]
    assert [idea.name for idea in essential_first(queue)] == ["b", "d", "a", "c"]


def test_a_mistyped_recipe_is_the_nearest_name_of_the_first_word_only() -> None:
    with pytest.raises(InputError) as caught:
        expand_words(["bse", "bse"], IDEAS, coupled=False, recipes=["base"])
    assert [fault.near for fault in caught.value.faults] == ["base", None]
