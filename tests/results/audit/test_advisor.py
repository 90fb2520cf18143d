"""Advice about folds: which splitter, how many repeats, classes in few groups, groups too large."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.results.audit.made import make_data
from tests.results.audit.planted_groups import make_groups

from tamesu.results.audit.advisor import (
    MOST_REPEATS,
    Plan,
    count_repeats,
    deal,
    find_few_groups,
    find_time_order,
    judge_folds,
    measure_noise,
    plan_folds,
)
from tamesu.results.audit.data import AuditData


def make(kind: str = "class", n: int = 200, **more: Any) -> AuditData:
    random = np.random.default_rng(0)
    codes = random.integers(0, 3, n)
    features = (random.normal(0, 1, (n, 6)) + np.eye(3, 6)[codes]).astype(np.float32)
    if kind in ("class", "ordinal", "identity"):
        return make_data(n, codes=codes, kind=kind, features=features, **more)
    values = {"value": features[:, 0] + random.normal(0, 1, n), "mask": np.array(["a.png"] * n)}
    values["multilabel"] = random.integers(0, 2, (n, 2)).astype(np.float32)
    return make_data(n, codes=np.zeros(n), labels=(), kind=kind, values=values[kind], features=features, **more)


def say(data: AuditData, plan: Plan, groups: np.ndarray | None, splitter: str, repeats: int = 1) -> dict[str, Any]:
    found = judge_folds(data, plan, groups, splitter=splitter, n_splits=5, repeats=repeats)
    for finding in found:
        assert finding.text("en")
        assert finding.text("ja")
    return {finding.code: finding for finding in found}


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.004, 0.009, 0.05, math.nan, math.inf])
@pytest.mark.parametrize("wanted", [0.005, 0.02])
def test_so_many_repeats_bring_the_mean_near_enough(noise: float, wanted: float) -> None:
    repeats = count_repeats(noise, wanted)
    if not math.isfinite(noise):
        assert repeats == 1
        return
    assert 1 <= repeats <= MOST_REPEATS
    # 1.96 standard errors of a mean over so many splits; one fewer would not do.
    if repeats < MOST_REPEATS:
        assert 1.96 * noise / math.sqrt(repeats) <= wanted + 1e-12
    if repeats > 1:
        assert 1.96 * noise / math.sqrt(repeats - 1) > wanted


@pytest.mark.parametrize(
    ("kind", "grouped", "splitter"),
    [
        ("class", True, "stratified_group_kfold"),
        ("class", False, "stratified_kfold"),
        ("ordinal", True, "stratified_group_kfold"),
        ("value", True, "group_kfold"),
        ("value", False, "kfold"),
        ("multilabel", True, "group_kfold"),
        ("multilabel", False, "multilabel_stratified_kfold"),
        ("mask", True, "group_kfold"),
        ("mask", False, "kfold"),
    ],
)
def test_the_splitter(kind: str, grouped: bool, splitter: str) -> None:
    from tamesu.splitters import SPLITTERS

    data, groups = make(kind), make_groups(50, 4) if grouped else None
    plan = plan_folds(data, groups, 5)
    assert (plan.splitter, plan.part, plan.n_splits) == (splitter, splitter, 5)
    assert SPLITTERS[splitter].needs_groups is grouped
    assert math.isfinite(plan.noise) == (kind not in ("multilabel", "mask"))
    found = say(data, plan, groups, splitter, MOST_REPEATS)
    assert set(found) == ({"AUDIT_FOLDS_FIT"} if math.isfinite(plan.noise) else set())
    other = say(data, plan, groups, "other")
    assert set(other) == {"AUDIT_FOLDS_ADVICE" if math.isfinite(plan.noise) else "AUDIT_FOLDS_PLAIN"}
    told = next(iter(other.values())).text("en")
    assert ("tamesu audit --adopt" if grouped else f"splitter: {splitter}, n_splits: 5") in told
    if grouped:  # groups that the competition has need no adoption
        adopted = next(iter(say(replace(data, groups=groups), plan, groups, "other").values())).text("en")
        assert f"splitter: {splitter}, n_splits: 5" in adopted


def test_rows_in_time() -> None:
    days = [f"2024-01-{1 + row % 28:02d}" for row in range(200)]
    columns = {"train": {"撮影日": days, "x": ["1"] * 200}, "test": {"撮影日": ["2024-02-01"] * 50, "x": ["2"] * 50}}
    data = make_data(250, 200, columns=columns, features=np.random.default_rng(0).normal(0, 1, (250, 4)).astype(np.float32))
    plan = plan_folds(data, None, 5)
    assert (plan.splitter, plan.part, plan.repeats) == ("ordered", "{ordered: {column: 撮影日}}", 1)
    assert "`撮影日`" in say(data, plan, None, "stratified_kfold")["AUDIT_FOLDS_ADVICE"].text("en")
    earlier = {"train": columns["train"], "test": columns["test"] | {"撮影日": ["2024-01-28"] + ["2024-02-01"] * 49}}
    assert find_time_order(replace(data, columns={k: {n: tuple(c) for n, c in v.items()} for k, v in earlier.items()})) is None
    assert find_time_order(make()) is None


@pytest.mark.parametrize("column", ["a: b", "{x}", "it's #1", "[day]", "day"])
def test_a_column_of_any_name_is_written_so_that_yaml_reads_it(column: str) -> None:
    import yaml

    columns = {"train": {column: ("2024-01-01",) * 40}, "test": {column: ("2024-02-01",) * 10}}
    plan = plan_folds(make_data(50, 40, columns=columns, features=np.zeros((50, 2), np.float32)), None, 5)
    assert yaml.safe_load(f"splitter: {plan.part}") == {"splitter": {"ordered": {"column": column}}}
    assert column in str(plan.why)


def test_the_noise_from_split_to_split() -> None:
    """Of a probe that guesses among two classes by chance, the score's standard error is that of a coin."""
    random = np.random.default_rng(0)
    n = 400
    features = random.normal(0, 1, (n, 3)).astype(np.float32)
    data = make_data(n, labels=("a", "b"), codes=random.integers(0, 2, n), features=features)
    noise, sampling = measure_noise(data, None, 5, 0)
    # A row's mean error over splits of a guess by chance has no more spread than a coin.
    assert 0.3 * math.sqrt(0.25 / n) < sampling <= 1.05 * math.sqrt(0.25 / n)
    assert 0 < noise < 2 * math.sqrt(0.25 / n)
    sure = make_data(n, labels=("a", "b"), codes=np.arange(n) % 2, features=np.eye(2, dtype=np.float32)[np.arange(n) % 2])
    assert measure_noise(sure, None, 5, 0) == (0.0, 0.0)
    # Ten times the rows that are copies of ten: as little is known as of a tenth of the rows.
    copies = make_groups(40, 10)
    repeated = make_data(n, labels=("a", "b"), codes=(data.codes[:40])[copies], features=features[:40][copies])
    _, grouped = measure_noise(repeated, copies, 5, 0)
    assert grouped > 2 * sampling
    few = make_data(19, features=features[:19])
    assert all(math.isnan(value) for value in measure_noise(few, None, 5, 0))


