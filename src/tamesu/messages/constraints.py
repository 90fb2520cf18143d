"""Messages about constraints: output layers that cannot break a rule."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "CONSTRAINT_WIDTH": Message(
        "constraint {name!r} as written is for a target of this many columns: {wanted}; the target has {found}",
        "list the columns it is for in the target's `columns`, change its options, or take another constraint",
        "制約 {name!r} をこのように書くと、目的変数の列数は {wanted} でなければなりませんが、{found} 列あります",
        "目的変数の `columns` をこの制約に合う列にするか、オプションを変えるか、別の制約を選んでください",
    ),
    "CONSTRAINT_BOUNDS": Message(
        "`low` must be below `high`, and in column {column} they are {low} and {high}",
        "write the smaller number under `low`",
        "`low` は `high` より小さくなければなりませんが、{column} 列目では {low} と {high} です",
        "小さい方の数を `low` に書いてください",
    ),
    "CONSTRAINT_MATRIX": Message(
        "the rows of `matrix` do not have the same number of entries: {found}",
        "write one row per column of the target, and in each row one number per free variable",
        "`matrix` の行の長さが揃っていません: {found}",
        "目的変数の列ごとに一行、各行に自由な変数ごとの数を一つずつ書いてください",
    ),
}
