"""From a recipe's list to a plan: who is changed, with which numbers, and what is refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from scipy import stats

from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.augmentations.planning import Classes, choose_cache_px, find_classes, make_plan
from tamesu.augmentations.random import counters, make_key, sample_keys
from tamesu.errors import InputError

S = 16
COUNT = 3000
KEYS = sample_keys([str(i) for i in range(COUNT)])
CLASSES = Classes(("cat", "dog", "owl", "newt"), (100, 50, 0, 25))
CODES = np.random.default_rng(0).integers(-1, 4, COUNT)


def plan_of(*parts, classes=None):
    return make_plan(
        [part if isinstance(part, tuple) else (part, {}) for part in parts], size_px=S, fit="crop", classes=classes
    )


def draw(plan, codes=None):
    return plan.draw(7, KEYS, np.full((COUNT, 2), S), np.full((COUNT, 3), 90.0), codes)


def changed(plan, codes=CODES):
    """Whether each sample is changed by anything."""
    return np.array([bool(said) for said in plan.describe(7, KEYS, codes)])


def shares(plan):
    """The share that is changed of each class, the unknown one first."""
    touched = changed(plan)
    return [float(touched[code == CODES].mean()) for code in range(-1, 4)]


def test_only_leaves_every_other_class_and_the_unknown_alone():
    assert shares(plan_of(("rotate", {"only": ["dog", "newt"]}), classes=CLASSES)) == [0, 0, 1, 0, 1]
    assert shares(plan_of(("rotate", {"only": ["cat"], "p": 0.4}), classes=CLASSES)) == [
        0,
        pytest.approx(0.4, abs=0.07),
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("p", [1.0, 0.6])
def test_balance_divides_by_how_many_times_the_rarest_a_class_is(p):
    # The rarest of those there are has 25; 100 is four times that, 50 twice; a class without images and an unknown one have p.
    expected = [p, p / 4, p / 2, p, p]
    found = shares(plan_of(("rotate", {"balance": True, "p": p}), classes=CLASSES))
    assert found == [pytest.approx(share, abs=0.075) for share in expected]
    (placed,) = plan_of(("rotate", {"balance": True, "p": p}), classes=CLASSES).parts
    assert placed.chances == pytest.approx([p / 4, p / 2, p, p, p])


def test_balance_and_only_together():
    (placed,) = plan_of(("rotate", {"balance": True, "only": ["cat", "owl"], "p": 0.8}), classes=CLASSES).parts
    assert placed.chances == pytest.approx([0.2, 0, 0.8, 0, 0])


@pytest.mark.parametrize("options", [{"only": ["dog"]}, {"balance": True}])
def test_without_classes_only_and_balance_change_nothing(options):
    plan = plan_of(("rotate", options))
    assert changed(plan, None).all()
    # Codes of some other target do no harm.
    assert changed(plan, CODES).all()


@pytest.mark.parametrize("name", ["rand_augment", "one_of"])
def test_a_policy_as_a_whole_keeps_to_its_classes(name):
    of = {"of": [["horizontal_flip", "rotate"]]} if name == "one_of" else {}
    assert [share > 0.9 for share in shares(plan_of((name, {"only": ["dog"], **of}), classes=CLASSES))] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert shares(plan_of((name, {"only": ["dog"], **of}), classes=CLASSES))[3] == 0
    assert changed(plan_of((name, {"p": 0.5, **of})), CODES).mean() == pytest.approx(0.5, abs=0.05)


def test_a_part_inside_a_policy_keeps_to_its_own_classes():
    of = [[{"rotate": {"only": ["dog"]}}, {"sepia": {"p": 1.0, "balance": True}}]]
    said = plan_of(("one_of", {"of": of}), classes=CLASSES).describe(7, KEYS, CODES)
    turned, toned = ([name in [part for part, _ in parts] for parts in said] for name in ("rotate", "sepia"))
    assert (np.array(turned) == (CODES == 1)).all()
    assert np.array(toned)[CODES == 0].mean() == pytest.approx(0.25, abs=0.06)
    assert np.array(toned)[CODES == 3].all()


def test_fixed_takes_the_largest_magnitude_with_a_random_sign():
    angles = draw(plan_of(("rotate", {"degrees": 20, "fixed": True}))).turns[0].amounts
    assert np.abs(angles) == pytest.approx(20)
    assert stats.binomtest(int((angles > 0).sum()), COUNT, 0.5).pvalue > 1e-3
    said = plan_of(("gaussian_blur", {"fixed": True, "p": 1.0})).describe(7, KEYS)
    assert {text for parts in said for _, text in parts} == {"100%"}
    free = draw(plan_of(("rotate", {"degrees": 20}))).turns[0].amounts
    assert stats.kstest(free, stats.uniform(-20, 40).cdf).pvalue > 1e-3
    # The sign is the one that is drawn without `fixed`.
    assert (np.sign(free) == np.sign(angles)).all()


def test_fixed_of_a_policy_or_of_a_part_inside_it():
    for options in ({"of": ["rotate"], "fixed": True}, {"of": [{"rotate": {"fixed": True}}]}):
        assert np.abs(draw(plan_of(("one_of", options))).turns[0].amounts) == pytest.approx(15)


def test_adding_a_part_leaves_the_draws_of_the_others():
    short = plan_of(("rotate", {"p": 0.7}), "rand_augment", ("gaussian_blur", {}))
    long = plan_of(
        ("cutout", {}),
        ("rotate", {"p": 0.7}),
        "hue",
        "rand_augment",
        "trivial_augment",
        ("gaussian_blur", {}),
        "rotate",
        "mixup",
    )
    others = {"cutout", "hue", "mixup"}

    def kept(plan, drop):
        parts = [placed for placed in plan.parts if placed.name not in drop]
        return [plan.places[placed.columns].tolist() for placed in parts]

    found = kept(long, others)
    assert all(columns in found for columns in kept(short, set()))
    alone = draw(plan_of("rand_augment")).turns[0].amounts
    with_others = [turn.amounts for turn in draw(plan_of("sepia", "trivial_augment", "rand_augment")).turns]
    assert any(len(one) == len(alone) and (one == alone).all() for one in with_others)


def test_streams_are_named_after_the_part_and_its_place_among_its_equals():
    plan = plan_of(("rotate", {"p": 0.5}), "hue", ("rotate", {"p": 0.5}))
    for placed, (name, nth) in zip(plan.parts, [("rotate", 0), ("hue", 0), ("rotate", 1)], strict=True):
        expected = counters(make_key("augmentation", name, nth), placed.part.draws)
        assert (plan.places[placed.columns] == expected).all()
        if placed.gate is not None:
            assert plan.places[placed.gate] == counters(make_key("gate", name, nth), 1)[0]
    assert plan.parts[1].gate is None
    assert len(np.unique(plan.places)) == len(plan.places)


def test_keys_are_blake2b_of_what_is_written():
    # By hand: each value with its kind and length.
    written = b"s12:augmentations6:rotatei1:0"
    assert make_key("augmentation", "rotate", 0) == int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "little")


def test_a_policy_unfolds_into_its_choices_each_with_its_own_stream():
    plan = plan_of(("one_of", {"of": [["rotate", "rotate"], {"rotate": {"p": 0.5}}], "p": 0.5}), "rotate")
    assert [placed.name for placed in plan.parts] == ["rotate"] * 4
    streams = [plan.places[placed.columns][0] for placed in plan.parts]
    assert streams == [counters(make_key("augmentation", "one_of/rotate", nth), 1)[0] for nth in range(3)] + [
        counters(make_key("augmentation", "rotate", 0), 1)[0]
    ]
    inside = plan.parts[:3]
    assert {placed.slot for placed in inside} == {inside[0].slot} and plan.parts[3].slot is None
    assert plan.places[inside[0].slot] == counters(make_key("slots", "one_of", 0), 1)[0]
    assert {placed.policy_gate for placed in inside} == {inside[0].policy_gate} and plan.parts[3].policy_gate is None
    assert [placed.window for placed in inside] == [(0.0, 0.5), (0.0, 0.5), (0.5, 1.0)]
    assert [placed.gate is None for placed in inside] == [True, True, False]


def test_two_policies_of_one_name_draw_apart():
    plan = plan_of(("rand_augment", {"ops": 1}), ("rand_augment", {"ops": 1}))
    said = [len(parts) for parts in plan.describe(7, KEYS)]
    # Each of the two leaves a sample alone once in fourteen times.
    counts = np.bincount(said, minlength=3)
    expected = np.array([1, 2 * 13, 13**2]) / 14**2 * COUNT
    assert stats.chisquare(counts, expected).pvalue > 1e-3
    assert len(np.unique(plan.places)) == len(plan.places)


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
def test_mixing_gets_one_more_column_which_orders_the_batch(name):
    (placed,) = plan_of(name).parts
    assert placed.columns.stop - placed.columns.start == placed.part.draws + 1
    (other,) = plan_of("rotate").parts
    assert other.columns.stop - other.columns.start == other.part.draws


def test_an_unknown_class_is_told_with_the_nearest():
    with pytest.raises(InputError) as caught:
        plan_of("hue", ("rotate", {"only": ["dgo", "cat", "bat"]}), classes=CLASSES)
    assert caught.value.codes == ("AUGMENT_UNKNOWN_CLASS",) * 2
    first = caught.value.faults[0]
    assert (first.where.key, first.values["name"], first.near) == ("augmentations.1.rotate.only", "dgo", "dog")
    assert "cat, dog, owl, newt" in str(caught.value)


def test_an_unknown_class_inside_a_part_is_told_at_its_place():
    with pytest.raises(InputError) as caught:
        plan_of(("one_of", {"of": ["hue", [{"rotate": {"only": ["dgo"]}}]]}), classes=CLASSES)
    assert caught.value.codes == ("AUGMENT_UNKNOWN_CLASS",)
    assert caught.value.faults[0].where.key == "augmentations.0.one_of.of.1.rotate.only"


def test_every_fault_at_once():
    with pytest.raises(InputError) as caught:
        plan_of(
            ("rotate", {"degrees": -1, "only": ["fox"]}),
            ("rotat", {}),
            ("hue", {"balance": "yes"}),
            ("one_of", {"of": ["rotat", 3, {"hue": {"only": ["fox"]}}]}),
            ("cutout", {"hole": 3}),
            classes=CLASSES,
        )
    found = [(fault.code, fault.where.key) for fault in caught.value.faults]
    assert found == [
        ("CONFIG_RANGE", "augmentations.0.rotate.degrees"),
        ("AUGMENT_UNKNOWN_CLASS", "augmentations.0.rotate.only"),
        ("CONFIG_UNKNOWN_PART", "augmentations.1.rotat"),
        ("CONFIG_TYPE", "augmentations.2.hue.balance"),
        ("CONFIG_UNKNOWN_PART", "augmentations.3.one_of.of.0.rotat"),
        ("CONFIG_TYPE", "augmentations.3.one_of.of.1"),
        ("AUGMENT_UNKNOWN_CLASS", "augmentations.3.one_of.of.2.hue.only"),
        ("CONFIG_UNKNOWN_OPTION", "augmentations.4.cutout.hole"),
    ]


def test_no_parts_no_columns():
    plan = plan_of()
    assert plan.parts == () and len(plan.places) == 0


@pytest.mark.parametrize(
    ("parts", "size", "expected"),
    [
        ([], 160, 160),
        ([("horizontal_flip", {})], 160, 160),
        # A crop of a quarter of the area enlarges by at least 2: 320, in steps of 32.
        ([("random_resized_crop", {"scale": [0.25, 1.0], "ratio": [1.0, 1.0]})], 160, 320),
    ],
)
def test_cache_holds_what_the_largest_zoom_needs(parts, size, expected):
    assert choose_cache_px([make_plan(parts, size_px=size, fit="crop")], size) == expected


def test_classes_are_counted_where_there_are_any():
    kinds = TargetValues("class", ("cat", "dog", "owl"), np.array([1, -1, 1, 0]))
    sizes = TargetValues("value", (), np.array([1.0, 2.0, 3.0, 4.0]))
    ids = tuple("abcd")
    rows = Dataset(ids, ids, {"kind": kinds, "size": sizes}, None, {}, (2, 3, 4, 5))
    assert find_classes("kind", rows) == Classes(("cat", "dog", "owl"), (1, 2, 0))
    assert find_classes("size", rows) is None
    assert find_classes("nobody", rows) is None
