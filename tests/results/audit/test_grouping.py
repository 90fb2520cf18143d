"""Groups proposed by names, against groups that were planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.results.audit.planted_groups import draw_likeness, make_groups, pairwise_f1, plant, truth_of

from tamesu.results.audit.alike import Alike
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.grouping import (
    Proposal,
    code_outer,
    code_texts,
    compare_texts,
    draw_pairs,
    follow_steps,
    number_runs,
    propose_groups,
    repeats_classes,
)
from tamesu.results.audit.hidden_groups import read_fields
from tamesu.results.audit.name_fields import Field, read_names

Names = Callable[[np.ndarray], list[str]]


def equal_text(groups: np.ndarray) -> list[str]:
    return [f"患者{100 + 7 * group}_{row:04d}" for row, group in zip(shuffled(groups), groups, strict=True)]


def equal_word(groups: np.ndarray) -> list[str]:
    random = np.random.default_rng(1)
    words = ["".join(random.choice(list("aeiouklmnrst"), 6)) for _ in range(int(groups.max()) + 1)]
    return [f"{words[group]}-{row:04d}" for row, group in zip(shuffled(groups), groups, strict=True)]


def shuffled(groups: np.ndarray) -> list[int]:
    return np.random.default_rng(2).permutation(len(groups)).tolist()


def with_gaps(groups: np.ndarray) -> list[str]:
    """Shots of one thing follow each other with steps of 1 to 3; from one thing to the next are 20 to 60."""
    random = np.random.default_rng(3)
    steps = np.where(np.diff(groups, prepend=0) > 0, random.integers(20, 61, len(groups)), random.integers(1, 4, len(groups)))
    return [f"IMG_{number:06d}" for number in np.cumsum(steps).tolist()]


def anew_in_folders(groups: np.ndarray) -> list[str]:
    """Five cards, each counted from 1: numbers of one card fall between those of others."""
    random, names, at = np.random.default_rng(4), [], [0] * 5
    last = -1
    for group in groups.tolist():
        card = group % 5
        at[card] += int(random.integers(1, 3)) if group == last else int(random.integers(30, 80))
        names.append(f"card{'ABCDE'[card]}/{at[card]:05d}")
        last = group
    return names


def frames(groups: np.ndarray) -> list[str]:
    return [f"frame{row:05d}" for row in range(len(groups))]


def days(groups: np.ndarray) -> list[str]:
    return [
        f"2024{1 + group // 28:02d}{1 + group % 28:02d}_{row:04d}" for row, group in zip(shuffled(groups), groups, strict=True)
    ]


FORMS: list[Names] = [equal_text, equal_word, with_gaps, anew_in_folders, frames, days]


def propose(data: AuditData) -> list[Proposal]:
    return propose_groups(read_fields(data, []), Alike(data.facts.likeness[: data.train_rows], data.codes))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("count", "size", "mixed"), [(60, 6, False), (200, 3, False), (5, 60, True), (30, 10, True)])
def test_planted_groups_are_found(form: Names, count: int, size: int, mixed: bool) -> None:
    """Of one class each, or with classes mixed in them: of 5 groups, a class that is a group or two would be no class."""
    groups = make_groups(count, size)
    names = form(groups)
    codes = np.random.default_rng(0).integers(3, size=len(groups)) if mixed else None
    data = plant(names, groups, codes=codes)
    best = propose(data)[0]
    assert best.convincing
    assert pairwise_f1(best.groups, truth_of(data, names, groups)) >= 0.9


def test_groups_of_uneven_size_with_rows_alone() -> None:
    groups = np.repeat(np.arange(120), np.random.default_rng(0).integers(1, 9, 120))
    names = with_gaps(groups)
    data = plant(names, groups)
    best = propose(data)[0]
    truth = truth_of(data, names, groups)
    assert pairwise_f1(best.groups, truth) >= 0.95
    assert best.rule == "gap"
    sizes = np.bincount(groups)
    assert best.count == pytest.approx((sizes > 1).sum(), abs=2)
    assert len(best.rows) == pytest.approx(sizes[sizes > 1].sum(), abs=6)


def test_noise_as_strong_as_twice_the_pattern() -> None:
    groups = make_groups(80, 5)
    names = with_gaps(groups)
    data = plant(names, groups, noise=2.0)
    best = propose(data)[0]
    assert best.convincing
    assert pairwise_f1(best.groups, truth_of(data, names, groups)) >= 0.9


def test_some_names_of_another_pattern_hide_nothing() -> None:
    groups = make_groups(60, 6)
    names = with_gaps(groups)
    for row in range(0, 360, 40):
        names[row] = f"extra ({row}) new"
    data = plant(names, groups)
    best = propose(data)[0]
    assert best.convincing
    odd = [place for place, row in enumerate(data.ids) if row.startswith("extra")]
    assert (np.bincount(best.groups)[best.groups[odd]] == 1).all()
    assert pairwise_f1(best.groups, truth_of(data, names, groups)) >= 0.9


def test_the_counter_that_begins_anew_says_in_what() -> None:
    groups = make_groups(100, 5)
    best = propose(plant(anew_in_folders(groups), groups))[0]
    assert best.inside is not None
    assert (best.rule, best.field.name, best.inside.name) == ("gap", "{#}", "{folder 1}")


def test_scenes_and_texts_are_told_apart() -> None:
    groups = make_groups(40, 10)
    assert propose(plant(frames(groups), groups))[0].rule == "scene"
    assert propose(plant(equal_word(groups), groups))[0].rule == "text"


def test_one_odd_frame_ends_no_scene() -> None:
    groups = make_groups(12, 30)
    pictures = groups.copy()
    pictures[[15, 100, 205]] = [12, 13, 14]
    names = frames(groups)
    data = plant(names, pictures, codes=np.random.default_rng(0).integers(3, size=360))
    best = propose(data)[0]
    place = {row: number for number, row in enumerate(data.ids)}
    for odd in (15, 100, 205):
        assert len({int(best.groups[place[names[row]]]) for row in (odd - 1, odd, odd + 1)}) == 1
    # A border of which one pair looks alike by chance is not seen.
    assert pairwise_f1(best.groups, truth_of(data, names, groups)) >= 0.8


@pytest.mark.parametrize("seed", range(30))
def test_names_without_likeness_convince_nobody(seed: int) -> None:
    groups = make_groups(40, 5)
    form = FORMS[seed % len(FORMS)]
    data = plant(form(groups), groups, alike=False, codes=np.random.default_rng(seed).integers(3, size=200), seed=seed)
    assert not any(one.convincing for one in propose(data))


@pytest.mark.parametrize("seed", range(6))
def test_folders_of_classes_are_no_groups(seed: int) -> None:
    """Pictures of a class look a little alike, and the folder is the class."""
    classes = np.random.default_rng(seed).integers(4, size=300)
    names = [f"{'abcd'[code]}class/{row:04d}" for row, code in enumerate(classes.tolist())]
    data = plant(names, classes, codes=np.minimum(classes, 2), noise=3.0, seed=seed)
    four = AuditData(**{
        name: getattr(data, name) for name in AuditData.__dataclass_fields__ if name not in ("codes", "labels")
    }, codes=np.array(["abcd".index(row[0]) for row in data.ids]), labels=tuple("abcd"))  # fmt: skip
    assert not any(one.convincing for one in propose(four))


def test_steps_are_followed_while_likeness_falls() -> None:
    """Bursts (gap 1) look alike nearly always, shots of one thing (gap 10) often, others never."""
    random = np.random.default_rng(0)
    gaps = np.repeat([1.0, 10.0, 500.0], 200)
    step = follow_steps(gaps, random.random(600) < np.repeat([0.97, 0.4, 0.01], 200))
    assert step is not None
    assert (step.threshold, step.pairs) == (10.0, 400)
    assert step.near == pytest.approx((0.97 + 0.4) / 2, abs=0.05)
    only = follow_steps(gaps, random.random(600) < np.repeat([0.97, 0.02, 0.01], 200))
    assert only is not None
    assert only.threshold == 1.0


def test_texts_that_make_no_groups() -> None:
    alike = Alike(draw_likeness(np.arange(60)), np.arange(60) % 2)
    both = Field("sex", "column", ("m", "f") * 30, None)
    ids = Field("id", "column", tuple(f"x{row}" for row in range(60)), None)
    classes = Field("class", "column", ("a", "b") * 29 + ("a", "c"), None)
    assert compare_texts(both, alike, 0) is None
    assert compare_texts(ids, alike, 0) is None
    assert compare_texts(classes, Alike(alike.codes, np.unique(classes.texts, return_inverse=True)[1]), 0) is None
    proposal = compare_texts(Field("site", "column", tuple(f"s{row // 6}" for row in range(60)), None), alike, 0)
    assert proposal is not None
    assert proposal.count == 10


def test_numbers_of_texts_and_runs() -> None:
    texts = ["b", "", "a", "b", "", "c"]
    codes = code_texts(texts)
    for a in range(6):
        for b in range(6):
            assert (codes[a] == codes[b]) == (a == b or (texts[a] == texts[b] != ""))
    assert sorted(set(codes.tolist())) == list(range(5))
    assert len(set(number_runs(np.array([4, 1]), np.array([True]), 5).tolist())) == 5


def test_no_folder_is_a_folder_and_no_word_is_none() -> None:
    folder = code_outer(Field("{folder 1}", "folder", ("a", "", "", "a"), None))
    word = code_outer(Field("{a}_#", "name", ("a", "", "", "a"), None))
    assert (folder[1] == folder[2], folder[0] == folder[3], folder[0] == folder[1]) == (True, True, False)
    assert (word[1] == word[2], word[0] == word[3], word[0] == word[1]) == (False, True, False)


def test_pairs_share_a_key_and_every_row_is_in_two_at_most() -> None:
    keys = np.random.default_rng(0).integers(0, 30, 200)
    a, b = draw_pairs(keys, np.random.default_rng(1), 10_000)
    assert (keys[a] == keys[b]).all()
    assert (a != b).all()
    assert np.bincount(np.concatenate([a, b])).max() <= 2
    assert len(a) == 200 - 30
    assert len(draw_pairs(keys, np.random.default_rng(1), 7)[0]) == 7


def test_groups_that_repeat_the_classes() -> None:
    classes = np.arange(30) % 3
    assert repeats_classes(classes[::-1].copy() * 0 + classes, classes)
    assert not repeats_classes(np.arange(30) // 3, classes)
    # Each class in one folder of its own but one: still the classes by another name.
    split = classes.copy()
    split[0] = 7
    assert repeats_classes(split, classes)


def test_no_fields_no_groups() -> None:
    alike = Alike(draw_likeness(np.arange(20)), np.zeros(20, np.int64))
    assert propose_groups([], alike) == []
    assert propose_groups(read_names(["x"] * 20), alike) == []
