from __future__ import annotations

import pytest

from tamesu.intake.orders import are_identities, are_steps, find_order


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("label", ("low", "mid", "high")),
        ("label", ("Very_Low", "low", "HIGH")),
        ("濃さ", ("低", "中", "高")),
        ("診断", ("軽症", "中等症", "重症")),
        ("診断", ("なし", "軽度", "中等度", "重度")),
        ("label", ("none", "mild", "moderate", "severe")),
        ("size", ("small", "medium", "large")),
        ("成績", ("不可", "可", "良", "優", "秀")),
        ("重症度", ("0", "1", "2", "3", "4")),
        ("retinopathy_grade", ("1", "2", "3")),
        ("等級", ("1級", "2級", "10級")),
        ("x", ("Stage 1", "Stage 2", "Stage 3")),
    ],
)
def test_labels_in_order(name: str, order: tuple[str, ...]) -> None:
    assert find_order(name, sorted(order)) == order
    assert find_order(name, order[::-1]) == order


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("label", ("cat", "dog", "bird")),
        ("label", ("low", "mid", "high", "unknown")),
        ("label", ("low", "high")),
        ("label", ("mid", "medium", "high")),
        ("grade", ("0", "1")),
        ("grade", ("0", "2", "5")),
        ("grade", ("2", "3", "4")),
        ("grade", tuple(map(str, range(21)))),
        ("digit", ("0", "1", "2")),
        ("room", ("r1", "r2", "r3")),
        ("stage", ("a1", "b2", "c3")),
        ("upgraded", ("0", "1", "2")),
        ("文字", ("大", "中", "小", "火")),
    ],
)
def test_nothing_tells_an_order(name: str, labels: tuple[str, ...]) -> None:
    assert find_order(name, labels) is None


def test_steps() -> None:
    assert are_steps(["0", "1.0", "2"]) and not are_steps(["0", "1", "1.5"]) and not are_steps(["00", "1"])


def test_identities_are_many_and_seldom() -> None:
    assert are_identities({f"個体{n}": 3 for n in range(100)})
    assert are_identities({f"w{n}": 3 for n in range(50)})
    # Fewer than a quarter of the rows, more rows each, and too few labels to say.
    assert not are_identities({f"w{n}": 5 for n in range(60)})
    assert not are_identities({f"breed{n}": 6 for n in range(200)})
    assert not are_identities({f"w{n}": 1 for n in range(49)})
    # Most have few rows, though one has thousands.
    assert are_identities({"new_whale": 9000} | {f"w{n}": 2 for n in range(400)})
