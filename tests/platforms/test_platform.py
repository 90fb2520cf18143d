"""Every entry of PLATFORMS has the options of the protocol and speaks both languages."""

from __future__ import annotations

import pytest

from tamesu.platforms import PLATFORMS, Platform


@pytest.mark.parametrize("name", PLATFORMS)
def test_options(name: str) -> None:
    assert PLATFORMS.resolve(name, {}) == {"header": None, "answer": "auto", "positive": None, "threshold": 0.5}
    given = {"header": False, "answer": "ranked", "positive": "犬", "threshold": 0.3}
    platform: Platform = PLATFORMS.build(name, given)
    assert {key: getattr(platform, key) for key in given} == given
    wrong = {"header": "no", "answer": "labels", "threshold": 2.0, "url": "x"}
    codes = [fault.code for fault in PLATFORMS.check(name, wrong)]
    assert sorted(codes) == ["CONFIG_RANGE", "CONFIG_TYPE", "CONFIG_TYPE", "CONFIG_UNKNOWN_OPTION"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_both_languages(name: str) -> None:
    words = PLATFORMS.build(name, {}).hand_in("a.csv", "slug")
    assert "a.csv" in words.en
    assert "a.csv" in words.ja
    assert words.en != words.ja
