"""What an audit says of labels, and what is said of a file of corrections."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase, speak

BY_RUN = Phrase("out-of-fold predictions of the last run", "最新の run の out-of-fold 予測")
BY_PROBE = Phrase("a linear probe on features of the frozen network", "固定したネットワークの特徴量による線形分類器")

MESSAGES: dict[str, Message] = {
    # Counts
    "AUDIT_CLASS_COUNTS": Message(
        "{classes} classes in {rows} rows: from {most} ({largest}) to {least} ({smallest}), {ratio:.1f} to 1; as diverse as "
        "{effective:.1f} equally frequent classes",
        "nothing needs to be done; with a metric that counts every class alike (macro F1, balanced accuracy) try "
        "`tamesu try base sampler=square_root`",
        "{rows} 行に {classes} クラス。最多 {most}（{largest}）、最少 {least}（{smallest}）、比は {ratio:.1f} 対 1。"
        "多様さは均等な {effective:.1f} クラス分です",
        "対応は不要です。クラスを等しく数える指標（macro F1、balanced accuracy）なら "
        "`tamesu try base sampler=square_root` を試してください",
    ),
    "AUDIT_IMBALANCE": Message(
        "class counts differ {ratio:.0f} to 1: {most} rows of {largest}, {least} of {smallest} ({classes} classes, "
        "as diverse "
        "as {effective:.1f} equally frequent ones); the rare classes are learnt last and hardly move a score that "
        "counts rows",
        "try `tamesu try base sampler=square_root`, `sampler=repeat_factor` or "
        "`heads.{target}.loss=class_balanced`, gather rows of {smallest}, or merge it with a class that is near",
        "クラスの行数に {ratio:.0f} 対 1 の差があります: {largest} は {most} 行、{smallest} は {least} 行（{classes} クラス、"
        "多様さは均等な {effective:.1f} クラス分）。少ないクラスは学習が遅れ、行を数える指標にはほとんど効きません",
        "`tamesu try base sampler=square_root`、`sampler=repeat_factor`、"
        "`heads.{target}.loss=class_balanced` を試すか、{smallest} の行を増やすか、近いクラスと統合してください",
    ),
    "AUDIT_SMALL_CLASSES": Message(
        "{count} classes have fewer rows than the {n_splits} folds: {classes}; each is missing from the validation of some "
        "fold, and what a fold says of it rests on a single row or two",
        "merge them with a class that is near, gather more rows, or take fewer folds (`folds.n_splits`); do not read their "
        "per-class scores",
        "{n_splits} 個の fold より行数の少ないクラスが {count} 個あります: {classes}。検証に現れない fold があり、"
        "現れても 1、2 行で決まります",
        "近いクラスと統合する、行を増やす、fold を減らす（`folds.n_splits`）のいずれかを検討し、"
        "これらのクラスのスコアは読まないでください",
    ),
    "AUDIT_SMALL_CLASSES_GROUPS": Message(
        "{count} classes come from fewer groups than the {n_splits} folds, named with rows and groups: {classes}; groups are "
        "not divided, so in some fold the class is not validated, and one of a single group is never learnt where it "
        "is scored",
        "take fewer folds (`folds.n_splits`), merge the classes with one that is near, or gather rows of other groups",
        "{n_splits} 個の fold より少ないグループにしか現れないクラスが {count} 個あります（行数 / グループ数）: {classes}。"
        "グループは分割しないため検証に現れない fold があり、1 グループだけのクラスは検証時に学習されていません",
        "fold を減らす（`folds.n_splits`）、近いクラスと統合する、別のグループの行を増やす、のいずれかを検討してください",
    ),
    "AUDIT_LABELS_MISSING": Message(
        "{count} of {total} train rows ({share:.1%}) have no label; they are left out of training and scoring",
        "label them (`tamesu audit --relabel` writes a worksheet), or train a head on what else is known of them",
        "学習データ {total} 行のうち {count} 行（{share:.1%}）にラベルがなく、学習にも採点にも使われません",
        "ラベルを付ける（`tamesu audit --relabel` で作業表を作成）か、他の情報を head で学習してください",
    ),
    "AUDIT_UNKNOWN_CLASS": Message(
        'classes that mean "not known" or "the rest": {classes}; beside them {missing} rows without a label. The network is '
        "asked to tell apart what people could not, and rows of one kind count as errors or not at all",
        "look at these {rows} pictures: relabel those that can be told (`tamesu audit --relabel`); then keep one meaning: "
        'either `missing: ["", {names}]` under the target (not known: no row is taught), or a class of its own',
        "「不明」「その他」を意味するクラスがあります: {classes}。ほかにラベルのない行が {missing} 行あります。"
        "人が分けられなかったものを区別させることになり、同じ種類の行が誤りになったり無視されたりします",
        "この {rows} 枚を見て、判別できるものは付け直してください（`tamesu audit --relabel`）。残りは意味を 1 つに決めます: "
        'ターゲットに `missing: ["", {names}]` と書く（不明として学習に使わない）か、独立したクラスにする',
    ),
    "AUDIT_RELABELLED": Message(
        "{count} labels were looked at again by a person ({changed} changed) in {hours:.1f} hours, {each:.0f} seconds each; at "
        "this pace all {total} would take {whole:.1f} hours",
        "nothing needs to be done; the hours stand in {file}",
        "人が {count} 個のラベルを見直し（変更 {changed} 個）、{hours:.1f} 時間、1 個あたり {each:.0f} 秒かかりました。"
        "この速さで全 {total} 個なら {whole:.1f} 時間です",
        "対応は不要です。時間の記録は {file} にあります",
    ),
    # Noise
    "AUDIT_LABEL_NOISE": Message(
        "{count} labels are likely wrong, first {first}: another label is at least {odds:.0f} times more probable "
        "(by {source}). {found} "
        "labels are all but impossible where {expected:.0f} were expected, so at least {low:.1%} of all labels are wrong; "
        "no score can be better than the labels it is counted against",
        "look at them, the worst first: `tamesu audit --relabel` writes a worksheet with proposals; until then try "
        "`tamesu try base` with a robust loss (`gce`, `symmetric_cross_entropy`) or label smoothing",
        "ラベルの誤りが疑われる行が {count} 行あります（先頭は {first}）。別のラベルの確率が {odds:.0f} 倍以上です"
        "（{source}による）。"
        "ほぼありえないラベルが {found} 個あり、予想は {expected:.0f} 個なので、少なくとも全体の {low:.1%} が"
        "誤りと見られます。スコアは正解ラベルの質を超えられません",
        "疑わしい順に見てください。`tamesu audit --relabel` で候補つきの作業表を作れます。それまでは、誤りに強い loss"
        "（`gce`、`symmetric_cross_entropy`）や label smoothing を `tamesu try base` で試してください",
    ),
    "AUDIT_LABELS_DOUBTFUL": Message(
        "the {count} most doubtful labels (by {source}), first {first}; {found} labels are all but impossible "
        "and {expected:.0f} were expected, about what the network's own errors explain: no evidence of label noise "
        "(in a small set a few "
        "percent would "
        "not show)",
        "a look at them shows what the network finds hard; where a label is wrong, `tamesu audit --relabel` helps to mend it",
        "{source}で最も疑わしいラベル {count} 個です（先頭は {first}）。"
        "ほぼありえないラベルは {found} 個、予想は {expected:.0f} 個で、"
        "ネットワーク自身の誤りでほぼ説明できます。ラベルノイズの証拠はありません（小さいデータでは数 % あっても現れません）",
        "眺めると苦手な画像が分かります。誤りがあれば `tamesu audit --relabel` で直せます",
    ),
    # Confusions
    "AUDIT_LABELS_ALIKE": Message(
        "{one} and {other} can hardly be told apart: of one picture of each, the network knows which is which in {area:.0%} "
        "(guessing: 50%); {swapped} of their {rows} rows are taken for the other",
        "look at the pictures; if you cannot tell them apart either, merge the labels: accuracy would go from "
        "{before:.3f} to "
        "{after:.3f}. If the host scores both, write a guideline and relabel (`tamesu audit --relabel`)",
        "{one} と {other} はほとんど区別できていません。1 枚ずつ見せて正しく見分けるのは {area:.0%}（当てずっぽうで 50%）、"
        "{rows} 行のうち {swapped} 行が取り違えです",
        "画像を見て、人にも区別できないなら統合を検討してください（accuracy は {before:.3f} から {after:.3f} に）。"
        "両方が採点されるなら、基準を文書にして付け直してください（`tamesu audit --relabel`）",
    ),
    "AUDIT_AMBIGUOUS_CLASS": Message(
        "{name} is ambiguous: for {count} of its {rows} rows ({share:.0%}) no label reaches half of the probability, "
        "elsewhere "
        "for {others:.0%}; it stands between: {rivals}",
        "write down what makes a picture {name} (relabel/*.md holds a place for it) and relabel by that, or teach it "
        "as shares "
        "(kind `soft`)",
        "{name} は曖昧です。{rows} 行中 {count} 行（{share:.0%}）で、どのラベルの確率も半分に届きません"
        "（他のクラスは {others:.0%}）。迷う相手: {rivals}",
        "何をもって {name} とするかを書き出し（relabel/*.md に欄があります）、その基準で付け直すか、"
        "割合（kind `soft`）として学習させてください",
    ),
    "AUDIT_RARE_RECALL": Message(
        "the {count} rare classes are found less often: recall {recall:.0%}, the others {rest:.0%}; worst: {classes}",
        "try `tamesu try base sampler=square_root`, `sampler=repeat_factor`, or the losses `class_balanced`, `ldam`, "
        "`logit_adjustment`; more rows help most",
        "少ないクラス {count} 個の再現率が低めです: {recall:.0%}（他は {rest:.0%}）。低い順: {classes}",
        "`tamesu try base sampler=square_root`、`sampler=repeat_factor`、または loss の `class_balanced`、`ldam`、"
        "`logit_adjustment` を試してください。最も効くのは行を増やすことです",
    ),
    # Corrections
    "CORRECTIONS_COLUMN": Message(
        "the corrections of {target} have no column {column}",
        "they need the columns `id` and `new_label`, as `tamesu audit --relabel` writes them",
        "{target} の修正ファイルに列 {column} がありません",
        "`tamesu audit --relabel` が書くとおり、`id` と `new_label` の列が必要です",
    ),
    "CORRECTIONS_EMPTY": Message(
        "the corrections of {target} correct nothing: no row has a `new_label`",
        "fill in `new_label`, or take `targets.{target}.corrections` out of competition.yaml",
        "{target} の修正ファイルに `new_label` のある行がありません",
        "`new_label` を書くか、competition.yaml から `targets.{target}.corrections` を消してください",
    ),
    "CORRECTIONS_UNKNOWN_ID": Message(
        "{count} corrected ids of {target} are not in the train table: {examples} (lines {lines})",
        "mend the ids, or take these lines out; a spreadsheet may have turned ids into numbers or dates",
        "{target} の修正にある id {count} 個が学習データの表にありません: {examples}（{lines} 行目）",
        "id を直すか行を消してください。表計算ソフトが id を数値や日付に変えた可能性もあります",
    ),
    "CORRECTIONS_UNKNOWN_LABEL": Message(
        "{count} corrections of {target} give a label that the target has not: {examples} (lines {lines})",
        "write one of {known}; `?` means not known. A new label needs the whole list: `targets.{target}.labels`",
        "{target} の修正 {count} 行に、ターゲットにないラベルがあります: {examples}（{lines} 行目）",
        "次のいずれかにしてください: {known}。`?` は「不明」です。新しいラベルを加えるには `targets.{target}.labels` に"
        "すべてのラベルを書きます",
    ),
    "CORRECTIONS_NUMBER": Message(
        "{count} corrections of {target} are not numbers: {examples} (lines {lines})",
        "write a number with a decimal point; `?` means not known",
        "{target} の修正 {count} 行が数値ではありません: {examples}（{lines} 行目）",
        "小数点を使った数値を書いてください。`?` は「不明」です",
    ),
    "CORRECTIONS_TWICE": Message(
        "{count} rows of the corrections of {target} give one id different labels: {examples} (lines {lines})",
        "keep one line an id",
        "{target} の修正に、同じ id へ異なるラベルを付けた行が {count} 行あります: {examples}（{lines} 行目）",
        "id ごとに 1 行だけ残してください",
    ),
    "CORRECTIONS_SECONDS": Message(
        "{count} cells of the column `seconds` are not numbers of 0 or more: {examples} (lines {lines})",
        "write whole seconds, or leave the cell empty",
        "列 `seconds` の {count} セルが 0 以上の数値ではありません: {examples}（{lines} 行目）",
        "秒数を書くか、空にしてください",
    ),
    "CORRECTIONS_APPLIED": Message(
        "{count} labels of {target} are corrected by {file} ({changed} differ from the table, {unknown} are now not known)",
        "nothing needs to be done; runs before and after are trained on different labels and are not compared",
        "{target} のラベル {count} 個を {file} で修正しました（表と異なるもの {changed}、不明にしたもの {unknown}）",
        "対応は不要です。修正の前後の run はラベルが異なるため比較されません",
    ),
    "WORKSHEET_FOREIGN": Message(
        "a file that is no worksheet stands where the worksheet is to be written (no column {column})",
        "move it away; tamesu writes over nothing that it did not write",
        "作業表を書く場所に、作業表ではないファイルがあります（列 {column} がありません）",
        "別の場所へ移してください。tamesu は自分が書いていないファイルを上書きしません",
    ),
}

# The page on which labels are chosen, and the guideline beside it.
PHRASES: dict[str, Phrase] = {
    "title": Phrase("Relabel {target}", "{target} の付け直し"),
    "progress": Phrase("{done} of {total} decided, {time} spent", "{total} 枚中 {done} 枚を決定、{time}"),
    "label": Phrase("label", "現在"),
    "proposed": Phrase("proposed", "候補"),
    "reason": Phrase("reason", "理由"),
    "new_label": Phrase("new label", "新しいラベル"),
    "note": Phrase("note", "メモ"),
    "keep": Phrase("keep {label}", "{label} のまま"),
    "take": Phrase("take {label}", "{label} にする"),
    "unseen": Phrase("cannot be seen in this picture", "この画像では分からない"),
    "clear": Phrase("undo", "取り消す"),
    "guideline": Phrase("Guideline", "基準"),
    "guideline_missing": Phrase(
        "No guideline yet: write into {guide} what makes each label, before the first picture.",
        "基準がまだありません。始める前に、各ラベルの条件を {guide} に書いてください。",
    ),
    "download": Phrase("Download {file}", "{file} をダウンロード"),
    "download_note": Phrase(
        "Save it over relabel/{file}, and write `corrections: relabel/{file}` under the target in competition.yaml.",
        "relabel/{file} に上書き保存し、competition.yaml のターゲットに `corrections: relabel/{file}` と書いてください。",
    ),
    "keys": Phrase(
        "Keys: ← → picture · Enter take the proposal · k keep · u cannot be seen · 1–9, 0 that label · l any label · "
        "n note · "
        "z undo.",
        "キー: ← → 画像 · Enter 候補にする · k そのまま · u 分からない · 1–9, 0 その番号のラベル · l ラベル入力 · n メモ · "
        "z 取り消す。",
    ),
    "kept_here": Phrase(
        "What is chosen stays in this browser until it is downloaded.",
        "選んだ内容は、ダウンロードするまでこのブラウザに残ります。",
    ),
    "kept_there": Phrase(
        "What is chosen is written into relabel/{file} at once.", "選んだ内容は、すぐに relabel/{file} に書き込まれます。"
    ),
    "no_script": Phrase(
        "This page needs JavaScript; fill in the CSV file instead.",
        "このページには JavaScript が必要です。代わりに CSV に直接書き込んでください。",
    ),
    # The guideline
    "guide_head": Phrase("# {target}: labelling guideline", "# {target}: ラベル付けの基準"),
    "guide_intro": Phrase(
        "Write this before labelling, and change it when a picture shows that it is not clear. Whoever labels holds to it.",
        "付け直す前に書き、はっきりしない画像があれば書き直します。作業者は全員この基準に従います。",
    ),
    "guide_question": Phrase("## What is asked", "## 何を答えるか"),
    "guide_question_hint": Phrase(
        "(the question in one sentence; which part of the picture decides)", "（問いを 1 文で。画像のどこを見て決めるか）"
    ),
    "guide_labels": Phrase("## Labels", "## ラベル"),
    "guide_label_hint": Phrase(
        "(what must be seen; what rules it out)", "（何が見えていれば該当するか。何があれば除外するか）"
    ),
    "guide_border": Phrase("## Borderline cases", "## 境界の例"),
    "guide_border_hint": Phrase(
        "(two labels that are near: which sign decides; examples by id)", "（近い 2 つのラベル: どの特徴で決めるか。例の id）"
    ),
    "guide_unseen": Phrase("## What cannot be seen", "## 写っていないとき"),
    "guide_unseen_hint": Phrase(
        "(when the deciding part is outside of the picture, hidden or blurred, the answer is `?`)",
        "（決め手になる部分が画像の外・隠れている・ぼけている場合は `?` とする）",
    ),
    "guide_changes": Phrase("## Changes", "## 変更履歴"),
}


def tell_label(key: str, language: str | None = None, **values: object) -> str:
    """A phrase of the relabelling page or the guideline, filled in, in the user's language.

    Examples:
        >>> tell_label("keep", "en", label="cat")
        'keep cat'
    """
    return speak(PHRASES, key, language, **values)
