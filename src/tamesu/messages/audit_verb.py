"""What the verb `audit` says besides its findings, and the questions that a training asks because of them."""

from __future__ import annotations

from typing import Any

from tamesu.messages.message import Message, Phrase

WORTH = Phrase(", by about {worth:.3f} on cheap features", "（簡易な特徴量で約 {worth:.3f} 甘い）")
NOT_MEASURED = Phrase("", "")

MESSAGES: dict[str, Message] = {
    "AUDIT_NO_GROUPS": Message(
        "the audit has proposed no groups",
        "run `tamesu audit` first; if it proposes none, there is nothing to adopt",
        "監査はグループを提案していません",
        "先に `tamesu audit` を実行してください。提案がなければ、採用するものはありません",
    ),
    "ADOPT_ONE_GROUP": Message(
        "the groups that the audit found are {groups} in all: they hold every row together, and no folds can be made of that",
        "nothing was written; look at the copies in reports/audit.html, and leave the surplus rows out of the train table",
        "監査が見つけたグループは全部で {groups} 個です。全行が 1 つにまとまるため、fold に分けられません",
        "何も書き換えていません。reports/audit.html でコピーを確認し、余分な行を学習の表から外してください",
    ),
    "AUDIT_RECIPE_FAULT": Message(
        "the network of recipes/base could not be asked, so the audit is weaker: cheap pixel features stand in for it, and "
        "doubtful labels, shares of classes in test and what the network sees were not judged without a run. {reason}",
        "mend it and run `tamesu audit` again",
        "recipes/base のネットワークを使えなかったため、監査は弱くなっています。簡易な画素特徴量で代用し、"
        "疑わしいラベル（run がない場合）、テストのクラス割合、ネットワークの視野は調べていません。{reason}",
        "直してから `tamesu audit` を再実行してください",
    ),
    "AUDIT_NO_RECIPE": Message(
        "there is no recipes/base.yaml, so the audit is weaker: cheap pixel features stand in for those of a network, and "
        "doubtful labels, shares of classes in test and what the network sees were not judged without a run",
        "write recipes/base.yaml (`tamesu init` makes one) and run `tamesu audit` again",
        "recipes/base.yaml がないため、監査は弱くなっています。ネットワークの代わりに簡易な画素特徴量を使い、"
        "疑わしいラベル（run がない場合）、テストのクラス割合、ネットワークの視野は調べていません",
        "recipes/base.yaml を用意し（`tamesu init` で作れます）、`tamesu audit` を再実行してください",
    ),
    "ACCEPT_UNKNOWN": Message(
        "there is no question called {name!r}",
        "accept a code that tamesu has asked about, or leave `--accept` out",
        "{name!r} という質問はありません",
        "tamesu が質問したコードを指定するか、`--accept` を外してください",
    ),
    "RELABEL_KIND": Message(
        "labels of the kind {kind} ({target}) cannot be set right on a worksheet",
        "only targets of one column can: class, ordinal, identity, value, and multilabel with a separator",
        "{kind} のラベル（{target}）はワークシートで直せません",
        "1 列のターゲット（class, ordinal, identity, value, separator 付きの multilabel）だけが対象です",
    ),
    "LEAK_GROUPS": Message(
        "the folds split {count} of {total} groups of images that belong together, so a score on them is false{worth} "
        "(first: {examples})",
        "adopt the groups: `tamesu audit --adopt`; or train all the same with `--accept leak:groups`, which the run remembers",
        "今の fold は、同じ対象の画像 {total} グループのうち {count} を分割しているため、スコアは信用できません{worth}"
        "（例: {examples}）",
        "`tamesu audit --adopt` でグループを採用してください。それでも学習するなら `--accept leak:groups`（run "
        "に記録されます）",
    ),
    "LEAK_COPIES": Message(
        "the folds split {count} of {total} sets of copies of one picture, so a score on them is false (first: {examples})",
        "keep copies together: `tamesu audit --adopt`; or train all the same with `--accept leak:copies`, which the "
        "run remembers",
        "今の fold は、同じ画像のコピー {total} 組のうち {count} を分割しているため、スコアは信用できません（例: {examples}）",
        "`tamesu audit --adopt` でコピーをまとめてください。それでも学習するなら `--accept leak:copies`（run に記録されます）",
    ),
    "ACCEPT_LEAK_UNKNOWN": Message(
        "there is no leak called {name!r}; known: {known}",
        "write `--accept leak:groups` or `--accept leak:copies`",
        "{name!r} というリークはありません（あるのは {known}）",
        "`--accept leak:groups` か `--accept leak:copies` としてください",
    ),
}

PHRASES: dict[str, Phrase] = {
    "scanning": Phrase("scanning images", "画像を調べています"),
    "features": Phrase("features of the frozen network", "固定したネットワークの特徴量"),
    "judging": Phrase("judging", "判定"),
    "step_files": Phrase("files", "ファイル"),
    "step_copies": Phrase("copies", "コピー"),
    "step_groups": Phrase("hidden groups", "隠れたグループ"),
    "step_folds": Phrase("folds", "fold"),
    "step_drift": Phrase("train against test", "学習とテストの違い"),
    "step_labels": Phrase("labels", "ラベル"),
    "step_shortcuts": Phrase("shortcuts", "近道"),
    "step_columns": Phrase("columns", "列"),
    "step_sizes": Phrase("sizes", "大きさ"),
    "wrote": Phrase("wrote {page} and audit.json", "書きました: {page}、audit.json"),
    "unchanged": Phrase(
        "nothing has changed since the last audit; its pictures: {page}", "前回の監査から変わっていません。画像: {page}"
    ),
    "adopted": Phrase(
        "competition.yaml now has: {lines}. Folds are new, so train the baseline again (`tamesu train base`)",
        "competition.yaml に書きました: {lines}。fold が変わるので baseline を学習し直してください（`tamesu train base`）",
    ),
    "in_force": Phrase(
        "`groups: {groups}` is in force already, and the audit proposes no others; nothing was changed",
        "`groups: {groups}` はすでに有効で、新しい提案もありません。何も変更していません",
    ),
    "relabel": Phrase(
        "doubtful labels: {count}. Open {page} and choose, or fill in {sheet}; then write "
        "`corrections: relabel/{target}.csv` "
        "under targets.{target} in competition.yaml",
        "疑わしいラベル {count} 件: {page} を開いて選ぶか {sheet} に記入し、competition.yaml の targets.{target} に "
        "`corrections: relabel/{target}.csv` と書いてください",
    ),
    "relabel_none": Phrase("no label is doubted; there is nothing to relabel", "疑わしいラベルはありません"),
    "doubt_copies": Phrase("equal pictures, other label", "同じ画像で別のラベル"),
    "doubt_probs": Phrase("the network says otherwise", "ネットワークの予測と違う"),
    "doubt_missing": Phrase("no label", "ラベルなし"),
}


def say(key: str, language: str, **values: Any) -> str:
    """A phrase, filled in.

    Examples:
        >>> say("step_copies", "en")
        'copies'
    """
    return PHRASES[key].say(language).format(**values)