def test_a_probe_that_is_never_right_tells_no_noise() -> None:
    features = np.random.default_rng(0).normal(0, 1, (200, 3)).astype(np.float32)
    # Whoever is held out has a class that no other row has.
    alone = make_data(200, labels=tuple(map(str, range(200))), codes=np.arange(200), features=features, kind="identity")
    assert all(math.isnan(value) for value in measure_noise(alone, None, 5, 0))


def test_wanted_is_no_finer_than_the_rows_allow() -> None:
    plan = plan_folds(make(), None, 5)
    assert plan.sampling > 0.005
    assert plan.wanted == plan.sampling
    assert plan.repeats == count_repeats(plan.noise, plan.sampling)
    assert replace(plan, sampling=0.001).wanted == replace(plan, sampling=math.nan).wanted == 0.005


def test_no_more_folds_than_groups() -> None:
    data = make()
    three = plan_folds(data, make_groups(3, 67)[:200], 5)
    assert (three.splitter, three.n_splits) == ("stratified_group_kfold", 3)
    told = say(data, three, make_groups(3, 67)[:200], "stratified_kfold")["AUDIT_FOLDS_ADVICE"].text("en")
    # The command writes splitter and n_splits; what is to be pasted beside it is whole.
    assert told.endswith("to have them: `tamesu audit --adopt`")
    more = say(data, replace(three, repeats=4), make_groups(3, 67)[:200], "stratified_kfold")["AUDIT_FOLDS_ADVICE"].text("en")
    assert "`tamesu audit --adopt`, then in" in more
    assert "`folds: {splitter: stratified_group_kfold, n_splits: 3, repeats: 4}`" in more
    one = plan_folds(data, np.zeros(200, np.int64), 5)
    assert (one.splitter, one.n_splits) == ("stratified_kfold", 5)


