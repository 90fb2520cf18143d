from __future__ import annotations

import math
import re

from tamesu.report.audit_matrix import MOST_CELLS, draw_matrix, pick_cells
from tamesu.results.finding import Chart


def test_cells_are_shaded_by_their_share_of_the_largest() -> None:
    chart = Chart("matrix", "x", {"猫": [0.5, math.nan], "<犬>": [0.0, 1.0]}, ["猫", "<犬>"])
    html, notes = draw_matrix(chart, "en")
    assert [float(share) for share in re.findall(r"--share:([\d.]+)", html)] == [0.635, 1.0]
    assert re.findall(r"<td.*?>(.*?)</td>", html) == ["0.50", "", "", "1.00"]
    assert "&lt;犬&gt;" in html and "<犬>" not in html and len(notes) == 1


def test_of_many_classes_those_with_the_largest_numbers_off_the_diagonal_are_drawn() -> None:
    names = [f"class {n}" for n in range(100)]
    values = [[1000.0 if row == column else 0.0 for column in range(100)] for row in range(100)]
    values[97][3] = 7.0
    chart = Chart("matrix", "x", dict(zip(names, values, strict=True)), names)
    rows, columns = pick_cells(chart)
    assert len(rows) == len(columns) == MOST_CELLS
    assert "class 97" in rows and "class 3" in rows and rows == [names[place] for place in columns]
    html, notes = draw_matrix(chart, "en")
    assert ">7<" in html and f"The {MOST_CELLS} of 100 with the largest numbers" in notes[1]


def test_rows_and_columns_of_other_names_are_picked_apart() -> None:
    chart = Chart("matrix", "x", {"a": [0.0] * 39 + [1.0], "b": [2.0] + [0.0] * 39}, [str(n) for n in range(40)])
    rows, columns = pick_cells(chart)
    assert rows == ["a", "b"] and {0, 39} <= set(columns)


def test_long_names_stand_upright_and_nothing_is_said() -> None:
    assert 'class="upright" title="とても長い"' in draw_matrix(Chart("matrix", "x", {"a": [1.0]}, ["とても長い"]), "ja")[0]
    assert "upright" not in draw_matrix(Chart("matrix", "x", {"a": [1.0]}, ["短い"]), "ja")[0]
    for empty in (Chart("matrix", "x", {}, []), Chart("matrix", "x", {"a": [math.nan]}, ["b"])):
        assert "no numbers" in draw_matrix(empty, "en")[0]
