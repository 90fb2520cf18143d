"""Expectations as people write them, in two languages; what is not clear stays free text."""

from __future__ import annotations

import pytest

from tamesu.artifacts.expectations import begin_with, read_expectation


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *dict.fromkeys(("better", "Better.", "keep", "up", "up 0.01", "+", "＋", "+0.01", "↑"), "better").items(),
        *dict.fromkeys(("improves a little", "CV up", "should be better: more pixels", "score goes up"), "better").items(),
        *dict.fromkeys(
            ("上がる", "良くなる", "効く", "効くはず", "改善", "たぶん上がる", "CVが上がる", "効くかもしれない"), "better"
        ).items(),
        *dict.fromkeys(
            ("worse", "drop", "down", "-", "-0.002", "−0.1", "hurts: the ground is down", "down, less data"), "worse"
        ).items(),
        *dict.fromkeys(("下がる", "悪くなる", "悪化。地面は下だから", "精度が下がる", "逆効果"), "worse").items(),
        *dict.fromkeys(
            ("same", "none", "=", "no change", "the same", "No effect (flat)", "not better", "0", "±0"), "same"
        ).items(),
        *dict.fromkeys(
            ("効かない", "効かないはず", "変わらない", "変わらないと思う", "同じ", "効果なし", "スコアは変わらない"), "same"
        ).items(),
    ],
)
def test_clear_words(text: str, meaning: str) -> None:
    assert read_expectation(text) == meaning
    assert read_expectation(f"  {text} ") == meaning


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "0.91", "log loss 0.412 -> 0.405", "accuracy 0.91", "no idea", "upper body is seen", "dropout"),
        *("better or same", "up or down", "better if not too strong", "will not improve", "drop in loss", "-> 0.9", "- maybe"),
        *(
            "同じか少し上がる",
            "上がるとは思えない",
            "悪化しない",
            "下がらない",
            "害はない",
            "地面は下",
            "効くけど遅い",
            "いいえ",
        ),
    ],
)
def test_what_is_not_clear_is_free_text(text: str) -> None:
    assert read_expectation(text) is None


def test_the_longest_word_counts() -> None:
    assert begin_with("no improvement at all") == ("same", " at all")
    assert begin_with("改善しない") == ("same", "")
    assert begin_with("") is None
