from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.results.journals import guard, lay_journals, losses
from tests.results.runs import make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.report.heads import make_head_section
from tamesu.report.words import Words

TRAIN = make_train(TargetValues("value", (), np.arange(4.0)))
LAWS = [{"conservation": {"expression": "(size - g)**2"}}]


def tell(job: int, epoch: int) -> dict:
    terms = losses(epoch) | {"輪郭.pooling": 0.2, "conservation": 0.5}
    guards = {"size": guard(0.99, 0.1), "輪郭": guard(0.25, -0.3 - 0.01 * job)}
    return {"train_loss": terms, "guards": guards, "balance": dict.fromkeys(terms, 1.5)}


def test_each_term_has_its_line_and_each_head_its_panel(tmp_path: Path) -> None:
    section = make_head_section(lay_journals(tmp_path, tell, penalties=LAWS), TRAIN, Words("en"))
    assert section is not None and section.anchor == "heads"
    body = section.body
    for title in ("Gradient of size beside kind", "Loss of conservation", "Loss of 輪郭.pooling", "Factor of kind"):
        assert f'aria-label="{title}"' in body
    assert 'aria-label="Loss of size"' not in body
    # Three jobs at -0.30, -0.31, -0.32; weighted losses 0.3 times as large as the main one's.
    assert "-0.31 ± 0.01" in body and "0.990 ± 0.000" in body and "0.300 ± 0.000" in body and "1.500 ± 0.000" in body


def test_what_is_found_is_said_above_and_in_the_headline(tmp_path: Path) -> None:
    section = make_head_section(lay_journals(tmp_path, tell, penalties=LAWS), TRAIN, Words("ja"))
    assert section is not None
    assert [notice.level for notice in section.notices] == ["warning", "warning"]
    assert "圧倒しています" in section.notices[0].text and "足を引っ張っています" in section.notices[1].text
    assert "tamesu try base --sweep heads.size.weight" in section.body


def test_names_stay_text(tmp_path: Path) -> None:
    heads = {"kind": {"loss": "cross_entropy"}, "<b>size": {"target": "size", "loss": "mse"}}

    def hostile(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch, tuple(heads)), "guards": {"<b>size": guard(0.99)}}

    section = make_head_section(lay_journals(tmp_path, hostile, heads=heads), TRAIN, Words("en"))
    assert section is not None
    assert "<b>size" not in section.body and "&lt;b&gt;size" in section.body
    assert "<b>size" not in section.notices[0].text


def test_a_run_of_one_term_has_no_section_and_one_without_guards_says_so(tmp_path: Path) -> None:
    one = {"heads": {"kind": {"loss": "cross_entropy"}}}
    run = lay_journals(tmp_path / "one", lambda job, epoch: {"train_loss": {"kind": 1.0}}, **one)
    assert make_head_section(run, TRAIN, Words("en")) is None
    run = lay_journals(tmp_path / "old", lambda job, epoch: {"train_loss": losses(epoch)}, jobs=1)
    section = make_head_section(run, TRAIN, Words("en"))
    assert section is not None and "hold no gradients" in section.body and section.notices == ()
