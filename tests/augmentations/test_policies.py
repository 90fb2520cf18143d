"""Published policies against torchvision's tables, magnitudes and operations, and their shares over thousands of samples."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from tests.pictures import make_image
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.transforms.autoaugment import _apply_op

from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.policies import (
    AUTO,
    SAMPLED,
    WIDE,
    AutoAugment,
    RandAugment,
    TrivialAugment,
    make_part,
    read_policy,
)
from tamesu.augmentations.policies import POLICIES as TABLES
from tamesu.augmentations.random import sample_keys
from tamesu.symmetries import find_symmetries

S = 64
COUNT = 4000
KEYS = sample_keys([str(i) for i in range(COUNT)])
POLICIES = ("imagenet", "cifar10", "svhn")
# torchvision's name → ours in the tables.
OURS = {
    "Identity": "identity",
    "ShearX": "shear_x",
    "ShearY": "shear_y",
    "TranslateX": "translate_x",
    "TranslateY": "translate_y",
    "Rotate": "rotate",
    "Brightness": "brightness",
    "Color": "saturation",
    "Contrast": "contrast",
    "Sharpness": "sharpness",
    "Posterize": "posterize",
    "Solarize": "solarize",
    "AutoContrast": "autocontrast",
    "Equalize": "equalize",
    "Invert": "invert",
}


def theirs(policy):
    """torchvision's pairs, in our names: (operation, probability, level or 0)."""
    pairs = transforms.AutoAugment()._get_policies(transforms.AutoAugmentPolicy(policy))
    return [[(OURS[name], p, level or 0) for name, p, level in pair] for pair in pairs]


def base(name):
    """The part of the drawer that an operation is."""
    return name.rsplit("_", 1)[0]


def plan_of(name, **options):
    return make_plan([(name, options)], size_px=S, fit="crop")


def draw(plan, count=COUNT, key=3):
    return plan.draw(key, KEYS[:count], np.full((count, 2), S), np.full((count, 3), 100.0))


def names(plan, key=3):
    """The parts that each sample gets, in order."""
    return [tuple(name for name, _ in said) for said in plan.describe(key, KEYS)]


def assert_as_often(found, expected):
    """A chi-square test of counts against probabilities, the rare ones together."""
    assert set(found) <= {key for key, share in expected.items() if share > 0}
    assert sum(expected.values()) == pytest.approx(1)
    often = [key for key, share in expected.items() if share * COUNT >= 8]
    counts = [found[key] for key in often]
    wanted = [expected[key] * COUNT for key in often]
    rest = COUNT - sum(wanted)
    if rest > 1:
        counts.append(COUNT - sum(counts))
        wanted.append(rest)
    assert stats.chisquare(counts, wanted).pvalue > 1e-3


@pytest.mark.parametrize("policy", POLICIES)
def test_auto_augment_tables_are_torchvisions(policy):
    assert read_policy(TABLES[policy]) == theirs(policy)
    assert len(theirs(policy)) == 25


def assert_same_magnitude(name, share, limits, magnitude, signed, side):
    """One operation at one share of its largest magnitude, against torchvision's number for pictures of a side."""
    made = make_part(name, share, **limits)
    if name == "identity":
        assert made is None
        return
    part, options = made
    assert part == (base(name) if name.startswith(("shear", "translate")) else name)
    assert options["p"] == 1.0
    if name.startswith("shear"):
        axis, other = ("x", "y") if name == "shear_x" else ("y", "x")
        # Single precision of torch.linspace.
        assert math.tan(math.radians(options[f"{axis}_degrees"])) == pytest.approx(magnitude, abs=1e-6)
        assert options[f"{other}_degrees"] == 0
    elif name.startswith("translate"):
        assert options["axis"] == name[-1] and options["share"] * side == pytest.approx(magnitude, abs=1e-4)
    elif name == "rotate":
        assert options["degrees"] == pytest.approx(magnitude, abs=1e-4)
    elif name == "posterize":
        assert options["bits"] == magnitude
    elif name == "solarize":
        assert options["threshold"] == pytest.approx(magnitude, abs=1e-4)
    elif signed:
        assert options["amount"] == pytest.approx(magnitude, abs=2e-6)
    else:
        assert options == {"p": 1.0} and magnitude == 0
    assert signed == (name in SAMPLED[1:10])
    assert options.get("fixed", False) == (name not in ("autocontrast", "equalize", "invert"))


