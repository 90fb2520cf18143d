"""What is said about laws between outputs: formulas, and the fields they name."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message, Phrase

MESSAGES: Mapping[str, Message] = {
    "FORMULA_SYNTAX": Message(
        "`{expression}` is not a formula: it cannot be read from character {position} on",
        "write it as in `(inflow - outflow - storage)**2`: close every parenthesis, and put * between factors; "
        "a name of a column must be letters, digits and _, and begin with a letter",
        "`{expression}` は {position} 文字目から式として読めません",
        "`(inflow - outflow - storage)**2` のように書いてください。括弧を閉じ、積には * を入れます。"
        "列名に使えるのは文字・数字・_ で、先頭は文字です",
    ),
    "FORMULA_FORBIDDEN": Message(
        "`{found}` at character {position} may not stand in a formula",
        "use only numbers, names of outputs and numeric columns, `name[0]` for the first value of an output with several, "
        "+ - * / **, parentheses and {functions}",
        "式の {position} 文字目の `{found}` は使えません",
        "使えるのは、数、出力と数値列の名前、値が複数ある出力の最初の値 `name[0]`、+ - * / **、括弧、{functions} だけです",
    ),
    "FORMULA_ARGUMENTS": Message(
        "`{found}` at character {position}: {function} takes {wanted}",
        "mend the call",
        "{position} 文字目の `{found}`: {function} の引数は{wanted}です",
        "呼び出しを直してください",
    ),
    "FORMULA_LIMIT": Message(
        "{measure} is {found}, and may be {limit} at most",
        "write a shorter formula, or two laws",
        "{measure}が {found} です（上限 {limit}）",
        "式を短くするか、二つの法則に分けてください",
    ),
    "FORMULA_EXPONENT": Message(
        "the exponent `{found}` at character {position} is not a number from -{limit} to {limit}",
        "write a plain number, such as `**2` or `**0.5`; for a power that changes, `exp(b * log(a))`",
        "{position} 文字目の指数 `{found}` は -{limit} から {limit} までの数ではありません",
        "`**2` や `**0.5` のように数を書いてください。変わる指数なら `exp(b * log(a))` とします",
    ),
    "FORMULA_BELOW_ZERO": Message(
        "`{expression}` can be below 0, and training would drive it down without end",
        "make it 0 where the law holds and larger where it is broken: square it, as in `(a - b)**2`, or use abs( ) or relu( )",
        "`{expression}` は負になり得るので、学習が際限なく小さくしてしまいます",
        "成り立つとき 0、破れるほど大きくなるように、`(a - b)**2` のように 2 乗するか、abs( ) や relu( ) を使ってください",
    ),
    "FORMULA_FIELD": Message(
        "{name!r} is neither an output of the network nor a numeric column; outputs: {outputs}; columns: {columns}",
        "write one of them, or add a head of that name",
        "{name!r} という出力も数値列もありません。出力: {outputs}、数値列: {columns}",
        "このうちのどれかを書くか、その名前のヘッドを加えてください",
    ),
    "FORMULA_NO_OUTPUT": Message(
        "{names}: no output of the network, so there is nothing to learn from it; outputs: {outputs}",
        "name at least one output of a head",
        "{names} はネットワークの出力ではないので、学べることがありません。出力: {outputs}",
        "少なくとも一つ、ヘッドの出力を書いてください",
    ),
    "LAW_INDEX": Message(
        "`{name}[{index}]` is not there: {name} has {count} values, counted from 0",
        "write an index from 0 to {last}",
        "`{name}[{index}]` はありません（{name} の値は {count} 個で、0 から数えます）",
        "0 から {last} までの番号を書いてください",
    ),
    "LAW_SEVERAL": Message(
        "{name} has {count} values, and the formula does not say which",
        "write `{name}[0]` for the first, `{name}[1]` for the second",
        "{name} には値が {count} 個あり、式ではどれか分かりません",
        "1 番目なら `{name}[0]`、2 番目なら `{name}[1]` と書いてください",
    ),
    "LAW_MAP": Message(
        "{name} is not a map, and this law is about maps; maps: {maps}",
        "name the head of a target of kind map or mask",
        "{name} はマップではありません（この法則はマップに対するものです）。マップ: {maps}",
        "kind が map か mask の目標のヘッドを書いてください",
    ),
}

LENGTH = Phrase("the number of characters", "文字数")
DEPTH = Phrase("the depth of nesting", "入れ子の深さ")
NUMBER = Phrase("the size of a number", "数の大きさ")
ONE_ARGUMENT = Phrase("one value", " 1 個")
TWO_ARGUMENTS = Phrase("two values or more", " 2 個以上")
