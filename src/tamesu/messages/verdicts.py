"""Messages about comparing runs."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "COMPARE_FOLDS": Message(
        "this run was trained on folds/{here}, {other} on folds/{there}: their jobs are not pairs",
        "compare runs of the same folds: train one of the two again with today's competition.yaml",
        "この run は folds/{here}、{other} は folds/{there} で学習したため、ジョブが対になりません",
        "同じ fold の run どうしを比べてください。片方を今の competition.yaml で学習し直せばそろいます",
    ),
    "COMPARE_TARGET": Message(
        "this run predicts {here!r}, {other} predicts {there!r}, or their label lists differ",
        "compare runs that predict the same target with the same labels",
        "この run の予測対象は {here!r}、{other} は {there!r} か、ラベルの一覧が違います",
        "同じ対象と同じラベルを予測する run どうしを比べてください",
    ),
    "COMPARE_LABELS": Message(
        "the labels of {target} are not those that {other} was trained on",
        "train the older of the two again: the table has changed between them",
        "{target} のラベルが、{other} を学習したときと違います",
        "間で表が変わっています。古いほうを学習し直してください",
    ),
    "COMPARE_METRIC": Message(
        "this run is scored by {here}, {other} by {there}",
        "run the same `tamesu train` command for both: the metric of competition.yaml is applied anew, nothing is trained",
        "この run の評価指標は {here}、{other} は {there} です",
        "両方を同じ `tamesu train` でもう一度実行すると、competition.yaml の指標で採点し直します(学習はしません)",
    ),
    "COMPARE_QUICK": Message(
        "one of this run and {other} is a quick look at a subset",
        "train it without --quick",
        "この run と {other} の片方は --quick の試し実行です",
        "--quick なしで学習してください",
    ),
    "COMPARE_IMAGES": Message(
        "{count} training images are other files than {other} saw (first: {first})",
        "train the older of the two again on today's images",
        "学習画像 {count} 枚が、{other} のときと違うファイルです (最初: {first})",
        "古いほうを今の画像で学習し直してください",
    ),
    "COMPARE_ROWS": Message(
        "the out-of-fold predictions of {job} lack {missing} of {rows} rows of their fold, or hold others (first: {first})",
        "`tamesu doctor` looks at every file; `tamesu doctor --repair` moves the job aside, then train again",
        "{job} の OOF 予測に fold の {rows} 行中 {missing} 行がないか、別の行が混ざっています (最初の欠け: {first})",
        "`tamesu doctor` で確認し、`tamesu doctor --repair` でジョブを脇に移してから学習し直してください",
    ),
    "COMPARE_FEW": Message(
        "{count} pair(s) with {other}: fewer than two folds have a score in both runs, and one says nothing about noise",
        "train more folds or seeds of both: `tamesu train RECIPE`, or let `tamesu try` do it",
        "{other} との対は {count} 組で、両方にスコアのある fold が 2 つ未満です。1 つではばらつきがわかりません",
        "両方の fold かシードを増やしてください (`tamesu train RECIPE`、または `tamesu try` に任せる)",
    ),
    "COMPARE_SELF": Message(
        "this is {other} itself",
        "name two runs; `tamesu doctor` lists them",
        "これは {other} そのものです",
        "別々の run を 2 つ指定してください。`tamesu doctor` で一覧できます",
    ),
    "CONFIG_DURATION": Message(
        "{text!r} is not a duration",
        "write it with its unit: 90m, 3h, 1d12h",
        "{text!r} は時間の長さとして読めません",
        "単位を付けて書いてください: 90m, 3h, 1d12h",
    ),
    "TRY_NOTHING": Message(
        "there is no idea to try",
        "write one into ideas.yaml, or give a change: `tamesu try {recipe} epochs=20`",
        "試すアイデアがありません",
        "ideas.yaml に書くか、`tamesu try {recipe} epochs=20` のように変更を渡してください",
    ),
    "TRY_NO_VERDICT": Message(
        "nothing was tried yet",
        "`tamesu try` runs the ideas of ideas.yaml beside a recipe",
        "まだ何も試していません",
        "`tamesu try` で ideas.yaml のアイデアを試せます",
    ),
    "TRY_BASELINE_FAILED": Message(
        "the baseline itself diverged in {job}; nothing can be compared with it",
        "mend the recipe first: lower the learning rate or set clip_grad_norm",
        "基準の学習そのものが {job} で発散したため、比べる相手になりません",
        "先にレシピを直してください (学習率を下げる、clip_grad_norm を設定するなど)",
    ),
    "TRY_FEW_FOLDS": Message(
        "the folds of this competition give {folds} pair(s) per seed; a verdict needs at least two folds",
        "set folds.n_splits to 2 or more in competition.yaml",
        "このコンペの分割では 1 シードあたり {folds} 組しかできません。判定には 2 つ以上の fold が必要です",
        "competition.yaml の folds.n_splits を 2 以上にしてください",
    ),
    "FRAME_NO_PANDAS": Message(
        "a DataFrame needs pandas, which is not installed",
        "install it with `pip install 'tamesu[frame]'`, or take the CSV",
        "DataFrame には pandas が必要ですが、入っていません",
        "`pip install 'tamesu[frame]'` で入れるか、CSV を使ってください",
    ),
}
