from __future__ import annotations

import itertools
import math
import re

import pytest

from tamesu.artifacts.verdict import Bootstrap
from tamesu.report.plots import measure
from tamesu.report.verdict_table import RaceRow, format_race, format_verdict_line, format_verdicts

NASTY = ("あ" * 60, "x" * 200, "a b", "\x1b[31mred\n<b>", "\u202eback", "ｗｉｄｅ", "🐈" * 40)


def rows_of(text: str) -> list[str]:
    """The lines of the table that follow its header."""
    lines = text.split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith("idea "))
    return lines[start + 1 :]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_fits_100_columns_whatever_the_names_and_gains(make_verdict, language) -> None:
    sizes = (1e-6, 0.01, 3.0, 45_000.0, 1e6)
    verdicts = []
    for name, size, (word, because) in itertools.product(
        NASTY, sizes, [("keep", "decided"), ("undecided", "plan"), ("drop", "hopeless"), ("same", "budget")]
    ):
        other = Bootstrap(low=-size, high=-size / 2, better=0.01, draws=500, units=600)
        gains = [size, -2 * size, 1.5 * size]
        verdicts.append(
            make_verdict(
                name,
                gains,
                word=word,
                because=because,
                changes={f"heads.{name}": 1},
                bootstrap=other,
                more_pairs=123_456,
                chance=0.0123,
                twin=name,
                failed=[name] * 4,
                seconds=1e9,
                baseline_run=f"{name}-1",
                recipe=name,
                noise=size * 3,
            )
        )
    for chosen in ([one] for one in verdicts):
        assert max(map(measure, format_verdicts(chosen, language, false_keeps=0.1).split("\n"))) <= 100
        assert measure(format_verdict_line(chosen[0], language)) <= 100
        assert "\n" not in format_verdict_line(chosen[0], language)
    text = format_verdicts(verdicts, language, false_keeps=1234.5)
    assert max(map(measure, text.split("\n"))) <= 100
    assert "\x1b" not in text and "\u202e" not in text and "nan" not in text


def test_every_verdict_has_its_line_with_its_figures(ledger) -> None:
    text = format_verdicts(ledger, false_keeps=0.2)
    lines = text.split("\n")
    for verdict in ledger:
        (line,) = [one for one in lines if one.startswith(f"{verdict.idea} ") and one.endswith(verdict.word)]
        cells = re.split(r"\s{2,}", line)
        assert cells[2].split()[0] == str(len(verdict.pairs))
        if verdict.pairs and verdict.better + verdict.same + verdict.worse:
            assert float(cells[3].rstrip("*")) == pytest.approx(verdict.gain, abs=5e-5)
            low, high = (float(end) for end in cells[4].strip("[]").split(","))
            assert (low, high) == (pytest.approx(verdict.low, abs=5e-5), pytest.approx(verdict.high, abs=5e-5))
            assert cells[5] == f"{100 * verdict.better:.1f} %"
        else:
            assert cells[3:6] == ["–"] * 3
    assert lines[-1] == "Of 3 kept by their pairs, expected to be false: at most 0.2."
    assert "2 keys" in text and "×2.80" in text and "heads.theme.loss" in text


def test_the_order_is_that_of_what_to_look_at(ledger) -> None:
    words = [line.split()[-1] for line in rows_of(format_verdicts(ledger[:8]))[:8]]
    assert words == ["keep"] * 3 + ["undecided"] + ["same"] * 2 + ["drop"] * 2


def test_a_gain_below_the_seed_noise_is_marked_and_explained(make_verdict) -> None:
    text = format_verdicts([make_verdict("small", (0.002, 0.004)), make_verdict("large", (0.02, 0.04))])
    small, large = (next(line for line in text.split("\n") if line.startswith(name)) for name in ("small", "large"))
    assert "+0.0030*" in small and "*" not in large
    assert "* smaller than the seed noise: small." in text


def test_two_metrics_are_two_tables_each_with_its_direction(ledger) -> None:
    text = format_verdicts(ledger)
    assert text.count("larger is better") == text.count("smaller is better") == 1
    assert sum(line.startswith("idea ") for line in text.split("\n")) == 2


def test_recipes_are_named_when_there_are_several(make_verdict) -> None:
    text = format_verdicts([make_verdict("a"), make_verdict("a", recipe="big")])
    assert "a (base)" in text and "a (big)" in text


def test_many_sentences_are_cut_and_it_is_said(make_verdict) -> None:
    text = format_verdicts([make_verdict(f"i{n}", word="undecided", because="plan", more_pairs=9) for n in range(40)])
    assert text.count("more pairs would decide") == 24 and text.endswith("... 16 more")


def test_nothing_yet() -> None:
    assert format_verdicts([]) == "No verdict yet."
    assert format_verdicts([], "ja") == "判定はまだありません。"


def test_both_languages_have_the_same_numbers(ledger) -> None:
    english, japanese = (format_verdicts(ledger, language, false_keeps=0.2) for language in ("en", "ja"))

    def numbers(text: str) -> list[str]:
        return sorted(re.findall(r"[-+]\d\.\d+", text))

    assert numbers(english) == numbers(japanese) and len(numbers(english)) > 20
    assert [format_verdict_line(one, "ja").count("採用") for one in ledger[:1]] == [1]


def test_one_line_says_the_word_the_gain_and_what_it_rests_on(ledger) -> None:
    assert format_verdict_line(ledger[0]) == ("smoothing: keep, gain +0.0190 [+0.0057, +0.0323], better 97.0 %, pairs 5, ×1.20")
    assert format_verdict_line(ledger[6]) == "手作業: keep, pairs 0"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", [1e-6, 0.01, 1e6])
def test_the_live_table_fits_and_shows_every_state(language, size: float) -> None:
    states = ["waiting", "running", "going_on", "stopped", "failed", "keep", "drop", "same", "undecided"]
    rows = [RaceRow(name, 12_345, 99_999, size, -size, 2 * size, 0.5, 0.25, state) for name in NASTY for state in states]
    rows += [RaceRow("nothing", 0, 35), RaceRow("odd", 1, 35, math.nan, math.nan, math.inf, math.nan, None, "running")]
    lines = format_race(rows, language).split("\n")
    assert len(lines) == 1 + len(rows)
    assert max(map(measure, lines)) <= 100
    assert "nan" not in "".join(lines) and "inf" not in "".join(lines)
    assert len({line.split()[-1] for line in lines[1:]}) == len(states)


def test_the_live_table_keeps_the_order_given() -> None:
    rows = [RaceRow("b", 2, 10, 0.1, 0.0, 0.2, 0.9, 0.5, "running"), RaceRow("a", 0, 10)]
    lines = format_race(rows).split("\n")
    assert [line.split()[0] for line in lines] == ["idea", "b", "a"]
    assert lines[1].split() == ["b", "2/10", "+0.1000", "[0.0000,", "+0.2000]", "90.0", "%", "50.0", "%", "running"]
    assert format_race([]).split()[0] == "idea"
