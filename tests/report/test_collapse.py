from __future__ import annotations

import numpy as np
from tests.results.runs import lay_run, make_folds, make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.report.collapse import format_collapse, make_notice, show_collapse
from tamesu.report.plots import measure
from tamesu.report.words import Words
from tamesu.results.collapse import Advice, judge_run


def collapse(folder) -> Advice:
    labels = ("<b>猫</b>", "犬", "鳥")
    train = make_train(TargetValues("class", labels, np.array([0] * 60 + [1] * 20 + [2] * 10)))
    run = lay_run(folder, train, make_folds(train, 3), lambda rows, _: np.tile([0.7, 0.2, 0.1], (len(rows), 1)))
    (advice,) = judge_run(run, train, [0])
    return advice


def test_on_the_page_names_stay_text_and_commands_can_be_copied(tmp_path) -> None:
    advice = collapse(tmp_path)
    shown = show_collapse([advice], Words("ja"))
    assert "多数派クラスへの崩壊" in shown and "次に試すこと" in shown
    assert "<b>猫" not in shown and "&lt;b&gt;猫" in shown
    assert "<code>tamesu try base sampler=balanced</code>" in shown
    notice = make_notice(advice, Words("en"))
    assert notice.level == "warning" and notice.text.startswith("collapse to the majority class: 100.0 %")
    assert show_collapse([], Words("en")) == ""


def test_in_a_terminal_commands_stand_whole_on_their_lines(tmp_path) -> None:
    advice = collapse(tmp_path)
    for language in ("en", "ja"):
        lines = format_collapse(advice, language).splitlines()
        assert "     tamesu try base 'heads.y.loss={cross_entropy: {class_weights: balanced}}'" in lines
        assert all(measure(line) <= 100 for line in lines)
        assert lines[0].startswith("y: ")
