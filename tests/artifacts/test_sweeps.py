"""Several values in one word: split where YAML itself would see a new list item, spread as NumPy spreads them."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.artifacts.sweeps import is_range, split_values, spread_range
from tamesu.errors import InputError

PLAIN = st.text("abc日本 .'", min_size=1, max_size=6)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "bc"]), inner, max_size=2),
    max_leaves=5,
)


def flow(value: object) -> str:
    """PyYAML's own spelling on one line."""
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**6).strip()[1:-1]


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_values_that_pyyaml_wrote_are_split_where_it_joined_them(values: list[object]) -> None:
    pieces = split_values(",".join(flow(value) for value in values))
    assert [yaml.safe_load(piece) for piece in pieces] == values


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [""]),
        ("1", ["1"]),
        ("1,,2", ["1", "", "2"]),
        ("1,", ["1", ""]),
        ("it's,fine", ["it's", "fine"]),
        ("'a,b',c", ["'a,b'", "c"]),
        ("'it''s,one',2", ["'it''s,one'", "2"]),
        ('"a\\",b",c', ['"a\\",b"', "c"]),
        ("[1,2", ["[1,2"]),
        ("1],2", ["1],2"]),
        ("'a,b", ["'a,b"]),
        ("{a: [1, {b: 'x,y'}], c: 2},[3,4]", ["{a: [1, {b: 'x,y'}], c: 2}", "[3,4]"]),
    ],
)
def test_commas_part_values_outside_brackets_and_quotes(text: str, pieces: list[str]) -> None:
    assert split_values(text) == pieces


@settings(deadline=None)
@given(
    st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6),
    st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6),
    st.integers(2, 30),
)
def test_linear_as_numpy_spreads(first: float, last: float, count: int) -> None:
    if abs(first - last) < 1e-9:
        return
    found = np.array([float(text) for text in spread_range(f"lin:{first!r}:{last!r}:{count}", "ema")])
    step = abs(last - first) / (count - 1)
    assert found[[0, -1]].tolist() == [first, last]
    np.testing.assert_allclose(
        found, np.linspace(first, last, count), rtol=0, atol=step / 100 + 1e-12 * max(abs(first), abs(last))
    )


@settings(deadline=None)
@given(st.floats(1e-9, 1e9), st.floats(1.001, 1e6), st.integers(2, 30))
def test_log_as_numpy_spreads(first: float, factor: float, count: int) -> None:
    last = first * factor
    found = np.array([float(text) for text in spread_range(f"log:{first!r}:{last!r}:{count}", "optimizer.adamw.lr")])
    assert found[[0, -1]].tolist() == [first, last]
    growth = factor ** (1 / (count - 1)) - 1
    np.testing.assert_allclose(found, np.geomspace(first, last, count), rtol=growth / 99)
    assert len(set(found.tolist())) == count


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("log:1e-4:1e-2:3", "optimizer.adamw.lr", ["1e-4", "1e-3", "0.01"]),
        ("log:1e-2:1e-4:3", "optimizer.adamw.lr", ["0.01", "1e-3", "1e-4"]),
        ("lin:0:0.4:5", "x.y", ["0.0", "0.1", "0.2", "0.3", "0.4"]),
        ("lin:-0.2:0.2:5", "x.y", ["-0.2", "-0.1", "0.0", "0.1", "0.2"]),
        ("lin:0:4:5", "x.degrees", ["0", "1", "2", "3", "4"]),
        ("lin:1:4:3", "heads.a.weight", ["1.0", "2.5", "4.0"]),
        ("lin:10:30:4", "epochs", ["10", "17", "23", "30"]),
        ("lin:10.0:30.0:3", "epochs", ["10", "20", "30"]),
        ("log : 64 : 256 : 3", "image.size", ["64", "128", "256"]),
    ],
)
def test_sensible_digits_and_whole_numbers(text: str, key: str, values: list[str]) -> None:
    assert is_range(text)
    assert spread_range(text, key) == values


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("log:1e-4:1e-2", "a", "2 fields"),
        ("log:1:2:3:4", "a", "4 fields"),
        ("log:", "a", "1 fields"),
        ("log:0:1:5", "a", "above 0"),
        ("log:-1:1:5", "a", "above 0"),
        ("lin:a:1:5", "a", "'a' is not a number"),
        ("lin:0:true:5", "a", "'true' is not a number"),
        ("lin:0:.inf:5", "a", "not a number"),
        ("lin:0:1:1", "a", "from 2 to 100"),
        ("lin:0:1:1000000000", "a", "from 2 to 100"),
        ("lin:0:1:2.5", "a", "from 2 to 100"),
        ("lin:1:1:3", "a", "same number"),
        ("lin:1:3:5", "epochs", "5 different ones"),
    ],
)
def test_a_bad_range_is_one_clear_fault(text: str, key: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as caught:
        spread_range(text, key)
    assert caught.value.codes == ("IDEA_RANGE",)
    assert said in str(caught.value) and f"{key}=log:1e-4:1e-2:5" in str(caught.value)
    assert any("ぁ" <= letter <= "ん" for letter in caught.value.faults[0].text("ja"))


def test_texts_that_are_no_ranges() -> None:
    assert not any(is_range(text) for text in ("logistic", "1e-3", "'log:1:2:3'", "linear", "lin", "{log: 1}"))
