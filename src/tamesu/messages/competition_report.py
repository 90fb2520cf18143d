"""The words of the report of a whole competition."""

from __future__ import annotations

from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    "eyebrow": Phrase("Competition report", "コンペのレポート"),
    "title": Phrase("Report: {name}", "レポート: {name}"),
    "best": Phrase("best CV {metric}", "最良の CV {metric}"),
    "best_of": Phrase("{run}, over {seeds} seed(s)", "{run}（{seeds} シード）"),
    "no_score": Phrase("No run has a score yet.", "スコアのある run はまだありません。"),
    "runs": Phrase("runs", "run"),
    "tried": Phrase("verdicts", "判定"),
    "kept": Phrase("kept", "採用"),
    "dropped": Phrase("dropped", "不採用"),
    "submissions": Phrase("public scores", "public スコア"),
    "hours": Phrase("hours of training", "学習時間 (時間)"),
    "section_runs": Phrase("Runs", "run の一覧"),
    "runs_note": Phrase(
        "Mean over whole out-of-fold predictions ± its standard error; spreads are standard deviations over folds and over "
        "seeds. Quick looks are left out of the best.",
        "OOF 全体でのスコアの平均 ± 標準誤差。ばらつきは fold 間とシード間の標準偏差です。試し実行は最良の対象外です。",
    ),
    "run": Phrase("run", "run"),
    "backbone": Phrase("backbone", "backbone"),
    "size": Phrase("px", "px"),
    "epochs": Phrase("epochs", "エポック"),
    "cv": Phrase("CV", "CV"),
    "fold_spread": Phrase("over folds", "fold 間"),
    "seed_spread": Phrase("over seeds", "シード間"),
    "seeds": Phrase("seeds", "シード"),
    "public": Phrase("public", "public"),
    "minutes": Phrase("minutes", "分"),
    "quick": Phrase("quick look", "試し実行"),
    "more_runs": Phrase(
        "The first {shown} of {total} runs are shown; runs/runs.csv has all.",
        "全 {total} run 中、先頭の {shown} 件。すべては runs/runs.csv にあります。",
    ),
    "section_ideas": Phrase("Ideas", "アイデア"),
    "ideas_none": Phrase("none", "なし"),
    "keep": Phrase("kept", "採用"),
    "undecided": Phrase("undecided", "未決"),
    "same": Phrase("the same", "差なし"),
    "drop": Phrase("dropped", "不採用"),
    "elsewhere": Phrase("judged on another baseline only", "別のベースラインでだけ判定済み"),
    "untried": Phrase("not tried yet", "未試行"),
    "surprising": Phrase("surprising", "予想に反した判定"),
    "works": Phrase("kept, although expected: {expected}", "予想に反して採用（予想: {expected}）"),
    "hurts": Phrase("dropped, although expected: {expected}", "予想に反して不採用（予想: {expected}）"),
    "section_board": Phrase("Leaderboard", "リーダーボード"),
    "board_none": Phrase(
        "No public score is noted yet: `tamesu submit --public SCORE` notes one.",
        "public スコアはまだ記録されていません。`tamesu submit --public SCORE` で記録できます。",
    ),
    "board_order": Phrase(
        "{agree} of {total} pairs of runs stand in the same order under CV and on the public leaderboard.",
        "run の組 {total} 通りのうち、CV と public の順位が一致するのは {agree} 通りです。",
    ),
    "difference": Phrase("public − CV", "public − CV"),
    "section_audit": Phrase("What the audit found", "データ監査の結果"),
    "audit_of": Phrase(
        "Audit of {day}; pictures stand in reports/audit.html.", "{day} の監査。画像は reports/audit.html にあります。"
    ),
    "audit_clean": Phrase("Nothing was found.", "問題は見つかりませんでした。"),
    "severe": Phrase("severe", "重大"),
    "warning": Phrase("warning", "注意"),
    "note": Phrase("note", "参考"),
    "made_by": Phrase(
        "Made by tamesu {version} out of runs/, verdicts/ and submissions/; this file needs no network.",
        "tamesu {version} が runs/、verdicts/、submissions/ から作成。このファイルはネットワークなしで開けます。",
    ),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("best", "en", metric="accuracy"), say("best", "ja", metric="accuracy")
        ('best CV accuracy', '最良の CV accuracy')
    """
    return speak(PHRASES, key, language, **values)
