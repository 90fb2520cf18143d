"""Messages about the queue of ideas and the ledger: words after `tamesu try`, and what is said to `tamesu ideas`."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    # Words
    "IDEA_UNKNOWN": Message(
        "ideas.yaml has no idea called {name!r}",
        "take one of: {known}; a change on the spot is written `key=value`",
        "ideas.yaml に {name!r} というアイデアはありません",
        "あるもの: {known}。その場の変更は `key=value` と書きます",
    ),
    "IDEA_EMPTY_VALUE": Message(
        "{text!r} has a comma too many: a value between commas is empty",
        "write one value between two commas, such as `{key}=1,2,3`",
        "{text!r} はコンマが余っていて、空の値があります",
        "`{key}=1,2,3` のように、コンマの間に値を一つずつ書いてください",
    ),
    "IDEA_RANGE": Message(
        "{text!r} is not a range: {problem}",
        "write scale, first, last and how many, such as `{key}=log:1e-4:1e-2:5` or `{key}=lin:0:0.4:5`",
        "{text!r} は範囲として読めません: {problem}",
        "目盛り・最初・最後・個数の順に書いてください（例: `{key}=log:1e-4:1e-2:5`、`{key}=lin:0:0.4:5`）",
    ),
    "IDEA_TOO_MANY": Message(
        "these words make {count} ideas",
        "write fewer values; {limit} at once is the limit",
        "この書き方ではアイデアが {count} 個になります",
        "値を減らしてください。一度に {limit} 個までです",
    ),
    # One change at a time
    "IDEA_TOO_MANY_KEYS": Message(
        "the idea {name!r} changes {count} keys at once ({keys}): a verdict could not say which of them did it",
        "split it into ideas of one change each; if they only make sense together, add `--coupled`",
        "アイデア {name!r} は {count} 個のキーを同時に変えます ({keys})。どれが効いたのか判定できません",
        "変更一つずつのアイデアに分けてください。一緒でないと意味がないなら `--coupled` を付けます",
    ),
    "IDEA_KEY_TWICE": Message(
        "with `--coupled` the changes are made together, yet {key!r} is set {count} times",
        "write its values with commas, `{key}=a,b`, to try each of them",
        "`--coupled` では変更を同時に行いますが、{key!r} が {count} 回指定されています",
        "それぞれを試すなら `{key}=a,b` とコンマで並べてください",
    ),
    "IDEA_CLASH": Message(
        "two different ideas are called {name!r}",
        "rename one of them",
        "中身の違う二つのアイデアが同じ名前 {name!r} です",
        "どちらかの名前を変えてください",
    ),
    "IDEA_GRID": Message(
        "a full grid of {sizes} = {count} combinations: a grid grows with every key, and most of it is never worth a look",
        "try single changes first, without `--coupled`: {single} ideas instead of {count}; then couple what was kept",
        "総当たり {sizes} = {count} 通りになります。キーを足すたびに膨らみ、大半は見る価値のない組み合わせです",
        "まず `--coupled` なしで一つずつ試せば {count} 個でなく {single} 個で済みます。採用したものだけ組み合わせてください",
    ),
    # The ledger by hand
    "IDEA_NO_REASON": Message(
        "nothing is said about {name!r}",
        'add the reason: `--why "..."`; it is all that is left of the idea later',
        "{name!r} について何も書かれていません",
        '理由を `--why "..."` で添えてください。後に残るのはそれだけです',
    ),
    "IDEA_NO_VERDICT": Message(
        "there is no verdict on {name!r} yet",
        "a note belongs to a verdict: try it first, or `tamesu ideas --drop` it; verdicts are on: {known}",
        "{name!r} の判定はまだありません",
        "メモは判定に付けるものです。先に試すか `tamesu ideas --drop` してください。判定のあるもの: {known}",
    ),
}

# What is wrong with a range.
RANGE_FIELDS = Phrase("it has {found} fields after the scale, not 3", "目盛りの後は 3 項目ですが {found} 項目あります")
RANGE_NUMBER = Phrase("{found} is not a number", "{found} は数ではありません")
RANGE_COUNT = Phrase(
    "how many is a whole number from 2 to {limit}, not {found}", "個数は 2 から {limit} までの整数です ({found} は不可)"
)
RANGE_EQUAL = Phrase("it begins and ends with the same number", "最初と最後が同じ数です")
RANGE_NOT_POSITIVE = Phrase("a log scale needs numbers above 0", "対数の目盛りには 0 より大きい数が必要です")
RANGE_NOT_WHOLE = Phrase(
    "{key} takes whole numbers, and there are not {count} different ones in it",
    "{key} は整数ですが、この範囲に異なる整数が {count} 個ありません",
)
