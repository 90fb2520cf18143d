from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.report.columns import align, plain, wrap
from tamesu.report.plots import measure


def test_a_name_can_neither_move_the_cursor_nor_turn_the_line() -> None:
    assert plain("a\x1b[2Jb") == "a\ufffd[2Jb"
    assert plain("a\nb\tc\r") == "a b c"
    assert plain("\u202ecba\u2066\xad") == "cba"
    assert plain("\udc80") == "\ufffd"
    assert plain("") == "·"


@given(st.text(max_size=80), st.integers(3, 40))
def test_a_name_is_never_wider_than_asked(name: str, width: int) -> None:
    assert 1 <= measure(plain(name, width)) <= width
    assert plain(name, width).isprintable()


def test_columns_of_both_widths_stand_under_each_other() -> None:
    lines = align([["idea", "風景画", "x"], ["gain", "+1", "-22"]], left=[0])
    assert [measure(line) for line in lines] == [12, 12, 12]
    assert lines[1] == "風景画    +1"


@settings(max_examples=200)
@given(st.text(alphabet="ab 風景、。「x日 1%[],+.-", max_size=300), st.integers(12, 60))
def test_wrapped_lines_fit_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(measure(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_number_is_never_torn_from_its_per_cent_nor_an_interval_in_two() -> None:
    text = "the interval is [-0.0020, +0.0200], with (chance of a keep: 98.1 %), 確率 8.0 % でした。"
    for width in range(24, 90):
        lines = wrap(text, width)
        assert all(measure(line) <= width for line in lines)
        joined = "|".join(lines)
        assert "[-0.0020, +0.0200]," in joined and "98.1 %)," in joined and "8.0 %" in joined


def test_japanese_never_begins_a_line_with_a_full_stop() -> None:
    text = "改善幅は向きをそろえてあります。" * 12
    for width in range(20, 60):
        assert all(not line.strip().startswith(("。", "、")) for line in wrap(text, width))


@pytest.mark.parametrize("text", ["x" * 500, "あ" * 300, "word " * 90])
def test_words_without_a_blank_are_cut(text: str) -> None:
    assert max(map(measure, wrap(text))) <= 100
