"""Messages about folds and how they are scored."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "FOLD_KIND": Message(
        "splitter {name!r} cannot split a target of kind {kind}; it is for: {kinds}",
        "take `multilabel_stratified_kfold` for multilabel, `stratified_kfold` for class and value, or `kfold` for any",
        "スプリッター {name!r} は種類 {kind} のターゲットを分割できません(対応: {kinds})",
        "multilabel なら `multilabel_stratified_kfold`、class と value なら `stratified_kfold`、ほかに `kfold` があります",
    ),
    "FOLD_REPEATS_SAME": Message(
        "splitter {name!r} gives the same folds for every seed, so {repeats} repeats would be one and the same",
        "write `repeats: 1`, or take several training seeds instead",
        "スプリッター {name!r} はシードによらず同じ分割になるため、{repeats} 回繰り返しても意味がありません",
        "`repeats: 1` にするか、代わりに学習のシードを増やしてください",
    ),
    "FOLD_REPEATS_EQUAL": Message(
        "splitter {name!r} gave the same folds in repeats {first} and {second}: these rows allow too few ways to be split",
        "write fewer `repeats`, or take another splitter (`group_kfold` is freer than `stratified_group_kfold`)",
        "スプリッター {name!r} の繰り返し {first} と {second} が同じ分割になりました(分け方の数が足りません)",
        "`repeats` を減らすか、別のスプリッターを使ってください(`stratified_group_kfold` より `group_kfold` の方が自由です)",
    ),
    "FOLD_NO_COLUMN": Message(
        "the table has no column {column!r}",
        "name one of: {known}",
        "表に列 {column!r} がありません",
        "次から選んでください: {known}",
    ),
    "FOLD_NEEDS_GROUPS": Message(
        "splitter {name!r} keeps groups together, but the competition names no `groups` column",
        "write `groups: <column>` in competition.yaml, or take a splitter without `group` in its name",
        "スプリッター {name!r} はグループをまとめて分割しますが、`groups` の列が指定されていません",
        "competition.yaml に `groups: <列名>` と書くか、名前に `group` のないスプリッターを使ってください",
    ),
    "FOLD_GROUP_BLANK": Message(
        "{count} rows have no group (lines {lines}); they would be kept together as one group",
        "fill in the column, or accept FOLD_GROUP_BLANK in competition.yaml to keep them together",
        "{count} 行にグループがありません({lines} 行目)。このままでは 1 つのグループとして扱います",
        "列を埋めるか、それでよければ competition.yaml の accept に FOLD_GROUP_BLANK を書いてください",
    ),
    "FOLD_FEW_ROWS": Message(
        "splitter {name!r} needs {need} rows at least, and there are {rows}",
        "write a smaller `n_splits`",
        "スプリッター {name!r} には少なくとも {need} 行必要ですが、{rows} 行しかありません",
        "`n_splits` を小さくしてください",
    ),
    "FOLD_FEW_GROUPS": Message(
        "splitter {name!r} needs {need} groups at least, and there are {groups}",
        "write a smaller `n_splits`, or take `leave_one_group_out`",
        "スプリッター {name!r} には少なくとも {need} グループ必要ですが、{groups} グループしかありません",
        "`n_splits` を小さくするか、`leave_one_group_out` を使ってください",
    ),
    "FOLD_CLASS_EMPTY": Message(
        "{count} classes of the label list have no training row: {classes}",
        "they keep their place in the predictions and are never learned; remove them from `labels` if they are not wanted",
        "ラベル一覧のうち {count} クラスに学習データがありません: {classes}",
        "予測の中の位置は残りますが、学習はされません。不要なら `labels` から消してください",
    ),
    "TABLE_RARE_CLASS": Message(
        "{count} classes have fewer rows than the {n_splits} folds: {classes}",
        "some folds validate without them; a class with one row is never learned in the fold that holds it out",
        "{count} クラスの行数が fold 数 {n_splits} より少なくなっています: {classes}",
        "一部の fold の検証データにそのクラスが現れません。1 行しかないクラスは、それを検証する fold では学習されません",
    ),
    "FOLD_MOST_CLASSES_RARE": Message(
        "{count} of {total} classes have fewer rows than the {n_splits} folds: stratifying has little to hold on to",
        "look whether the label column is really a class, or write a smaller `n_splits`",
        "{total} クラス中 {count} クラスの行数が fold 数 {n_splits} より少なく、層化の効果はほとんどありません",
        "ラベルの列が本当にクラスかどうか確かめるか、`n_splits` を小さくしてください",
    ),
    "FOLD_CLASS_UNSEEN": Message(
        "{count} classes are in one fold only, and never seen in training when it is held out: {classes}",
        "scores of that fold count them as wrong; take `stratified_kfold`, or gather more of them",
        "{count} クラスが 1 つの fold にしかなく、その fold の学習では一度も現れません: {classes}",
        "その fold のスコアでは不正解になります。`stratified_kfold` を使うか、データを増やしてください",
    ),
    "FOLD_GROUP_LEAK": Message(
        "{count} of {total} groups stand in several folds, so the score would be too good: {groups}",
        "take `group_kfold` or `stratified_group_kfold`, or accept FOLD_GROUP_LEAK in competition.yaml to go on",
        "{total} グループ中 {count} グループが複数の fold にまたがり、スコアが実際より良く出ます: {groups}",
        "`group_kfold` などを使うか、承知の上なら competition.yaml の accept に FOLD_GROUP_LEAK を書いてください",
    ),
    "FOLD_GROUP_SPANS_CLASSES": Message(
        "{count} of {total} groups hold rows of several classes: {groups}",
        "this is harmless: a group stays whole, and classes are balanced as far as that allows",
        "{total} グループ中 {count} グループに複数のクラスが含まれます: {groups}",
        "問題ありません。グループは分けずに、可能な範囲でクラスの割合をそろえます",
    ),
    "FOLD_EMPTY": Message(
        "of {n_splits} folds these hold no row: {folds}",
        "write the number of folds that there are as `n_splits`",
        "{n_splits} fold のうち、行のない fold があります: {folds}",
        "実際の fold 数を `n_splits` に書いてください",
    ),
    "FOLD_UNEVEN": Message(
        "the folds differ much in size: {smallest} to {largest} rows",
        "scores of small folds scatter more; the score over all rows is not affected",
        "fold の大きさに差があります: {smallest} 行から {largest} 行",
        "小さい fold のスコアはばらつきます。全体のスコアには影響しません",
    ),
    "FOLD_BAD_VALUE": Message(
        "{cell!r} is no fold (lines {lines})",
        "write a whole number from 0 to {last} in every row (or from 1 to {n_splits}), or set `n_splits`",
        "{cell!r} は fold の番号ではありません({lines} 行目)",
        "すべての行に 0 から {last}(または 1 から {n_splits})の整数を書くか、`n_splits` を直してください",
    ),
    "FOLD_NOT_A_TIME": Message(
        "{cell!r} is neither a number nor a date, as the rest of the column is (lines {lines})",
        "write numbers in every row, or dates such as 2026-11-03 or 2026-11-03 10:30:00",
        "{cell!r} は、列のほかの値のような数値・日付として読めません({lines} 行目)",
        "すべての行に数値か、2026-11-03 や 2026-11-03 10:30:00 のような日付を書いてください",
    ),
    "FOLD_FEW_TIMES": Message(
        "column {column!r} has {times} different times, too few or too uneven for {chunks} chunks",
        "write a smaller `n_splits`; rows of one time are never divided",
        "列 {column!r} の時刻は {times} 種類で、{chunks} 個の区間に分けるには少ないか、偏りすぎています",
        "`n_splits` を小さくしてください(同じ時刻の行は分けられません)",
    ),
    "METRIC_KIND": Message(
        "metric {name!r} cannot score a target of kind {kind}; it is for: {kinds}",
        "take one of: {known}",
        "評価指標 {name!r} は種類 {kind} のターゲットには使えません(対応: {kinds})",
        "次から選んでください: {known}",
    ),
}
