"""The words for ways of copying, in both languages."""

from __future__ import annotations

import pytest

from tamesu.messages.audit_copies import WAYS, tell_ways


def test_only_what_there_is_gets_a_word() -> None:
    words = tell_ways(3, 0, {}, 1.0)
    assert words.en == "3 of equal files" and words.ja == "同じファイル 3 組"
    words = tell_ways(0, 2, {"mirrored": 2, "cut": 0}, 0.9)
    assert words.en == "2 pairs of altered ones: 2 mirrored; about 90% of the pairs are right"
    assert words.ja == "加工された 2 ペア: 左右反転 2。ペアのおよそ 90% が正しい組"


@pytest.mark.parametrize("precision", [0.995, 1.0])
def test_certainty_is_never_claimed(precision: float) -> None:
    words = tell_ways(0, 1, {"saved": 1}, precision)
    assert "more than 99%" in words.en and " 99% 以上が" in words.ja and "100%" not in words.en + words.ja


def test_every_way_is_told() -> None:
    words = tell_ways(0, 9, dict.fromkeys(WAYS, 7), 0.9)
    assert words.en.count("7 ") == words.ja.count(" 7") == len(WAYS)
