"""The words of the audit's page and of its summary in the terminal; what was found says its own message."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages.audit_drift import FACTS
from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    "title": Phrase("Audit: {name}", "データ監査: {name}"),
    "eyebrow": Phrase("Data audit", "データ監査"),
    "severe": Phrase("severe", "重大"),
    "warning": Phrase("warning", "注意"),
    "note": Phrase("note", "参考"),
    "score_false": Phrase(
        "Until this is mended, a score on these data is false", "これを直すまで、このデータでのスコアは信用できません"
    ),
    "score_holds": Phrase("Nothing was found that makes a score false", "スコアを誤らせる問題は見つかりませんでした"),
    "nothing_found": Phrase(
        "{rows} rows were looked at; there is nothing to mend.", "{rows} 行を調べました。直すところはありません。"
    ),
    "first": Phrase("First to look at: {head}", "まず確認: {head}"),
    "count_severe": Phrase("severe: false score", "重大: スコアが無効"),
    "count_warning": Phrase("warning: costs score", "注意: スコアが下がる"),
    "count_note": Phrase("note: good to know", "参考"),
    "train_rows": Phrase("train rows", "学習行"),
    "test_rows": Phrase("test rows", "テスト行"),
    "classes": Phrase("classes", "クラス数"),
    "contents": Phrase("Found, most important first", "見つかったこと（重要な順）"),
    "rows": Phrase("{count} rows", "{count} 行"),
    "one_row": Phrase("1 row", "1 行"),
    "what_to_do": Phrase("What to do", "対処"),
    "look": Phrase("To look at", "画像で確認"),
    "more_sets": Phrase(
        "{shown} of {total} are shown, the most telling first; all of them stand in audit.json.",
        "{total} 組のうち、わかりやすい {shown} 組。すべて audit.json にあります。",
    ),
    "more_pictures": Phrase("+{count} more", "他 {count} 枚"),
    "unreadable": Phrase("not readable", "読めません"),
    "alt": Phrase("image of {id}", "{id} の画像"),
    "fold": Phrase("fold {fold}", "fold {fold}"),
    "part_test": Phrase("test", "テスト"),
    "ids": Phrase("Ids of these rows ({count})", "該当する行の id（{count} 件）"),
    "more_ids": Phrase("… {count} more in audit.json", "… 他 {count} 件は audit.json に"),
    "figures": Phrase("In numbers", "数値で確認"),
    "histogram_note": Phrase("Share of the images of each.", "それぞれの画像に占める割合。"),
    "histogram_beyond": Phrase(
        "{count} values beyond the axis are counted at its edges.", "軸の外の {count} 件は端に数えています。"
    ),
    "matrix_note": Phrase("The darker, the larger.", "濃いほど大きい値です。"),
    "more_names": Phrase(
        "The first {shown} of {total} are shown; all of them stand in audit.json.",
        "{total} 件のうち最初の {shown} 件。すべて audit.json にあります。",
    ),
    "largest_names": Phrase(
        "The {shown} of {total} with the largest numbers are shown; all of them stand in audit.json.",
        "{total} 件のうち、値の大きい {shown} 件。すべて audit.json にあります。",
    ),
    "more_series": Phrase("{count} more stand in audit.json.", "他 {count} 件は audit.json にあります。"),
    "no_numbers": Phrase("There are no numbers to draw.", "描ける数値がありません。"),
    "comma": Phrase(", ", "、"),
    "made_by": Phrase(
        "Made by tamesu {version} in {seconds} s; this file needs no network.",
        "tamesu {version} が {seconds} 秒で作成。このファイルはネットワークなしで開けます。",
    ),
    "text_counts": Phrase(
        "severe (!!): {severe}, to mend (!): {warning}, good to know (·): {note}",
        "重大 (!!) {severe} 件、注意 (!) {warning} 件、参考 (·) {note} 件",
    ),
    "text_nothing": Phrase("nothing was found that makes a score false", "スコアを誤らせる問題は見つかりませんでした"),
    "text_more": Phrase("{ids} … {count} more", "{ids} … 他 {count} 件"),
    "text_do": Phrase("→ {do}", "→ {do}"),
}

# What charts are called, and what stands in them; the facts of images have their names from the words on drift.
NAMES: dict[str, Phrase] = {
    **FACTS,
    "height": Phrase("height (px)", "高さ (px)"),
    "width": Phrase("width (px)", "幅 (px)"),
    "bytes": Phrase("file size (bytes)", "ファイルサイズ (バイト)"),
    "file_size": Phrase("file size (bytes)", "ファイルサイズ (バイト)"),
    "megapixels": Phrase("megapixels", "画素数 (百万)"),
    "object_size": Phrase("object size (px)", "物体の大きさ (px)"),
    "object_share": Phrase("object size (share of the side)", "物体の大きさ (一辺に対する割合)"),
    "object_px": Phrase("object size at the input (px)", "入力での物体の大きさ (px)"),
    "short_side_px": Phrase("short side of the images (px)", "画像の短辺 (px)"),
    "looked_px": Phrase("part that decides (px of the input)", "決め手の部分の大きさ (入力の px)"),
    "error_by_object_px": Phrase("share of errors by object size at the input (px)", "入力での物体の大きさ (px) ごとの誤り率"),
    "error": Phrase("errors", "誤り"),
    # Parts and rows
    "train": Phrase("train", "学習"),
    "test": Phrase("test", "テスト"),
    "database": Phrase("database", "データベース"),
    "query": Phrase("query", "クエリ"),
    "rows": Phrase("rows", "行数"),
    "images": Phrase("images", "画像数"),
    "counts": Phrase("rows per class", "クラス別の行数"),
    "missing": Phrase("share of empty cells", "空のセルの割合"),
    "unreadable": Phrase("unreadable files", "読めないファイル"),
    "remarks": Phrase("remarks on files", "ファイルについての注記"),
    "formats": Phrase("formats and colour modes", "形式と色モード"),
    "share": Phrase("share", "割合"),
    "groups": Phrase("groups", "グループ"),
    "group_sizes": Phrase("group sizes", "グループの大きさ"),
    # Scores
    "score": Phrase("score", "スコア"),
    "accuracy": Phrase("accuracy", "accuracy"),
    "auc": Phrase("AUC", "AUC"),
    "random_folds": Phrase("random folds", "ランダムな fold"),
    "grouped_folds": Phrase("grouped folds", "グループで分けた fold"),
    "chance": Phrase("chance", "偶然の水準"),
    "cv": Phrase("CV", "CV"),
    "public": Phrase("public leaderboard", "public リーダーボード"),
    "cv_and_public": Phrase("CV and public score, run by run", "run ごとの CV と public スコア"),
    "similarity": Phrase("similarity", "類似度"),
    "recall": Phrase("recall", "再現率"),
    "confusion": Phrase("truth (rows) and prediction (columns)", "正解（行）と予測（列）"),
    "label_noise": Phrase(
        "label as given (rows) and as it probably is (columns)", "付いているラベル（行）と本来のラベル（列）"
    ),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("rows", "en", count="1,797"), say("rows", "ja", count="1,797")
        ('1,797 rows', '1,797 行')
    """
    return speak(PHRASES, key, language, **values)


def name_fact(key: str, language: str | None = None) -> str:
    """What a chart's title or series is called: the word for a key of ours, the text itself for one of the user's.

    Examples:
        >>> name_fact("brightness", "ja"), name_fact("性別", "en")
        ('明るさ', '性別')
    """
    from tamesu.messages import choose_language

    words = NAMES.get(key)
    return key if words is None else words.say(language or choose_language())


def name_bars(names: Sequence[str], language: str | None = None) -> list[str]:
    """What bars, series and rows are called: words where all are keys of ours and no fact of an image, else as the user does.

    Classes may well be called red, green and blue; those are no mean colours.

    Examples:
        >>> name_bars(["random_folds", "grouped_folds"], "en"), name_bars(["red", "test"], "ja")
        (['random folds', 'grouped folds'], ['red', 'test'])
    """
    ours = all(name in NAMES and name not in FACTS for name in names)
    return [name_fact(name, language) for name in names] if ours else list(names)
