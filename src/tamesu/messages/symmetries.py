"""What a flip or turn does to labels: what is asked, what may be declared, and what is wrong with a declaration."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES = {
    "SYMMETRY_FORBIDDEN": Message(
        "{augmentation!r} uses {symmetry!r}, which competition.yaml forbids",
        "take it out of the recipe, or write `symmetries: {{{symmetry}: allowed}}`, or try it as it is with --force",
        "{augmentation!r} は {symmetry!r} を使いますが、competition.yaml で禁じられています",
        "レシピから外すか、`symmetries: {{{symmetry}: allowed}}` と書くか、--force でそのまま試してください",
    ),
    "SYMMETRY_UNDECLARED": Message(
        "{augmentation!r} mirrors or turns the image, and {word!r} {reason}",
        "write in competition.yaml {proposal}; or try it as it is with --force",
        "{augmentation!r} は画像を反転・回転しますが、{word!r} は{reason}",
        "competition.yaml に {proposal} と書くか、--force でそのまま試してください",
    ),
    "SYMMETRY_GROUND": Message(
        "{augmentation!r} turns images over, and in photos the ground is always below",
        "try it both ways; to settle it write in competition.yaml `symmetries: {{{symmetry}: allowed}}`, or `forbidden`",
        "{augmentation!r} は画像の天地を変えますが、写真では地面はいつも下にあります",
        "ありとなしの両方を試し、決まったら competition.yaml に `symmetries: {{{symmetry}: allowed}}` か `forbidden` を"
        "書いてください",
    ),
    "SYMMETRY_NO_HEAD": Message(
        "in the view of {augmentation!r}, {target!r} stands where {partner!r} stood, and no head predicts {partner!r}",
        "add `heads: {{{partner}: {{loss: ...}}}}`, or take {augmentation!r} out of `tta`",
        "{augmentation!r} のビューでは {target!r} が {partner!r} の位置に来ますが、{partner!r} を予測するヘッドがありません",
        "`heads: {{{partner}: {{loss: ...}}}}` を足すか、{augmentation!r} を `tta` から外してください",
    ),
    "SYMMETRY_FORCED": Message(
        "{augmentation!r} is used with --force though {symmetry!r} is {standing}; labels stay as they are",
        "see what the scores say, then declare it in competition.yaml",
        "{symmetry!r} は{standing}が、--force により {augmentation!r} を使います。ラベルは変えません",
        "スコアを見てから competition.yaml に宣言してください",
    ),
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
        "the guide's section Symmetries says what each word is for",
        "{name} に `{verb}` は使えません: {problem}",
        "それぞれの語の使い方は docs/guide.md の Symmetries の節にあります",
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

REASONS = {
    "sides": Phrase("seems to tell left from right", "左右の区別を表しているようです"),
    "heights": Phrase("seems to tell up from down", "上下の区別を表しているようです"),
    "signs": Phrase(
        "seems to be digits or letters: a 6 turned over is a 9, a b mirrored is a d",
        "文字や数字のようです（6 を回すと 9、b の鏡像は d になります）",
    ),
    "direction": Phrase("seems to be an angle or a direction", "角度や方向のようです"),
}
FORBIDDEN = Phrase("forbidden", "禁じられています")
UNDECLARED = Phrase("not declared", "宣言されていません")


def say_proposal(symmetry: str, written: str | None, value: str | None) -> Phrase:
    """The lines that may be written about a symmetry.

    Args:
        symmetry: its name.
        written: how labels move, as YAML, where the names leave no doubt.
        value: the value target that seems to be an angle; None when it is something else.

    Examples:
        >>> print(say_proposal("rotate", None, None))
        `symmetries: {rotate: forbidden}` if a label can become false, or `symmetries: {rotate: allowed}` if none can
    """
    forbidden, allowed = (f"`symmetries: {{{symmetry}: {word}}}`" for word in ("forbidden", "allowed"))
    if written is not None:
        moved = f"`symmetries: {{{symmetry}: {written}}}`"
        return Phrase(
            f"{moved} if labels move so, {allowed} if every label stays true, or {forbidden}",
            f"ラベルが入れ替わるなら {moved}、変わらないなら {allowed}、使わせないなら {forbidden}",
        )
    if value is not None:
        negate = [] if symmetry == "rotate" else [(f"{{negate: [{value}]}}", "its sign turns", "符号が変わる")]
        ways = [
            *negate,
            (f"{{angle: [{value}]}}", "it is in degrees counter-clockwise from the right", "右から反時計回りの度数"),
            (f"{{compass: [{value}]}}", "it is in degrees clockwise from the top", "上から時計回りの度数"),
        ]
        english = ", ".join(f"`symmetries: {{{symmetry}: {way}}}` if {when}" for way, when, _ in ways)
        japanese = "、".join(f"{when}なら `symmetries: {{{symmetry}: {way}}}`" for way, _, when in ways)
        return Phrase(
            f"{english}, {allowed} if it stays, or {forbidden}",
            f"{japanese}、変わらないなら {allowed}、使わせないなら {forbidden}",
        )
    return Phrase(
        f"{forbidden} if a label can become false, or {allowed} if none can",
        f"ラベルが誤りになりうるなら {forbidden}、ならないなら {allowed}",
    )