@pytest.mark.parametrize(
    ("space", "limits", "bins", "side"),
    [
        (transforms.RandAugment()._augmentation_space(31, (331, 331)), AUTO, 31, 331),
        (transforms.AutoAugment()._augmentation_space(10, (331, 331)), AUTO, 10, 331),
        # Its shifts are up to 32 pixels, of pictures of 224.
        (transforms.TrivialAugmentWide()._augmentation_space(31), WIDE, 31, 224),
    ],
    ids=["rand_augment", "auto_augment", "trivial_augment"],
)
def test_magnitudes_are_torchvisions_at_every_bin(space, limits, bins, side):
    assert {OURS[name] for name in space} - {"identity", "invert"} == set(SAMPLED) - {"identity"}
    for name, (magnitudes, signed) in space.items():
        for number in range(bins):
            magnitude = magnitudes[number].item() if magnitudes.ndim else magnitudes.item()
            assert_same_magnitude(OURS[name], number / (bins - 1), limits, magnitude, signed, side)


def one_op(name):
    """A sample that RandAugment of one operation and magnitude 15 changes by it, either way."""
    plan = plan_of("rand_augment", ops=1, magnitude=15)
    for row, said in enumerate(plan.describe(3, KEYS[:400])):
        if said and said[0][0] == name:
            yield plan, row, -1 if said[0][1].startswith("-") else 1


@pytest.mark.parametrize(
    "op", ["Brightness", "Color", "Contrast", "Sharpness", "Posterize", "Solarize", "AutoContrast", "Equalize"]
)
def test_an_operation_gives_what_torchvisions_gives(op):
    image = make_image(S, S, 4)
    mean = image.reshape(-1, 3).mean(axis=0)
    magnitudes, signed = transforms.RandAugment()._augmentation_space(31, (S, S))[op]
    seen = set()
    for plan, row, sign in itertools.islice(one_op(OURS[op]), 6):
        drawn = plan.draw(3, KEYS[row : row + 1], np.array([[S, S]]), mean[None])
        out = np.empty((S, S, 3), np.uint8)
        plan.apply(image, drawn, 0, out)
        magnitude = (magnitudes[15].item() if magnitudes.ndim else 0.0) * (sign if signed else 1)
        expected = np.asarray(_apply_op(Image.fromarray(image), op, magnitude, InterpolationMode.BILINEAR, None), int)
        # Pillow cuts fractions off, and rounds greys before it blends; at the border it does not sharpen.
        assert np.abs(out.astype(int) - expected)[1:-1, 1:-1].max() <= 2
        seen.add(sign if signed else 1)
    assert seen == ({-1, 1} if signed else {1})


def test_rand_augment_takes_each_operation_as_often_and_the_two_slots_apart():
    single = Counter(base(name) if name.startswith(("shear", "translate")) else name for name in SAMPLED)
    share = {name: count / 14 for name, count in single.items()}
    expected = Counter()
    for first, second in itertools.product(share, repeat=2):
        expected[tuple(name for name in (first, second) if name != "identity")] += share[first] * share[second]
    assert_as_often(Counter(names(plan_of("rand_augment"))), expected)
    assert RandAugment(ops=4).draws == 4
    assert max(map(len, names(plan_of("rand_augment", ops=4)))) == 4


def test_shears_and_shifts_go_along_each_axis_as_often_and_either_way():
    drawn = draw(plan_of("rand_augment", ops=1, magnitude=12))
    linear = drawn.forward[:, :2, :2]
    turned = np.abs(linear[:, 0, 0] - 1) > 1e-9
    shares = {
        "shear_x": linear[~turned, 0, 1] / 0.12,
        "shear_y": linear[~turned, 1, 0] / 0.12,
        "shift_x": drawn.forward[~turned, 0, 2] / (0.4 * 150 / 331 * S),
        "shift_y": drawn.forward[~turned, 1, 2] / (0.4 * 150 / 331 * S),
    }
    shifted = (np.abs(linear[~turned] - np.eye(2)) < 1e-9).all(axis=(1, 2))
    for name, found in shares.items():
        changed = found[(np.abs(found) > 1e-9) & (shifted == name.startswith("shift"))]
        # Always the whole magnitude, by a random sign.
        assert np.abs(changed) == pytest.approx(1, abs=1e-5)
        assert stats.binomtest(len(changed), COUNT, 1 / 14).pvalue > 1e-3
        assert stats.binomtest(int((changed > 0).sum()), len(changed), 0.5).pvalue > 1e-3


