"""Facts as numbers: what each column is, against the facts by hand."""

from __future__ import annotations

import numpy as np
from tests.results.audit.made import make_data

from tamesu.results.audit.fact_table import FAMILIES, SEEN, code_texts, place_rows, read_times, tabulate_facts


def test_columns_are_the_facts() -> None:
    data = make_data(30, 20, taken=["2026-11-28 14:30:00"] * 30)
    table = tabulate_facts(data)
    facts = data.facts
    assert table.values.shape == (30, len(table.names))
    assert table.column("aspect").tolist() == (facts.widths / facts.heights).tolist()
    assert np.allclose(table.column("bytes_per_pixel") * facts.widths * facts.heights, facts.sizes_bytes)
    assert table.column("border_green").tolist() == facts.borders[:, 1].tolist()
    assert set(table.column("hour")) == {14.5}
    assert set(table.column("day")) == {(np.datetime64("2026-11-28") - np.datetime64("1970-01-01")).astype(int)}
    assert table.take("colour").tolist() == facts.colours.tolist()


def test_every_column_is_of_one_family() -> None:
    table = tabulate_facts(make_data(5))
    assert sorted(table.names) == sorted(name for family in FAMILIES.values() for name in family)
    assert len(set(table.names)) == len(table.names)
    assert set(SEEN) < set(FAMILIES)


def test_an_unreadable_file_tells_nothing() -> None:
    readable = np.ones(10, bool)
    readable[3] = False
    values = tabulate_facts(make_data(10, readable=readable)).values
    assert np.isnan(values[3]).all()
    assert not np.isnan(np.delete(values, 3, axis=0)).all(axis=1).any()


def test_texts_are_numbered_by_frequency() -> None:
    words, codes = code_texts(np.array(["L", "RGB", "RGB", ""]))
    assert words == ("RGB", "L")
    assert codes[:3].tolist() == [1.0, 0.0, 0.0] and np.isnan(codes[3])
    assert code_texts(np.array(["", ""]))[0] == ()


def test_times_that_are_none() -> None:
    day, hour = read_times(np.array(["", "0000:00:00 00:00:00", "2026-02-31 10:00:00", "2026-02-28 23:59:59"]))
    assert np.isnan(day[:3]).all() and np.isnan(hour[:3]).all()
    assert 23.98 < hour[3] < 24


def test_places_are_within_each_table() -> None:
    assert place_rows(2, 2).tolist() == [0.0, 1.0]
    assert place_rows(1, 4).tolist() == [0.0, 0.0, 0.5, 1.0]
