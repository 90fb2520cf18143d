"""Findings about groups, on planted ones: those that leak, those that do not, those that are kept, and none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.results.audit.made import make_data
from tests.results.audit.planted_groups import draw_likeness, make_groups, pairwise_f1, plant, truth_of
from tests.results.audit.test_grouping import FORMS, Names, anew_in_folders, equal_text, frames, with_gaps

from tamesu.results.audit.alike import Alike
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.grouping import Proposal
from tamesu.results.audit.hidden_groups import (
    Groups,
    choose_features,
    estimate_precision,
    find_groups,
    has_features,
    is_inside,
    join_groups,
    judge_groups,
    measure_split,
    read_fields,
    same_groups,
)
from tamesu.results.audit.name_fields import Field
from tamesu.results.finding import Finding

PATH = "audit/groups.csv"


def judge(data: AuditData) -> tuple[list[Groups], list[Finding]]:
    found = find_groups(data)
    findings = judge_groups(data, found, PATH)
    for finding in findings:  # every placeholder is filled, in both languages
        assert finding.text("en")
        assert finding.text("ja")
    return found, findings


def codes_of(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(("form", "features"), [*((form, True) for form in FORMS), (with_gaps, False)])
def test_groups_that_carry_the_class_leak(form: Names, features: bool) -> None:
    groups = make_groups(60, 5)
    names = form(groups)
    data = plant(names, groups, features=features)
    found, findings = judge(data)
    worst = findings[0]
    assert (worst.code, worst.weight) == ("AUDIT_LEAK_GROUPS", "severe")
    assert [one.weight for one in findings].count("severe") == 1
    assert pairwise_f1(found[0].proposal.groups, truth_of(data, names, groups)) >= 0.9
    assert worst.worth > 0.3
    assert set(worst.rows) == set(found[0].proposal.rows.tolist())
    assert len(worst.sets) == len(worst.captions) > 4
    assert found[0].precision > 0.85
    assert found[0].split > 0.9
    assert found[0].in_test is None


def test_groups_in_names_alone_do_no_harm() -> None:
    """Features tell the class, and nothing of the group."""
    groups = make_groups(60, 5)
    codes = np.random.default_rng(0).integers(3, size=300)
    features = np.random.default_rng(1).normal(0, 1, (300, 8)).astype(np.float32)
    for form in (equal_text, anew_in_folders):
        data = plant(form(groups), groups, codes=codes, alike=False)
        features[np.arange(300), data.codes] += 2
        _, findings = judge(replace(data, features=features))
        assert set(codes_of(findings)) == {"AUDIT_GROUPS_HARMLESS"}
        assert {finding.weight for finding in findings} == {"note"}
        assert "no measurable leak" in findings[0].text("en")


def test_alike_groups_with_classes_mixed_in_them_do_no_harm() -> None:
    """The pictures of a group look alike, so the groups are sure; but they say nothing of the class."""
    groups = make_groups(60, 5)
    found, findings = judge(
        plant(with_gaps(groups), groups, codes=np.random.default_rng(0).integers(3, size=300), features=True)
    )
    assert found[0].proposal.convincing
    assert not {"AUDIT_LEAK_GROUPS", "AUDIT_GROUPS_SUSPECT"} & set(codes_of(findings))


def test_groups_that_features_alone_know_are_suspected() -> None:
    groups = make_groups(60, 5)
    _, findings = judge(plant(equal_text(groups), groups, alike=False, features=True))
    assert (findings[0].code, findings[0].weight) == ("AUDIT_GROUPS_SUSPECT", "warning")


def test_folds_that_keep_groups() -> None:
    groups = make_groups(60, 5)
    names = with_gaps(groups)
    data = plant(names, groups, features=True)
    kept = replace(data, folds=truth_of(data, names, groups)[None] % 5)
    found, findings = judge(kept)
    assert found[0].split == 0.0
    assert (findings[0].code, findings[0].weight) == ("AUDIT_GROUPS_KEPT", "note")
    assert "severe" not in {finding.weight for finding in findings}
    # Suspected groups that are kept are told the same way, not as harmless.
    blind = plant(equal_text(groups), groups, alike=False, features=True)
    truth = truth_of(blind, equal_text(groups), groups)
    assert codes_of(judge(replace(blind, folds=truth[None] % 5))[1])[0] == "AUDIT_GROUPS_KEPT"


def test_the_competitions_own_groups_are_no_news() -> None:
    groups = make_groups(60, 5)
    names = with_gaps(groups)
    data = plant(names, groups, features=True)
    truth = truth_of(data, names, groups)
    for own in (truth, truth // 2):
        assert not any(one.proposal.convincing for one in judge(replace(data, groups=own))[0])
    assert judge(replace(data, groups=np.arange(300)))[1][0].code == "AUDIT_LEAK_GROUPS"


@pytest.mark.parametrize("form", [with_gaps, equal_text, frames, anew_in_folders])
def test_a_test_set_of_the_same_groups_is_a_warning(form: Names) -> None:
    groups = make_groups(60, 7)
    names = form(groups)
    shared = np.random.default_rng(0).permutation(len(names))
    data = plant([names[row] for row in shared], groups[shared], train=300, features=True)
    found, findings = judge(data)
    assert found[0].in_test is not None
    # A row at the border of a scene may be of either side, or of a scene of its own: it does not count.
    assert found[0].in_test > (0.5 if form is frames else 0.8)
    assert (findings[0].code, findings[0].weight) == ("AUDIT_LEAK_GROUPS", "warning")


@pytest.mark.parametrize("form", [with_gaps, equal_text, frames, anew_in_folders])
def test_a_test_set_of_other_groups_is_severe(form: Names) -> None:
    groups = make_groups(80, 5)
    data = plant(form(groups), groups, train=300, features=True)
    found, findings = judge(data)
    assert found[0].in_test is not None
    assert found[0].in_test < 0.1
    assert (findings[0].code, findings[0].weight) == ("AUDIT_LEAK_GROUPS", "severe")


@pytest.mark.parametrize("seed", range(30))
def test_no_false_alarms(seed: int) -> None:
    """Names of every form, pictures, features and classes that have nothing to do with them."""
    groups = make_groups(30, 5)
    random = np.random.default_rng(seed)
    features = random.normal(0, 1, (150, 8)).astype(np.float32)
    data = plant(FORMS[seed % 6](groups), groups, alike=False, codes=random.integers(3, size=150), seed=seed)
    found, findings = judge(replace(data, features=features))
    assert not any(one.proposal.convincing for one in found)
    assert "severe" not in {finding.weight for finding in findings}


def test_groups_without_a_target_are_unmeasured() -> None:
    groups = make_groups(60, 5)
    data = plant(with_gaps(groups), groups)
    masks = replace(data, kind="mask", codes=np.zeros(300, np.int64), labels=(), values=np.array(["a.png"] * 300))
    _, findings = judge(masks)
    assert (findings[0].code, findings[0].weight) == ("AUDIT_GROUPS_UNMEASURED", "warning")


def test_groups_of_values_leak() -> None:
    groups = make_groups(60, 5)
    names = with_gaps(groups)
    data = plant(names, groups, features=True)
    values = np.random.default_rng(0).normal(0, 1, 60)[truth_of(data, names, groups)]
    _, findings = judge(replace(data, kind="value", codes=np.zeros(300, np.int64), labels=(), values=values))
    assert (findings[0].code, findings[0].values["metric"]) == ("AUDIT_LEAK_GROUPS", "R²")


def test_groups_by_column_and_by_exif() -> None:
    groups = make_groups(50, 6)
    names = [f"{number:016x}" for number in np.random.default_rng(0).integers(2**63, size=300).tolist()]
    sites = [f"site-{'abcdefghij'[group % 10]}{'abcdefghij'[group // 10]}" for group in groups]
    columns = {"train": {"site": sites}}
    found, findings = judge(plant(names, groups, columns=columns, features=True))
    assert (found[0].proposal.field.source, findings[0].code) == ("column", "AUDIT_LEAK_GROUPS")
    taken = [
        f"2026-01-{1 + group // 10:02d} {8 + group % 10:02d}:{5 * place:02d}:00" for group in range(50) for place in range(6)
    ]
    found, findings = judge(plant(names, groups, taken=taken, features=True))
    assert (found[0].proposal.field.source, findings[0].code) == ("exif_time", "AUDIT_LEAK_GROUPS")
    assert found[0].proposal.threshold == 300


@pytest.mark.parametrize("strangers", [0, 1, 2])
def test_the_share_of_right_pairs(strangers: int) -> None:
    """Runs of a counter that hold one, two or three things one after the other."""
    inner = 6
    things = make_groups(60 * (strangers + 1), inner)
    told = np.repeat(np.arange(60), inner * (strangers + 1))
    field = Field("n#", "name", tuple(map(str, range(len(told)))), np.arange(len(told)))
    alike = Alike(draw_likeness(things), np.zeros(len(told), np.int64))
    proposal = Proposal(field, told, "gap", 1.0, 0.9, 0.01, 100.0, 0.99, convincing=True)
    size = inner * (strangers + 1)
    right = (inner - 1) / (size - 1)
    # Neighbours across two things are taken for alike ones, so the share comes out somewhat high.
    assert estimate_precision(proposal, alike, 0) == pytest.approx(right, abs=0.12)
    doubted = replace(proposal, convincing=False)
    assert np.isnan(estimate_precision(doubted, alike, 0))


def test_the_share_of_rows_beside_their_group() -> None:
    groups = np.array([0, 0, 1, 1, 1, 2, 3, 3])
    # Group 0 is whole, 1 is split, 2 is alone, 3 is split: 5 of 7 rows of groups stand beside their own.
    assert measure_split(groups, np.array([0, 0, 1, 1, 2, 0, 0, 1])) == pytest.approx(5 / 7)
    assert measure_split(groups, np.array([0, 0, 1, 1, 1, 0, 2, 2])) == 0.0
    both = np.array([[0, 0, 1, 1, 1, 0, 2, 2], [0, 1, 1, 1, 1, 0, 2, 2]])
    assert measure_split(groups, both) == pytest.approx(2 / 7)
    # Rows that are never validated are beside nobody: of group 3 only one row is.
    assert measure_split(groups, np.array([0, 0, 1, 1, 1, 0, -1, 2])) == pytest.approx(1 / 7)
    assert measure_split(np.arange(4), np.zeros(4, np.int64)) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_joined_groups_against_painting(seed: int) -> None:
    random = np.random.default_rng(seed)
    numberings = [random.integers(-2, 25, 40) for _ in range(int(random.integers(1, 4)))]
    paint = list(range(40))
    for _ in range(40):  # colours run over until nothing changes any more
        for numbers in numberings:
            for number in set(numbers.tolist()):
                rows = np.flatnonzero(numbers == number).tolist()
                least = min(paint[row] for row in rows)
                for row in rows:
                    paint[row] = least
    joined = join_groups(*numberings)
    for a in range(40):
        for b in range(40):
            assert (joined[a] == joined[b]) == (paint[a] == paint[b])
    assert all(is_inside(numbers, joined) for numbers in numberings)


def test_inside_and_same() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        fine, coarse = random.integers(0, 6, 8), random.integers(0, 3, 8)
        pairs = [(a, b) for a in range(8) for b in range(8) if fine[a] == fine[b]]
        assert is_inside(fine, coarse) == all(coarse[a] == coarse[b] for a, b in pairs)
    assert same_groups(np.array([5, 5, 2]), np.array([0, 0, 9]))
    assert not same_groups(np.array([5, 5, 2]), np.array([0, 1, 2]))


def test_features_of_the_probe() -> None:
    data = make_data(30, 20, readable=np.arange(30) != 3)
    cheap = choose_features(data, np.arange(20))
    assert np.flatnonzero(~has_features(data)).tolist() == [3]
    assert cheap.shape == (20, 1024 + 6)
    assert np.flatnonzero(np.isnan(cheap).any(1)).tolist() == [3]
    features = np.zeros((30, 4), np.float32)
    features[4, 1] = np.nan
    seen = replace(data, features=features)
    assert choose_features(seen, np.array([5, 7])).shape == (2, 4)
    assert np.flatnonzero(~has_features(seen)).tolist() == [4]


def test_fields_of_all_sources_each_once() -> None:
    names = [f"p{row // 3}_{row}" for row in range(30)]
    columns = {"train": {"again": tuple(str(row // 3) for row in range(30)), "target": ("a", "b") * 15}}
    data = make_data(30, names=names, columns=columns, cameras=["Canon", "Nikon"] * 15)
    assert [field.name for field in read_fields(data, ["target"])] == ["p{#}_#", "p#_{#}", "EXIF Model", "row number"]


@pytest.mark.parametrize("told", [False, True])
def test_the_order_of_rows_tells_groups_where_nothing_else_does(told: bool) -> None:
    truth = np.repeat(np.arange(60), 5)
    likeness = draw_likeness(truth, noise=0.7, seed=0)
    if not told:
        random = np.random.default_rng(0)
        names = ["".join(random.choice(list("abcdef0123456789"), 24)) for _ in truth]
    else:
        names = [f"p{group}_{row}" for row, group in enumerate(truth)]
    data = make_data(300, names=names, likeness=likeness)
    found = [one.proposal for one in find_groups(data) if one.proposal.convincing]
    assert [one.field.source for one in found] == (["name"] if told else ["order"])
    assert pairwise_f1(found[0].groups, truth) > 0.85


def test_the_order_of_rows_says_nothing_of_shuffled_rows() -> None:
    truth = np.random.default_rng(1).permutation(np.repeat(np.arange(60), 5))
    data = make_data(300, names=[f"{n:x}" for n in range(300)], likeness=draw_likeness(truth, noise=0.7, seed=0))
    assert not any(one.proposal.field.source == "order" for one in find_groups(data))