def test_strata_of_numbers_and_folds_that_somebody_has_chosen_are_left_alone() -> None:
    plan = plan_folds(make("value"), None, 5)
    told = say(make("value"), plan, None, "stratified_kfold", MOST_REPEATS)
    assert set(told) == {"AUDIT_FOLDS_FIT"}
    more = say(make("value"), replace(plan, repeats=3), None, "stratified_kfold")["AUDIT_FOLDS_REPEATS"]
    assert "splitter: stratified_kfold, n_splits: 5, repeats: 3" in more.text("en")
    groups = make_groups(50, 4)
    for chosen in ("column", "ordered"):
        assert say(make(), plan_folds(make(), None, 5), None, chosen) == {}
        # Groups that these folds may tear apart are a reason.
        assert "AUDIT_FOLDS_ADVICE" in say(make(), plan_folds(make(), groups, 5), groups, chosen)


def test_as_many_repeats_as_are_advised_at_most_promise_no_more_than_they_give() -> None:
    plan = replace(plan_folds(make(), None, 5), noise=0.1, sampling=0.01, repeats=MOST_REPEATS)
    [finding] = say(make(), plan, None, "stratified_kfold").values()
    assert finding.values["wanted"] == pytest.approx(1.96 * 0.1 / math.sqrt(MOST_REPEATS))


def test_groups_are_dealt_whole_and_evenly() -> None:
    groups = np.unique(np.random.default_rng(0).integers(0, 60, 300), return_inverse=True)[1]
    folds = deal(groups, 5, np.random.default_rng(1))
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in range(groups.max() + 1))
    sizes = np.bincount(folds, minlength=5)
    assert sizes.max() - sizes.min() <= 2 * np.bincount(groups).max()
    assert (deal(groups, 5, np.random.default_rng(2)) != folds).any()


def test_classes_in_few_groups() -> None:
    groups = make_groups(20, 10)
    codes = np.zeros(200, np.int64)
    codes[:30] = 1  # groups 0, 1, 2
    codes[180:186] = 2
    codes[190] = 3
    codes[195:] = -1
    data = make_data(200, labels=("a", "b", "c", "d"), codes=codes)
    assert find_few_groups(data, groups, 5) == [(1, 3), (2, 1)]  # class d has too few rows for anything
    finding = say(data, plan_folds(data, groups, 5), groups, "x")["AUDIT_FOLDS_FEW_GROUPS"]
    assert finding.weight == "warning"
    assert finding.rows == (*range(30), *range(180, 186))
    assert finding.values["classes"] == "b (3), c (1)"
    assert find_few_groups(data, np.arange(200), 5) == []


def test_a_group_too_large_for_even_folds() -> None:
    data = make()
    even, large = make_groups(5, 40), np.where(np.arange(200) < 41, 0, np.arange(200))
    plan = plan_folds(data, even, 5)
    assert "AUDIT_FOLDS_LARGE_GROUP" not in say(data, plan, even, "x")
    finding = say(data, plan, large, "x")["AUDIT_FOLDS_LARGE_GROUP"]
    assert finding.rows == tuple(range(41))
    assert (finding.values["rows"], finding.values["share"]) == (41, pytest.approx(41 / 200))


def test_every_class_in_every_fold_is_said_only_where_it_is_so() -> None:
    codes = np.arange(200) % 3
    even = make_data(200, codes=codes)
    said = "every fold has every class"
    assert said in plan_folds(even, None, 5).why.en
    rare = np.where(np.arange(200) < 197, codes % 2, 2)
    assert said not in plan_folds(make_data(200, codes=rare), None, 5).why.en
    # One class in two groups, of which five folds cannot all have a part.
    groups = make_groups(40, 5)
    few = make_data(200, codes=np.where(groups < 2, 2, groups % 2))
    plan = plan_folds(few, groups, 5)
    assert "AUDIT_FOLDS_FEW_GROUPS" in say(few, plan, groups, "x")
    assert said not in plan.why.en and "どの fold にも全クラス" not in plan.why.ja


def test_one_group_of_all_rows_is_no_matter_of_folds() -> None:
    data, one = make(), np.zeros(200, np.int64)
    found = say(data, plan_folds(data, one, 5), one, "x")
    assert not {"AUDIT_FOLDS_LARGE_GROUP", "AUDIT_FOLDS_FEW_GROUPS"} & found.keys()
