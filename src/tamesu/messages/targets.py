"""What is said about targets of the kinds that have rules of their own, and about targets made from others."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message

MESSAGES: Mapping[str, Message] = {
    "ORDINAL_ORDER": Message(
        "the labels of {target} are no numbers, so nothing says in which order they stand: {labels}",
        "write `labels: [...]` from the lowest to the highest",
        "{target} のラベルは数ではないため、順序が分かりません: {labels}",
        "`labels: [...]` に低い方から順に書いてください",
    ),
    "SOFT_SUM": Message(
        "in {count} rows the shares of {target} do not add to 1 (within {tolerance}), or are below 0 "
        "(lines {lines}; sums {examples})",
        "divide each row by its sum; where several labels may hold at once, take kind multilabel",
        "{count} 行で {target} の割合の合計が 1 (誤差 {tolerance} 以内) にならないか、負の値があります"
        "({lines} 行目、合計 {examples})",
        "各行を合計で割ってください。複数のラベルが同時に成り立つなら multilabel 型にしてください",
    ),
    "DERIVE_UNKNOWN": Message(
        "{target} is derived from {of}, which is no target written above it; there are: {known}",
        "mend the name in `derive`, or move the other target up",
        "{target} の元になる {of} が、それより上に書かれたターゲットにありません。あるもの: {known}",
        "`derive` の名前を直すか、元のターゲットを上に移してください",
    ),
    "DERIVE_KIND": Message(
        "{derivation} makes kind {makes} from kind {needs}; {target} is of kind {kind}, {of} of kind {found}",
        "change `kind`, or derive it otherwise",
        "{derivation} は {needs} 型から {makes} 型を作ります。{target} は {kind} 型、{of} は {found} 型です",
        "`kind` を変えるか、別の作り方にしてください",
    ),
    "DERIVE_LABELS": Message(
        "{target} is made of labels that {of} does not list: {missing}; it lists: {known}",
        "mend the names in `derive`, or write `labels` and `values` of {of}",
        "{target} の元になるラベルが {of} に書かれていません: {missing}、あるもの: {known}",
        "`derive` の名前を直すか、{of} に `labels` と `values` を書いてください",
    ),
    "DERIVE_COLUMN": Message(
        "{target} is made of one column, and {of} has no column {column}; it has: {known}",
        "write `column` in `derive`: one of those of {of}; leave it out where {of} has a single value",
        "{target} は 1 つの列から作りますが、{of} に列 {column} がありません。ある列: {known}",
        "`derive` の `column` に {of} の列を書いてください。値が 1 つだけなら不要です",
    ),
    "DERIVE_ORDER": Message(
        "{count} rows have no number in the order column {order} of {target}: {examples} (lines {lines})",
        "mend them, or leave the cell empty where the place is not known",
        "{count} 行で {target} の順序の列 {order} が数ではありません: {examples}({lines} 行目)",
        "直すか、位置が不明なら空にしてください",
    ),
    "ATTRIBUTES_TWICE": Message(
        "{count} classes have more than one row in {table}: {classes}",
        "keep one row for each class; labels that differ between images of a class are columns of the train table",
        "{count} 個のクラスが {table} に 2 行以上あります: {classes}",
        "クラスごとに 1 行にしてください。画像ごとに違うラベルは train の表の列にします",
    ),
    "ATTRIBUTES_MISSING": Message(
        "{count} classes have no row in {table}: {missing}; it has: {known}",
        "add a row for each class; leave its cells empty where nothing is known",
        "{count} 個のクラスが {table} にありません: {missing}、あるもの: {known}",
        "クラスごとに 1 行を加えてください。不明な項目は空にしてください",
    ),
    "CONFIG_MAIN_KIND": Message(
        "{target} lies in the picture (kind {kind}) and can only help another target",
        "name a target with a label or a number per image as `main`, and keep this one with `known_in: train`",
        "{target} は画像の中の位置を表す ({kind} 型) ため、補助にしか使えません",
        "`main` には画像ごとにラベルか数値を持つターゲットを書き、これは `known_in: train` にしてください",
    ),
}
