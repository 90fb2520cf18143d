"""What is wrong with `symmetries:` in competition.yaml."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES = {
    "SYMMETRY_UNKNOWN_NAME": Message(
        "`{verb}` names {name!r}, and no target has anything of this name",
        "the names are: {known}",
        "`{verb}` に {name!r} とありますが、そのような名前はどのターゲットにもありません",
        "使える名前: {known}",
    ),
    "SYMMETRY_NAME_TWICE": Message(
        "{name!r} is moved twice: by `{first}`, and again by `{verb}`",
        "let each name stand in one place, once",
        "{name!r} が二度動かされています: `{first}` と `{verb}`",
        "それぞれの名前は一か所に一度だけ書いてください",
    ),
    "SYMMETRY_KIND": Message(
        "`{verb}` cannot be said of {name}: {problem}",
        "see `tamesu.artifacts.symmetry` or the guide, section Symmetries, for what each word is for",
        "{name} に `{verb}` は使えません: {problem}",
        "それぞれの語の使い方はガイドの Symmetries の節にあります",
    ),
    "SYMMETRY_CYCLE": Message(
        "the cycle {names} cannot be followed: {problem}",
        "write, under `rotate90`, the four names in the order in which quarter turns counter-clockwise take them on",
        "cycle {names} は使えません: {problem}",
        "`rotate90` の下に、反時計回りの 90° 回転で移る順に 4 つの名前を書いてください",
    ),
}

NOT_A_VALUE = Phrase("only a value target can", "value 型のターゲットにだけ使えます")
WHOLE_TARGET = Phrase(
    "it is a whole target; name its classes, labels or points instead",
    "ターゲット全体の名前です。クラス・ラベル・点の名前を書いてください",
)
TWO_TARGETS = Phrase("no single target has all of these names", "すべてを含むターゲットがありません")
LABEL_AND_VALUE = Phrase("one is a label and the other a value target", "一方はラベル、他方は value 型のターゲットです")
NO_QUARTER_SWAP = Phrase(
    "four quarter turns lead back, so a turn takes labels along a `cycle` (of two, if that is all)",
    "回転ではラベルは `cycle` に沿って移ります（2 つの `cycle` も書けます）",
)
ANY_ANGLE = Phrase(
    "a turn by any angle can only turn an `angle` or a `compass` direction",
    "任意角の回転で動かせるのは `angle` と `compass` だけです",
)
NOT_A_TURN = Phrase("this symmetry does nothing to directions", "この対称性は方向を変えません")
ONLY_QUARTER_TURNS = Phrase("only `rotate90` turns by quarter turns", "90° ずつ回るのは `rotate90` だけです")
CYCLE_LENGTH = Phrase("it has neither two nor four names", "名前が 2 つでも 4 つでもありません")
