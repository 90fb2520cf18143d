"""The words of the solution write-up: headings and facts, no prose of ours about the user's ideas."""

from __future__ import annotations

from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    "title": Phrase("{name}: solution", "{name}: 解法"),
    "eyebrow": Phrase("Solution write-up", "解法まとめ"),
    "data": Phrase("Data and metric", "データと評価指標"),
    "metric": Phrase("metric", "評価指標"),
    "higher": Phrase("{metric} (larger is better)", "{metric}（大きいほど良い）"),
    "lower": Phrase("{metric} (smaller is better)", "{metric}（小さいほど良い）"),
    "target": Phrase("target", "ターゲット"),
    "target_of": Phrase("{name} ({kind}, {labels} labels)", "{name}（{kind}、{labels} ラベル）"),
    "target_plain": Phrase("{name} ({kind})", "{name}（{kind}）"),
    "train_rows": Phrase("training images", "学習画像"),
    "test_rows": Phrase("test images", "テスト画像"),
    "folds": Phrase("folds", "fold"),
    "folds_of": Phrase(
        "{splitter}, {folds} folds × {repeats}, seed {seed}", "{splitter}、{folds} fold × {repeats}、シード {seed}"
    ),
    "groups": Phrase("groups kept together", "同じ fold に保つグループ"),
    "tried": Phrase("What was tried", "試したこと"),
    "tried_counts": Phrase(
        "{total} ideas with a verdict: {keep} kept, {undecided} undecided, {same} the same, {drop} dropped.",
        "判定のあるアイデア {total} 件: 採用 {keep}、未決 {undecided}、差なし {same}、不採用 {drop}。",
    ),
    "keep": Phrase("Kept", "採用"),
    "undecided": Phrase("Undecided", "未決"),
    "same": Phrase("No difference", "差なし"),
    "drop": Phrase("What did not work", "うまくいかなかったこと"),
    "drop_none": Phrase("No idea was dropped.", "不採用のアイデアはありません。"),
    "diverged": Phrase("diverged in {jobs}", "{jobs} で発散"),
    "why": Phrase("why", "理由"),
    "note": Phrase("note", "メモ"),
    "nothing_tried": Phrase("No idea has a verdict yet.", "判定のあるアイデアはまだありません。"),
    "final": Phrase("Final model", "最終モデル"),
    "final_run": Phrase("run", "run"),
    "final_submitted": Phrase("behind the newest submission", "最新の提出に使用"),
    "final_best": Phrase("best CV; nothing was submitted yet", "CV が最良（提出はまだありません）"),
    "final_none": Phrase("No run has a score yet.", "スコアのある run はまだありません。"),
    "cv": Phrase("CV {metric}", "CV {metric}"),
    "cv_of": Phrase(
        "{cv} ± {error} (standard error); spread over folds {spread}; {rows} rows; seeds {seeds}",
        "{cv} ± {error}（標準誤差）、fold 間のばらつき {spread}、{rows} 行、シード {seeds}",
    ),
    "public": Phrase("public score", "public スコア"),
    "unknown": Phrase("not noted", "未記録"),
    "submissions": Phrase("Submissions", "提出"),
    "submission": Phrase("submission", "提出"),
    "run": Phrase("run", "run"),
    "reproduce": Phrase("How to reproduce it", "再現方法"),
    "folds_digest": Phrase("folds", "fold"),
    "data_digest": Phrase("data", "データ"),
    "seeds": Phrase("seeds", "シード"),
    "commit": Phrase("commit", "コミット"),
    "commit_changed": Phrase("{commit}, with changes that were not committed", "{commit}（未コミットの変更あり）"),
    "versions": Phrase("versions", "バージョン"),
    "recipe": Phrase("Recipe", "レシピ"),
    "one_run": Phrase(
        "name a run, or take --all or --writeup: these are about the whole competition",
        "run の指定と --all / --writeup は一緒に使えません（後者はコンペ全体が対象です）",
    ),
    "made_by": Phrase(
        "Every figure stands in runs/, verdicts/ and submissions/; put together by tamesu {version}.",
        "数値はすべて runs/、verdicts/、submissions/ にあるものです。tamesu {version} が作成。",
    ),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("cv", "en", metric="accuracy"), say("title", "ja", name="猫")
        ('CV accuracy', '猫: 解法')
    """
    return speak(PHRASES, key, language, **values)
