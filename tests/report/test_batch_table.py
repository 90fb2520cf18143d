from __future__ import annotations

from tamesu.report.batch_table import format_trials, pad
from tamesu.report.plots import measure
from tamesu.results.batch_sizes import Trial

GIB = 2**30
TRIALS = [Trial(8, 41.04, GIB, True), Trial(16, None, None, True), Trial(32, None, 4 * GIB, False)]


def test_each_size_is_a_line_with_its_word() -> None:
    lines = format_trials(TRIALS, 2 * GIB, 0.1, "en").splitlines()
    assert [line.split()[0] for line in lines] == ["batch", "8", "16", "32"]
    assert lines[1].split() == ["8", "41.0", "1.00", "GiB", "fits"]
    assert lines[2].split() == ["16", "-", "-", "fits"]
    assert lines[3].endswith("out of memory")


def test_japanese_columns_stand_under_each_other() -> None:
    lines = format_trials(TRIALS, 2 * GIB, 0.1, "ja").splitlines()
    assert [measure(line.split("入る")[0].split("メモリ不足")[0].rstrip()) for line in lines[1:2]] == [measure(lines[0])]
    assert "枚/秒" in lines[0]


def test_within_the_margin_is_told() -> None:
    assert "without the margin" in format_trials([Trial(8, 1.0, 95, True)], 100, 0.1, "en")
    assert "without the margin" not in format_trials([Trial(8, 1.0, 95, True)], None, 0.1, "en")


def test_pad_counts_wide_letters_twice() -> None:
    assert measure(pad("枚", 6)) == 6
