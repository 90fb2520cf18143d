"""Cards against competitions made by hand: what is said for and against each."""

from __future__ import annotations

import pytest
from tests.cards.facts import classes as classes_of
from tests.cards.facts import learn
from tests.ledger import verdict_of

from tamesu.artifacts.suspicion import Named
from tamesu.cards import CARDS, Facts, Told, find_told, fits, mark, next_changes
from tamesu.cards.fitting import find_rare, judge, name_card


def said(name: str, facts: Facts, language: str = "en") -> str:
    return "\n".join(getattr(reason, language) for reason in fits(CARDS[name], facts))


def classes(*labels: str, name: str = "kind") -> tuple[Named, ...]:
    return (Named(name, "class", name, labels),)


LEARNT = Facts(
    learning=learn(
        {"kind": {"kind": "class", "column": "kind"}, "size": {"kind": "value", "column": "size"}},
        {"kind": classes_of(a=90, b=5), "size": range(95)},
        {"kind": {"loss": "focal"}},
        metric="f1_macro",
    ),
    told={"balanced": Told("drop", "2026-08-01", -0.01)},
)


def test_cards_about_heads_and_losses_are_held_against_what_is_learnt() -> None:
    assert "'size' have no head yet" in said("auxiliary_head", LEARNT)
    assert mark(CARDS["auxiliary_head"], LEARNT) == ["suits"]
    assert mark(CARDS["focal"], LEARNT) == ["used"] and next_changes(CARDS["focal"], LEARNT) == {}
    assert mark(CARDS["coral"], LEARNT) == ["unfit"]
    # What the ledger says comes first.
    assert said("balanced", LEARNT).startswith("dropped here on 2026-08-01")
    assert mark(CARDS["balanced"], LEARNT) == ["suits", "drop"]
    assert next_changes(CARDS["balanced"], LEARNT) == {"sampler_balanced": {"sampler": "balanced"}}


def test_outside_of_a_competition_a_card_about_heads_shows_its_form() -> None:
    assert next_changes(CARDS["branch"], Facts()) == {"branch": {"heads.OTHER.branch": 1}}
    assert judge(CARDS["branch"], Facts()) is None and judge(CARDS["sepia"], LEARNT) is None


def test_nothing_is_said_without_facts() -> None:
    # That the ground is below needs no fact.
    assert {name for name, card in CARDS.items() if fits(card, Facts())} == {
        *("vertical_flip", "rotate90", "transpose"),
        "trivial_augment",
    }
    assert not any(mark(card, Facts()) for card in CARDS.values())


@pytest.mark.parametrize(
    ("name", "labels", "asks"),
    [
        ("horizontal_flip", ("keep_left", "keep_right", "ahead"), True),
        ("horizontal_flip", ("左手", "右手"), True),
        ("horizontal_flip", ("猫", "犬"), False),
        ("horizontal_flip", ("bright", "copyright"), False),
        ("vertical_flip", ("thumbs_up", "thumbs_down"), True),
        ("vertical_flip", ("上向き", "下向き"), True),
        ("rotate90", tuple("0123456789"), True),
        ("transpose", tuple("あいうえおかき"), True),
        # Ten degrees leave a 6 a 6.
        ("rotate", tuple("0123456789"), False),
        ("tta", ("左折", "右折"), True),
        ("sepia", ("left", "right"), False),
    ],
)
def test_names_of_sides_heights_and_signs_make_it_ask(name: str, labels: tuple[str, ...], asks: bool) -> None:
    facts = Facts(classes(*labels))
    assert ("asks" in mark(CARDS[name], facts)) == asks
    assert ("tamesu will ask first" in said(name, facts)) == asks
    assert ("先に確認があります" in said(name, facts, "ja")) == asks


def test_an_angle_makes_even_small_turns_ask() -> None:
    facts = Facts((Named("heading", "value", "heading_deg"),))
    assert mark(CARDS["rotate"], facts) == ["asks"]
    assert "seems to be an angle or a direction" in said("rotate", facts)


