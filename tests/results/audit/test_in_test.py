"""Whether test rows stand in groups of training rows, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.results.audit.made import make_data

from tamesu.results.audit.data import AuditData
from tamesu.results.audit.grouping import Proposal
from tamesu.results.audit.in_test import counts_anew, find_in_test, read_both
from tamesu.results.audit.name_fields import Field, read_columns, read_names


def make(train: Sequence[str], test: Sequence[str], **more: object) -> AuditData:
    data = make_data(len(train) + len(test), len(train), names=[*train, *test], **more)  # type: ignore[arg-type]
    return replace(data, paths=tuple(f"{name}.jpg" for name in data.ids))


def propose(field: Field, groups: Sequence[int], rule: str, threshold: float | None = None) -> Proposal:
    return Proposal(field, np.array(groups), rule, threshold, 0.9, 0.0, 99.0, 0.99, convincing=True)  # type: ignore[arg-type]


def field_of(names: Sequence[str], name: str) -> Field:
    return next(field for field in read_names(names) if field.name == name)


def test_equal_texts() -> None:
    train = ["p7_1", "p7_2", "p8_1", "p9_2"]
    proposal = propose(field_of(train, "p{#}_#"), [0, 0, 1, 2], "text")
    assert find_in_test(make(train, ["p7_3", "p10_1", "p9_1", "p11_1"]), proposal) == 0.5
    assert find_in_test(make(train, ["p10_3"]), proposal) == 0.0
    assert find_in_test(make(train, ["other-x", "x-y"]), proposal) is None
    assert find_in_test(make(train, []), proposal) is None


def test_gaps_of_a_counter() -> None:
    train = ["n10", "n12", "n50", "n51", "n90"]
    proposal = propose(field_of(train, "n{#}"), [0, 0, 1, 1, 2], "gap", 3.0)
    # 8 and 15 are within 3 of a row, 54 is within 3 of 51 and 70, 99 are of nobody.
    assert find_in_test(make(train, ["n8", "n15", "n54", "n70", "n99"]), proposal) == pytest.approx(3 / 5)
    assert find_in_test(make(train, ["n6", "n16"]), proposal) == 0.0


def test_counters_that_begin_anew_are_held_against_their_own_folder() -> None:
    train = ["A/10", "A/12", "B/50", "B/51"]
    proposal = replace(
        propose(field_of(train, "{#}"), [0, 0, 1, 1], "gap", 3.0),
        inside=field_of(train, "{folder 1}"),
    )
    assert find_in_test(make(train, ["C/10", "C/51", "D/1"]), proposal) == 0.0
    assert find_in_test(make(train, ["A/11", "A/51", "B/52", "B/10"]), proposal) == 0.5


def test_scenes_hold_what_lies_between_their_rows() -> None:
    train = ["f10", "f20", "f30", "f40"]
    proposal = propose(field_of(train, "f{#}"), [0, 0, 1, 1], "scene")
    # 15 and 35 lie inside, 25 between two scenes, 5 and 45 beyond all.
    assert find_in_test(make(train, ["f15", "f25", "f35", "f5", "f45"]), proposal) == pytest.approx(2 / 5)


def test_test_files_that_are_counted_anew_tell_nothing() -> None:
    train = ["n10", "n12", "n50", "n51"]
    proposal = propose(field_of(train, "n{#}"), [0, 0, 1, 1], "gap", 3.0)
    data = make([*train], ["n10x", "n13x"])
    clash = replace(data, paths=(*(f"train/{name}.jpg" for name in train), "test/n10.jpg", "test/n11.jpg"))
    clash = replace(clash, ids=("a", "b", "c", "d", "e", "f"))
    assert counts_anew(clash, proposal)
    assert find_in_test(clash, proposal) is None
    apart = replace(clash, paths=(*clash.paths[:4], "test/n11.jpg", "test/n13.jpg"))
    assert find_in_test(apart, proposal) == 1.0


def test_columns() -> None:
    cells = {"train": {"site": ("a", "a", "b"), "day": ("5", "6", "90")}, "test": {"site": ("b", "c"), "day": ("7", "50")}}
    data = make(["x", "y", "z"], ["u", "v"], columns=cells)
    site, day = read_columns(cells["train"])
    assert find_in_test(data, propose(site, [0, 0, 1], "text")) == 0.5
    assert find_in_test(data, propose(day, [0, 0, 1], "gap", 1.0)) == 0.5
    assert read_both(make(["x", "y", "z"], ["u", "v"], columns={"train": cells["train"]}), site) is None


def test_exif_times() -> None:
    taken = ["2026-01-01 10:00:00", "2026-01-01 10:00:09", "2026-01-02 10:00:00", "2026-01-01 10:00:15", "2026-01-03 10:00:00"]
    data = make(["x", "y", "z"], ["u", "v"], taken=taken)
    both = read_both(data, Field("EXIF DateTimeOriginal", "exif_time", tuple(taken[:3]), np.zeros(3, np.int64)))
    assert both is not None
    assert both.texts == tuple(taken)
    train = Field(both.name, both.source, both.texts[:3], np.zeros(3, np.int64))
    assert find_in_test(data, propose(train, [0, 0, 1], "gap", 10.0)) == 0.5


def test_some_test_rows_of_another_form() -> None:
    train = [f"n{number}" for number in (10, 12, 50, 51)]
    proposal = propose(field_of(train, "n{#}"), [0, 0, 1, 1], "gap", 3.0)
    assert find_in_test(make(train, ["n11", "extra", "n80", "n52"]), proposal) == 0.5
