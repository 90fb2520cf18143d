"""Shortcuts that are planted are found, one family at a time; random facts are none; sorted tables are harmless."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.results.audit.made import make_data, make_facts, read_pets

from tamesu.messages.audit_shortcuts import PROBES
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.shortcuts import (
    READS,
    Probe,
    find_answers,
    judge_names,
    judge_shortcuts,
    plain,
    probe_shortcuts,
    run_probe,
)
from tamesu.results.finding import Finding

N = 300
CODES = np.random.default_rng(7).integers(3, size=N)


def probes_of(data: AuditData) -> dict[str, Probe]:
    return {one.name: one for one in probe_shortcuts(data)}


def codes_of(found: list[Finding]) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize("seed", range(8))
def test_facts_that_know_nothing_are_no_shortcut(seed: int) -> None:
    assert judge_shortcuts(make_data(N, seed=seed)) == []


@pytest.mark.parametrize(
    ("family", "planted"),
    [
        ("size", {"widths": 400 + 100 * CODES, "heights": 400}),
        ("border", {"borders": np.stack([80 + 60 * CODES] * 3, axis=1)}),
        ("colour", {"colours": np.stack([80 + 60 * CODES] * 3, axis=1)}),
        ("compression", {"sizes_bytes": 20_000 + 30_000 * CODES}),
        ("format", {"cameras": np.array(["", "Canon EOS", "NIKON D90"])[CODES]}),
        ("time", {"taken": [f"2026-11-28 {8 + 4 * code:02d}:30:00" for code in CODES]}),
    ],
)
def test_one_family_that_tells_all_is_a_warning(family: str, planted: dict[str, object]) -> None:
    data = make_data(N, codes=CODES, **planted)  # type: ignore[arg-type]
    found = [one for one in judge_shortcuts(data) if one.weight == "warning"]
    assert codes_of(found) == ["AUDIT_SHORTCUT"]
    assert found[0].values["family"] is PROBES[family]
    assert found[0].values["score"] > 0.9 and found[0].values["chance"] == pytest.approx(1 / 3)
    assert PROBES[family].en in found[0].text("en") and PROBES[family].ja in found[0].text("ja")
    assert found[0].charts


def test_half_a_shortcut_is_a_note() -> None:
    random = np.random.default_rng(0)
    borders = np.stack([np.where(random.random(N) < 0.4, 60 + 80 * CODES, random.uniform(0, 255, N))] * 3, axis=1)
    found = judge_shortcuts(make_data(N, codes=CODES, borders=borders))
    assert codes_of(found) == ["AUDIT_SHORTCUT_SOME"] and found[0].weight == "note"
    assert "border" in found[0].text("en") and "縁" in found[0].text("ja")


def test_a_rare_class_does_not_hide_behind_the_frequent_one() -> None:
    codes = (np.arange(N) % 10 == 0).astype(int)
    probe = probes_of(make_data(N, codes=codes, labels=("ok", "bad")))["border"]
    # Guessing `ok` always would be right in 90 % of the rows.
    assert probe.score < 0.7 and not probe.is_real
    assert probe.chance == 0.5


def test_a_table_sorted_by_class_is_harmless() -> None:
    found = judge_shortcuts(make_data(N, codes=np.sort(CODES)))
    assert codes_of(found) == ["AUDIT_ORDER_SORTED"] and found[0].weight == "note"
    assert "sorted by class" in found[0].text("en") and "クラス順" in found[0].text("ja")


def test_two_sorted_tables_one_after_the_other_are_sorted_too() -> None:
    codes = np.concatenate([np.sort(CODES[:200]), np.sort(CODES[200:])])
    assert codes_of(judge_shortcuts(make_data(N, codes=codes))) == ["AUDIT_ORDER_SORTED"]


def test_runs_of_rows_are_told_as_such() -> None:
    codes = np.repeat(np.random.default_rng(1).integers(3, size=30), 10)
    assert codes_of(judge_shortcuts(make_data(N, codes=codes))) == ["AUDIT_ORDER_TELLS"]


def test_groups_are_not_known_by_heart() -> None:
    groups = np.repeat(np.arange(60), 5)
    codes = np.repeat(np.random.default_rng(2).integers(3, size=60), 5)
    borders = np.repeat(np.random.default_rng(3).uniform(0, 255, (60, 3)), 5, axis=0)
    data = make_data(N, codes=codes, borders=borders)
    assert probes_of(data)["border"].score > 0.7
    assert not probes_of(replace(data, groups=groups))["border"].is_real


def test_values_are_told_too() -> None:
    facts = make_facts(N)
    values = facts.borders[:, 0] * 3.0 + np.random.default_rng(0).normal(0, 10, N)
    data = make_data(N, labels=(), kind="value", values=values)
    found = judge_shortcuts(data)
    assert found[0].code == "AUDIT_SHORTCUT" and found[0].values["family"] is PROBES["border"]
    assert "R²" in found[0].text("en")
    assert judge_shortcuts(make_data(N, labels=(), kind="value", values=np.random.default_rng(1).normal(0, 1, N))) == []


def test_kinds_without_one_answer_are_left_alone() -> None:
    data = make_data(N, labels=(), kind="multilabel", values=np.array(["a b"] * N))
    assert probe_shortcuts(data) == [] and judge_shortcuts(data) == []


def test_rows_without_answer_picture_or_company_are_left_out() -> None:
    codes = np.where(np.arange(N) < 5, 2, np.arange(N) % 2)
    codes[5] = -1
    readable = np.ones(N, bool)
    readable[6] = False
    rows, answers = find_answers(make_data(N, codes=codes, readable=readable))
    assert rows.tolist() == list(range(7, N)) and set(answers) == {0.0, 1.0}


def test_few_rows_say_nothing() -> None:
    assert probe_shortcuts(make_data(40)) == []


def test_the_bound_is_what_shuffles_reach() -> None:
    random = np.random.default_rng(0)
    scores = [
        run_probe("size", random.normal(0, 1, (120, 2)), random.integers(2, size=120) * 1.0, np.arange(120) % 5, classes=True)
        for _ in range(40)
    ]
    # One of a thousand shuffles would be this good: of 40 probes that know nothing, three are out of the question.
    assert sum(one.is_real for one in scores) <= 2


def test_every_probe_has_a_name() -> None:
    assert PROBES.keys() == READS.keys()


def named(part_names: str, test_names: str) -> AuditData:
    breeds = ("Great Pyrenees", "Pug", "Beagle")
    codes = np.arange(100) % 3
    names = [part_names.format(label=breeds[codes[row]].replace(" ", "_"), row=row) for row in range(80)]
    names += [test_names.format(label=breeds[codes[row]].replace(" ", "_"), row=row) for row in range(80, 100)]
    return make_data(100, 80, labels=breeds, codes=codes[:80], names=names)


def test_names_that_spell_the_label_are_told_when_test_has_them_too() -> None:
    assert judge_names(named("{label}_{row}", "{row}")) == []
    assert judge_names(named("{row}", "{label}_{row}")) == []
    found = judge_names(named("{label}_{row}", "{label}_{row}"))
    assert codes_of(found) == ["AUDIT_NAMES_TELL"] and found[0].weight == "note"
    assert found[0].rows == tuple(range(80, 100))
    assert "100%" in found[0].text("en")


def test_labels_that_are_numbers_of_the_names_spell_nothing() -> None:
    names = [f"img_{row}" for row in range(100)]
    assert judge_names(make_data(100, 80, labels=("0", "1", "2"), names=names)) == []


def test_words_of_names() -> None:
    assert plain("犬/Great-Pyrenees_12.JPG") == " 犬 great pyrenees 12 jpg "
    assert plain("__") == "  "


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("pets37", 0.05), ("pets3", 0.35)])
def test_real_photos_have_no_strong_shortcut(name: str, most: float, shared: Path, tmp_path: Path) -> None:
    probes = probes_of(data := read_pets(shared / "data" / name, tmp_path))
    assert all(one.way < most for one in probes.values() if one.name != "order")
    found = judge_shortcuts(data, list(probes.values()))
    assert all(one.weight == "note" for one in found) and "AUDIT_ORDER_SORTED" in codes_of(found)


def test_digits_have_no_strong_shortcut() -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = digits.images * 255 / 16
    ring = np.ones((8, 8), bool)
    ring[1:-1, 1:-1] = False
    means, borders = (np.repeat(part.mean(axis=1)[:, None], 3, axis=1) for part in (pixels.reshape(-1, 64), pixels[:, ring]))
    data = make_data(
        len(pixels),
        labels=tuple("0123456789"),
        codes=digits.target,
        widths=8,
        heights=8,
        colours=means,
        borders=borders,
        brightness=means[:, 0],
    )
    # Ink at the border tells some digits from others, as it should.
    assert codes_of(judge_shortcuts(data)) == ["AUDIT_SHORTCUT_SOME"]
    assert judge_names(data) == []