@pytest.mark.parametrize(
    ("declared", "english", "japanese", "marks"),
    [
        ("forbidden", "competition.yaml forbids 'horizontal_flip'", "禁じています", ["forbidden"]),
        ("allowed", "competition.yaml allows 'horizontal_flip'", "許可しています", []),
        ("moves", "labels move along", "ラベルも一緒に動きます", []),
    ],
)
def test_what_is_declared_is_told_in_place_of_a_question(declared: str, english: str, japanese: str, marks: list[str]) -> None:
    facts = Facts(classes("left", "right"), declared={"horizontal_flip": declared})  # type: ignore[dict-item]
    assert english in said("horizontal_flip", facts) and japanese in said("horizontal_flip", facts, "ja")
    assert mark(CARDS["horizontal_flip"], facts) == marks


@pytest.mark.parametrize("label", ["red_light", "赤信号", "unripe", "完熟"])
def test_a_colour_among_the_labels_warns_of_changed_colours(label: str) -> None:
    facts = Facts(classes("cat", label))
    assert f"{label!r} names a colour" in said("hue", facts)
    assert f"{label!r} は色を表します" in said("grayscale", facts, "ja")
    assert "colour" not in said("horizontal_flip", facts)


@pytest.mark.parametrize("label", ["incredible", "hundred", "猫"])
def test_a_piece_of_a_word_is_no_colour(label: str) -> None:
    assert said("hue", Facts(classes("cat", label))) == ""


def test_a_size_warns_of_zooms_and_not_of_flips() -> None:
    facts = Facts((Named("病変の面積", "value", "area_mm2"),))
    for name in ("scale", "random_resized_crop"):
        assert "'病変の面積' may be about how large" in said(name, facts)
    assert said("random_crop", facts) == "" == said("horizontal_flip", facts)


def test_a_place_warns_of_crops_and_covers() -> None:
    facts = Facts(classes("upper_lobe", "lower_lobe"))
    assert "'upper_lobe' may be told by where" in said("translate", facts)
    assert "'upper_lobe' may be told by where" in said("cutout", facts)
    assert "where something stands" not in said("scale", facts)


def test_what_is_missing_is_told_and_what_is_there_is_named() -> None:
    bare = Facts(where=(), folders=frozenset({"data"}))
    assert "no target is of kind mask or points" in said("copy_paste", bare)
    assert "フォルダ 'objects' に入れてください" in said("paste_object", bare, "ja")
    full = Facts(where=("輪郭",), folders=frozenset({"data", "objects"}))
    assert said("copy_paste", full) == said("paste_object", full) == ""
    assert next_changes(CARDS["background_swap"], full) == {
        "background_swap": {"augmentations+": {"background_swap": {"target": "輪郭"}}}
    }


def test_few_rows_speak_for_geometry_and_mixing() -> None:
    for name in ("rotate", "elastic", "mixup", "cutmix", "random_erasing"):
        assert "120 rows: among the first to try" in said(name, Facts(rows=120))
        assert said(name, Facts(rows=500)) == ""
    assert said("solarize", Facts(rows=120)) == ""
    assert said("rotate", Facts(rows=120), "ja").startswith("120 行しかない")


def test_a_rare_class_suggests_balance() -> None:
    reasons = said("rotate", Facts(rows=5000, counts={"正常": 900, "希少": 30, "軽度": 400}))
    assert "'希少' has 30 rows, the commonest class 900: try `balance: true`" in reasons
    assert said("rotate", Facts(rows=5000, counts={"a": 900, "b": 91})) == ""
    assert find_rare({"a": 900, "b": 90}) == "b"


def test_small_pictures_warn_of_what_costs_detail() -> None:
    assert "at 32 px" in said("gaussian_blur", Facts(size_px=32))
    assert said("gaussian_blur", Facts(size_px=224)) == ""


