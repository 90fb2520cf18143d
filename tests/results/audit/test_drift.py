"""Drift that is planted is found, named and weighed; drift that is not there is not; files are told apart from pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.results.audit.made import make_data, make_facts

from tamesu.messages import render
from tamesu.messages.audit_drift import FACTS
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.drift import draw_rows, judge_drift, measure_drift, measure_ordinary, say_moves, testlike_rows
from tamesu.results.audit.fact_table import FAMILIES, tabulate_facts
from tamesu.results.finding import Finding

N, TRAIN = 600, 400
TEST = np.arange(N) >= TRAIN


def darken(factor: float, rows: np.ndarray = TEST) -> AuditData:
    facts = make_facts(N)
    scale = np.where(rows, factor, 1.0)
    darker = {name: getattr(facts, name) * scale for name in ("brightness", "contrast", "saturation")}
    darker |= {name: getattr(facts, name) * scale[:, None] for name in ("colours", "borders")}
    return make_data(N, TRAIN, **darker)


def codes_of(found: list[Finding]) -> list[str]:
    return [one.code for one in found]


def both(finding: Finding) -> tuple[str, str]:
    return finding.text("en"), finding.text("ja")


@pytest.mark.parametrize("seed", range(5))
def test_no_drift_is_said_once_and_as_a_note(seed: int) -> None:
    found = judge_drift(make_data(N, TRAIN, seed=seed))
    assert codes_of(found) == ["AUDIT_DRIFT_NONE"] and found[0].weight == "note"
    assert 0.35 < found[0].values["auc"] < 0.6
    assert "AUC 0." in both(found[0])[0] and "AUC 0." in both(found[0])[1]


def test_no_test_images_is_nothing_to_say_and_few_are_too_few() -> None:
    assert judge_drift(make_data(100)) == []
    found = judge_drift(make_data(100, 90))
    assert codes_of(found) == ["AUDIT_DRIFT_FEW"] and found[0].values["test"] == 10
    assert measure_drift(make_data(100, 90)) is None
    assert testlike_rows(make_data(100, 90)).tolist() == [0.5] * 90


def test_a_dark_test_set_is_a_warning_that_names_what_moved() -> None:
    data = darken(0.5)
    found = judge_drift(data)
    assert codes_of(found) == ["AUDIT_DRIFT"] and found[0].weight == "warning"
    assert found[0].values["auc"] > 0.9
    english, japanese = both(found[0])
    before = data.facts.brightness[:TRAIN].mean()
    assert "brightness" in english and "明るさ" in japanese
    assert f"brightness {before:.0f} → {data.facts.brightness[TRAIN:].mean():.0f}" in english
    assert all(row >= TRAIN for row in found[0].rows) and len(found[0].rows) > 100
    assert all(row < TRAIN for row in found[0].sets[0]) and all(row >= TRAIN for row in found[0].sets[1])
    assert {chart.title for chart in found[0].charts} <= set(FACTS)
    assert all(set(chart.series) == {"train", "test"} for chart in found[0].charts)


def test_a_little_drift_is_a_note() -> None:
    found = judge_drift(darken(0.85))
    assert codes_of(found) == ["AUDIT_DRIFT"] and found[0].weight == "note"
    assert 0.6 < found[0].values["auc"] < 0.9


def test_test_like_rows_are_the_ones_like_test() -> None:
    dark = TEST | (np.arange(N) < 20)
    data = darken(0.4, dark)
    chances = testlike_rows(data)
    assert chances.shape == (TRAIN,) and chances.dtype == np.float64
    assert chances[:20].min() > np.quantile(chances[20:], 0.95)
    assert set(judge_drift(data)[0].sets[0]) <= set(range(20))


def test_features_decide_where_there_are() -> None:
    random = np.random.default_rng(0)
    features = random.normal(0, 1, (N, 64)).astype(np.float32)
    assert codes_of(judge_drift(make_data(N, TRAIN, features=features)))[0] == "AUDIT_DRIFT_NONE"
    features[TEST, :8] += 1.0
    features[5] = np.nan
    drift = measure_drift(make_data(N, TRAIN, features=features))
    assert drift is not None and drift.features is not None
    assert drift.features.value > 0.9 > 0.6 > drift.facts.value
    assert drift.chances[5] == 0.5
    found = judge_drift(make_data(N, TRAIN, features=features), drift)
    assert found[0].weight == "warning" and "no single fact" in both(found[0])[0]


def test_the_clearer_source_decides() -> None:
    random = np.random.default_rng(0)
    features = random.normal(0, 1, (N, 32)).astype(np.float32)
    features[TEST, :3] += 0.6
    dark = replace(darken(0.4), features=features)
    drift = measure_drift(dark)
    assert drift is not None and drift.features is not None
    assert drift.source == "facts" and drift.seen is drift.facts and drift.facts.value > 0.9 > drift.features.value
    found = judge_drift(dark, drift)
    assert "and features of a frozen network with 0." in both(found[0])[0]
    assert np.array_equal(drift.chances, measure_drift(darken(0.4)).chances)  # type: ignore[union-attr]


def test_what_no_network_sees_is_no_drift() -> None:
    formats = np.where(TEST, "PNG", "JPEG")
    facts = make_facts(N)
    found = judge_drift(make_data(N, TRAIN, formats=formats, sizes_bytes=facts.sizes_bytes * np.where(TEST, 6, 1)))
    assert codes_of(found) == ["AUDIT_DRIFT_NONE", "AUDIT_DRIFT_FILES"]
    assert found[1].weight == "note" and "bytes" in both(found[1])[0]
    assert "JPEG 100% → 0%" in both(found[1])[0] or "PNG 0% → 100%" in both(found[1])[0]


def test_another_rounding_of_the_same_size_is_no_drift() -> None:
    heights = np.where(TEST, 299, 298)
    found = judge_drift(make_data(N, TRAIN, widths=224, heights=heights))
    assert codes_of(found) == ["AUDIT_DRIFT_NONE", "AUDIT_DRIFT_FILES"]
    assert judge_drift(make_data(N, TRAIN, widths=224, heights=np.where(TEST, 600, 298)))[0].weight == "warning"


def test_unreadable_files_are_left_out() -> None:
    readable = np.ones(N, bool)
    readable[TRAIN : TRAIN + 50] = False
    data = replace(darken(0.5), facts=replace(darken(0.5).facts, readable=readable))
    drift = measure_drift(data)
    assert drift is not None
    assert set(drift.chances[~readable]) == {0.5}
    assert drift.facts.value > 0.9


def test_rows_are_drawn_from_both_parts() -> None:
    usable = np.ones(12_100, bool)
    second = np.arange(12_100) >= 12_000
    rows = draw_rows(usable, second, 0)
    assert rows is not None and len(rows) == 5_000 + 100 and len(set(rows.tolist())) == 5_100
    usable[12_000:] = False
    assert draw_rows(usable, second, 0) is None


def test_rows_beyond_the_draw_get_their_chance_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.results.audit.drift.MOST_ROWS", 150)
    data = darken(0.4)
    chances = testlike_rows(data)
    assert (chances != 0.5).all() and chances.mean() < 0.3


def test_groups_of_train_stay_together() -> None:
    groups = np.arange(TRAIN) // 4
    assert codes_of(judge_drift(make_data(N, TRAIN, groups=groups))) == ["AUDIT_DRIFT_NONE"]


def test_a_test_of_other_groups_is_no_drift() -> None:
    random = np.random.default_rng(0)
    things = random.normal(0, 1, (N // 10, 64))
    features = (np.repeat(things, 10, axis=0) + random.normal(0, 0.3, (N, 64))).astype(np.float32)
    data = make_data(N, TRAIN, features=features, groups=np.arange(TRAIN) // 10)
    found = judge_drift(data)
    assert codes_of(found) == ["AUDIT_DRIFT_GROUPS"] and found[0].weight == "note"
    assert found[0].values["auc"] > 0.6 and found[0].values["low"] <= found[0].values["ordinary"] == measure_ordinary(
        data, "features"
    )
    assert "groups" in both(found[0])[0] and "グループ" in both(found[0])[1]
    features[TEST, :20] += 1.5
    assert judge_drift(replace(data, features=features))[0].weight == "warning"


def test_too_few_groups_are_no_measure() -> None:
    assert measure_ordinary(make_data(N, TRAIN, groups=np.arange(TRAIN) // 100), "facts") == 0.5


def test_every_fact_has_a_name_in_both_languages() -> None:
    assert {name for family in FAMILIES.values() for name in family} <= set(FACTS)


def test_nothing_moved_is_said_in_words() -> None:
    table = tabulate_facts(make_data(10))
    assert "no single fact" in say_moves((), table, 5).en
    assert render("AUDIT_DRIFT_FEW", {"test": 3, "least": 20}, "ja")[0]