@pytest.mark.parametrize("magnitude", [9.0, 30.0])
def test_rand_augment_turns_by_the_whole_angle_with_a_random_sign(magnitude):
    turns = draw(plan_of("rand_augment", ops=1, magnitude=magnitude)).turns
    angles = np.concatenate([turn.amounts for turn in turns])
    assert np.abs(angles) == pytest.approx(magnitude)
    assert stats.binomtest(int((angles > 0).sum()), len(angles), 0.5).pvalue > 1e-3


def test_trivial_augment_takes_one_with_a_magnitude_from_the_whole_range():
    plan = plan_of("trivial_augment")
    expected = Counter(
        () if name == "identity" else (base(name) if name.startswith(("shear", "translate")) else name,) for name in SAMPLED
    )
    assert_as_often(Counter(names(plan)), {key: count / 14 for key, count in expected.items()})
    (turn,) = draw(plan).turns
    assert stats.kstest(turn.amounts, stats.uniform(-135, 270).cdf).pvalue > 1e-3


@pytest.mark.parametrize("policy", POLICIES)
def test_auto_augment_takes_each_pair_as_often_as_published(policy):
    expected = Counter()
    for pair in theirs(policy):
        for taken in itertools.product((True, False), repeat=2):
            share = math.prod(p if take else 1 - p for take, (_, p, _) in zip(taken, pair, strict=True))
            kept = [name for take, (name, _, _) in zip(taken, pair, strict=True) if take]
            parts = tuple(base(name) if name.startswith(("shear", "translate")) else name for name in kept)
            expected[parts] += share / 25
    assert_as_often(Counter(names(plan_of("auto_augment", policy=policy))), expected)


def test_auto_augment_keeps_the_magnitudes_of_its_levels():
    # The angles of the table: 30 degrees at level 9.
    for policy in POLICIES:
        expected = {round(30 * level / 9, 4) for pair in theirs(policy) for name, _, level in pair if name == "rotate"}
        turns = draw(plan_of("auto_augment", policy=policy)).turns
        assert {round(abs(angle), 4) for turn in turns for angle in turn.amounts.tolist()} == expected


NAMES = ("rand_augment", "trivial_augment", "auto_augment")


@pytest.mark.parametrize("name", NAMES)
def test_p_gates_the_whole_policy(name):
    all_of_it = sum(map(bool, names(plan_of(name)))) / COUNT
    assert sum(map(bool, names(plan_of(name, p=0.3)))) / COUNT == pytest.approx(0.3 * all_of_it, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_strength_0_is_the_picture(name):
    image = make_image(S, S)
    plan = plan_of(name, strength=0.0)
    out = np.empty((S, S, 3), np.uint8)
    drawn = draw(plan, 120)
    for row in range(120):
        plan.apply(image, drawn, row, out)
        assert (out == image).all()


@pytest.mark.parametrize("name", NAMES)
def test_strength_scales_the_angles(name):
    full, half = (draw(plan_of(name, strength=strength), 1000).turns for strength in (1.0, 0.5))
    for one, other in zip(full, half, strict=True):
        assert (one.rows == other.rows).all() and np.allclose(other.amounts, one.amounts / 2)


@pytest.mark.parametrize("name", NAMES)
def test_the_turns_inside_are_told(name):
    assert {turn.symmetry for turn in draw(plan_of(name), 2000).turns} == {"rotate"}
    assert {symmetry for symmetry, _ in find_symmetries(name, {})} == {"rotate"}
    assert (RandAugment, TrivialAugment, AutoAugment)[NAMES.index(name)].may_change_labels


@pytest.mark.parametrize("magnitude", [0.0, 30.0])
def test_rand_augment_can_be_built_at_both_ends(magnitude):
    plan = plan_of("rand_augment", magnitude=magnitude)
    assert len(plan.parts) == 26


def test_solarize_at_the_largest_magnitude_inverts_black_too():
    plan = plan_of("rand_augment", ops=1, magnitude=30)
    row = next(row for row, said in enumerate(plan.describe(3, KEYS)) if said and said[0][0] == "solarize")
    black, out = np.zeros((S, S, 3), np.uint8), np.empty((S, S, 3), np.uint8)
    plan.apply(black, plan.draw(3, KEYS[row : row + 1], np.array([[S, S]]), np.zeros((1, 3))), 0, out)
    expected = _apply_op(Image.fromarray(black), "Solarize", 0.0, InterpolationMode.BILINEAR, None)
    assert (out == np.asarray(expected)).all() and (out == 255).all()