def test_what_the_recipe_has_is_tried_weaker_and_without() -> None:
    facts = Facts(used=frozenset({"rotate", "tta"}), rows=100)
    assert said("rotate", facts) == "the recipe has it: try it weaker, or without it"
    assert mark(CARDS["rotate"], facts) == ["used"]
    assert next_changes(CARDS["rotate"], facts) == {
        "rotate_half": {"augmentations.rotate.strength": 0.5},
        "without_rotate": {"augmentations-": "rotate"},
    }
    assert next_changes(CARDS["tta"], facts) == {"without_tta": {"tta": []}}
    assert next_changes(CARDS["shear"], facts) == {"shear": dict(CARDS["shear"].try_first)}


def test_the_newest_verdict_on_a_card_is_told() -> None:
    sepia = {"augmentations+": {"sepia": {"p": 0.1}}}
    ledger = [
        verdict_of("sepia", sepia, "undecided", day=1),
        verdict_of("sepia", sepia, "drop", day=3),
        verdict_of("two", {"augmentations+": ["fog", "rain"]}, "keep", day=4),
        verdict_of("回転", {"augmentations+": "rotate"}, "keep", day=5),
        verdict_of("longer", {"augmentations+": "hue", "epochs": 30}, "keep", day=6),
        verdict_of("mixup", {"augmentations+": "mixup"}, "drop", because="hand", day=7, pairs=[], gain=0.0),
    ]
    told = find_told(ledger)
    assert told == {
        "sepia": Told("drop", "2026-08-03", -0.02),
        "rotate": Told("keep", "2026-08-05", 0.02),
        "mixup": Told("drop", "2026-08-07", None, True),
    }
    facts = Facts(told=told)
    assert said("sepia", facts).startswith("dropped here on 2026-08-03, gain -0.0200")
    assert said("rotate", facts, "ja") == "2026-08-05 に採用 (改善 +0.0200)。レシピに取り込めます"
    assert said("mixup", facts) == "dropped by hand on 2026-08-07"
    assert mark(CARDS["sepia"], facts) == ["drop"] and mark(CARDS["rotate"], facts) == ["keep"]


def test_what_was_dropped_is_tried_weaker_and_what_was_not_as_it_stands() -> None:
    half = {"augmentations+": {"sepia": {"p": 0.1, "strength": 0.5}}}
    for word in ("drop", "same"):
        facts = Facts(told={"sepia": Told(word, "2026-08-01"), "tta": Told(word, "2026-08-01")})  # type: ignore[arg-type]
        assert next_changes(CARDS["sepia"], facts) == {"sepia_half": half}
        assert list(next_changes(CARDS["tta"], facts)) == ["tta"]
    for word in ("keep", "undecided"):
        facts = Facts(told={"hue": Told(word, "2026-08-01")})  # type: ignore[arg-type]
        assert next_changes(CARDS["hue"], facts) == {"hue": dict(CARDS["hue"].try_first)}


def test_other_words_and_unknown_gains_are_told_too() -> None:
    facts = Facts(told={"hue": Told("same", "2026-08-01", 0.0), "fog": Told("undecided", "2026-08-01")})
    assert said("hue", facts) == "made no difference here on 2026-08-01, gain +0.0000"
    assert said("fog", facts).startswith("undecided here since 2026-08-01, gain not known")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"augmentations+": "sepia"}, "sepia"),
        ({"augmentations+": [{"sepia": {"p": 0.5}}]}, "sepia"),
        ({"augmentations.sepia.strength": 0.5}, "sepia"),
        ({"tta+": "rotate90"}, "tta"),
        ({"tta": []}, None),
        ({"augmentations": ["sepia"]}, None),
        ({"augmentations-": "sepia", "augmentations+": "hue"}, None),
    ],
)
def test_a_change_is_about_one_card_or_none(changes: dict[str, object], name: str | None) -> None:
    assert name_card(changes) == name
