"""What a user expects of an idea, read out of free text: better, worse, the same, or nothing that can be told.

Only the beginning counts, and only a clear one: where a word is denied, another follows, or a loss is what goes down, nothing
is read, so that no verdict is called surprising by mistake. `-0.01` is a gain below 0: worse, whatever the metric.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Expectation = Literal["better", "worse", "same"]

WORDS: dict[Expectation, str] = {
    "better": (
        "better, keep, up, improve, improves, improved, improvement, an improvement, gain, gains, a gain, help, helps, works, "
        "positive, 上がる, 上がり, あがる, 上昇, 向上, 改善, 良くなる, よくなる, 良くなり, 良い, 効く, 効き, きく, 効果あり, "
        "効果がある, 効果的, 有効, 伸びる, 伸び, プラス, 採用"
    ),
    "worse": (
        "worse, drop, drops, a drop, down, hurt, hurts, harm, harms, negative, degrades, 下がる, 下がり, さがる, 下降, 低下, "
        "悪くなる, わるくなる, 悪くなり, 悪化, 悪い, 落ちる, 逆効果, 有害, 害, マイナス, 不採用, 却下"
    ),
    "same": (
        "same, the same, none, nothing, no change, no effect, no difference, no gain, no improvement, does not help, "
        "doesn't help, does nothing, unchanged, equal, neutral, no better, not better, 同じ, おなじ, 同等, 同程度, 変わらない, "
        "変わらず, かわらない, 変化なし, 変化がない, 変化しない, 横ばい, 効かない, きかない, 効果なし, 効果がない, 効果はない, "
        "無効, 差なし, 差がない, 差はない, 上がらない, 改善しない, 向上しない, 改善なし, 良くならない, 伸びない"
    ),
}
# Alone, or before a number: `+0.01`, `- 0.2`. An arrow before a number is a figure to be reached, not a direction.
SIGNS: dict[Expectation, str] = {"better": "+↑", "worse": "-−↓", "same": "=±≈~"}
ALONE: dict[Expectation, str] = {"better": "上", "worse": "下", "same": "0"}
SIGNED = re.compile(r"([-+−=±≈~↑↓])+\s*([0-9.,]+\s*%?.*)?")

SENTENCE_END = re.compile(r"[,.;:!?、。，．；：！？()（）\n]")
DENIED = re.compile(r"\b(?:not|never|hardly)\b|n't\b|ない|なさそう|ません|ぬ$")
# These hold ない and deny nothing.
MAYBE = re.compile(r"かもしれない|かもしれません|に違いない|にちがいない|間違いない|間違いなく")
# What goes down and is better for it.
LOSSES = re.compile(r"\b(?:loss|error|rmse|mae|rmsle)\b|損失|誤差|ロス")
# Words before the one that counts: what is scored, and how sure the user is.
LEAD = re.compile(
    r"(?:(?:the|cv|lb|score|scores|accuracy|will|should|be|is|are|go|goes|get|gets|probably|perhaps|maybe|slightly|somewhat"
    r"|clearly|a little|a bit|much)\b\s*|(?:cv|lb|スコア|精度|性能)\s*[がはも]?\s*"
    r"|たぶん|多分|きっと|おそらく|恐らく|少し|すこし|やや|かなり|大きく|わずかに)+"
)
OTHERWISE = re.compile(r"\bor\b|\bbut\b|/|または|もしくは|あるいは|が$|けど|しかし|か(?!も)")


def read_expectation(text: str) -> Expectation | None:
    """What a text expects of an idea's gain; None where it does not say, or not clearly.

    Args:
        text: `expected:` of an idea.

    Examples:
        >>> [read_expectation(text) for text in ("better: more pixels", "-0.01", "効かない", "log loss 0.41", "same or better")]
        ['better', 'worse', 'same', None, None]
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for meaning, signs in SIGNS.items():
        if plain[:1] and plain[0] in signs and SIGNED.fullmatch(plain):
            return meaning
    for meaning, word in ALONE.items():
        if plain == word:
            return meaning
    clause = MAYBE.sub("", SENTENCE_END.split(plain)[0]).strip()
    found = begin_with(clause) or begin_with(LEAD.sub("", clause, count=1) if LEAD.match(clause) else "")
    if found is None:
        return None
    meaning, rest = found
    unclear = DENIED.search(rest) or OTHERWISE.search(rest) or LOSSES.search(clause)
    return None if unclear else meaning


def begin_with(clause: str) -> tuple[Expectation, str] | None:
    """The longest known word that a clause begins with: its meaning and the rest of the clause.

    Examples:
        >>> begin_with("no change at all"), begin_with("upper body"), begin_with("効果なしと予想")
        (('same', ' at all'), None, ('same', 'と予想'))
    """
    best = ""
    meant: Expectation | None = None
    for meaning, words in WORDS.items():
        for word in words.split(", "):
            rest = clause[len(word) :]
            # A Latin word must end where it ends: "up" is not the beginning of "upper".
            ends = not word.isascii() or not rest[:1].isalnum()
            if clause.startswith(word) and ends and len(word) > len(best):
                best, meant = word, meaning
    return None if meant is None else (meant, clause[len(best) :])
