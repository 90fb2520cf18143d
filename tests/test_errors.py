from __future__ import annotations

import pytest

from tamesu.errors import Fault, InputError, QuestionError, Where, nearest, raise_faults

REFUSED = Fault("CONFIG_EMPTY", "refuse", Where("a.yaml"))
ASKED = Fault("CONFIG_EMPTY", "ask", Where("b.yaml"))
NOTED = Fault("CONFIG_EMPTY", "note", Where("c.yaml"))


def test_place_is_file_line_key() -> None:
    assert str(Where("a.yaml", 3, "x.y")) == "a.yaml:3 x.y"
    assert str(Where(key="epochs")) == "epochs"
    assert str(Where(line=4)) == "line 4"
    assert str(Where()) == ""


def test_text_names_place_code_nearest_and_what_to_do_in_both_languages() -> None:
    fault = Fault(
        "CONFIG_UNKNOWN_PART", "refuse", Where("r.yaml", 2, "k"), {"kind": "loss", "name": "x", "known": "bce"}, "bce"
    )
    english, japanese = fault.text("en"), fault.text("ja")
    assert english.startswith("r.yaml:2 k: there is no loss called 'x' (did you mean 'bce'?) [CONFIG_UNKNOWN_PART]; ")
    assert "ありません" in japanese
    assert "[CONFIG_UNKNOWN_PART]" in japanese


def test_refuse_stops_and_carries_every_fault() -> None:
    with pytest.raises(InputError) as caught:
        raise_faults([NOTED, REFUSED, ASKED, REFUSED])
    assert [fault.outcome for fault in caught.value.faults] == ["refuse", "refuse", "ask"]
    assert isinstance(caught.value, ValueError)
    assert caught.value.exit_code == 2


def test_a_question_stops_until_it_is_answered() -> None:
    with pytest.raises(QuestionError):
        raise_faults([NOTED, ASKED])
    assert raise_faults([NOTED, ASKED], ["CONFIG_EMPTY"]) == [NOTED, ASKED]


def test_nearest_is_none_when_nothing_is_near() -> None:
    assert nearest("acuracy", ["accuracy", "rmse"]) == "accuracy"
    assert nearest("zzz", ["accuracy"]) is None
