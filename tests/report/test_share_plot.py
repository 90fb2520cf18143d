from __future__ import annotations

import re

import numpy as np

from tamesu.report.share_plot import plot_shares


def count_bars(svg: str, variable: str) -> int:
    return len(re.findall(rf"fill: var\(--{variable}\)", svg))


def test_two_bars_for_each_class_in_the_pages_colours() -> None:
    svg = plot_shares(["風景", "cat"], np.array([0.9, 0.1]), np.array([1.0, 0.0]), "share", "t-shares", "Shares")
    assert 'aria-label="Shares"' in svg and "#0" not in svg
    assert count_bars(svg, "train") == 2


def test_a_class_alone_and_no_share_at_all_are_drawn() -> None:
    assert "<svg" in plot_shares(["x" * 60], np.zeros(1), np.zeros(1), "share", "a", "Shares")
