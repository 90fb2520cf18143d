"""What stands on the page on which labels are decided, and on the page of rows that belong together."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "RELABEL_TARGET": Message(
        "labels of {target!r} were decided, and the competition's main target is {main!r} now",
        "load the page again",
        "決めたのは {target!r} のラベルですが、現在の主ターゲットは {main!r} です",
        "ページを読み込み直してください",
    ),
    "RELABEL_NO_ROW": Message(
        "there is no row {id!r} to decide",
        "load the page again: the audit or the table has changed",
        "決める対象の行 {id!r} がありません",
        "監査か表が変わっています。ページを読み込み直してください",
    ),
    "RELABEL_NO_LABEL": Message(
        "{label!r} is no label of {target}; nothing was written",
        "choose one that is there, or `?` for not known. A new label needs the whole list: `targets.{target}.labels`",
        "{label!r} は {target} のラベルにないため、書き込みませんでした",
        "あるラベルか、不明を表す `?` を選んでください。新しいラベルには `targets.{target}.labels` に全ラベルの指定が必要です",
    ),
    "RELABEL_NO_NUMBER": Message(
        "{label!r} is no number; nothing was written",
        "write a number with a decimal point; `?` means not known",
        "{label!r} は数値ではないため、書き込みませんでした",
        "小数点を使った数値を書いてください。`?` は「不明」です",
    ),
}

PHRASES: dict[str, Phrase] = {
    "relabel": Phrase("Doubtful labels", "疑わしいラベル"),
    "relabel_count": Phrase("{count} to look at, {decided} decided", "対象 {count} 行、決定済み {decided} 行"),
    "relabel_go": Phrase("Decide them by keyboard", "キーボードで決める"),
    "relabel_none": Phrase("No label is doubted.", "疑わしいラベルはありません。"),
    "relabel_unknown": Phrase(
        "No audit has said yet which labels are doubtful.", "疑わしいラベルを調べる監査がまだ行われていません。"
    ),
    "relabel_more": Phrase("The first {shown} of {total} rows.", "{total} 行中、先頭の {shown} 行です。"),
    "relabel_odds": Phrase("{reason}: {chance} against {proposed}", "{reason}: {chance} 対 {proposed}"),
    "relabel_near": Phrase("Most alike, with their labels", "最も似ている画像とラベル"),
    "relabel_saved": Phrase("written", "書き込み済み"),
    "relabel_saving": Phrase("writing…", "書き込み中…"),
    "relabel_unsaved": Phrase("not written yet", "未書き込み"),
    "relabel_force": Phrase(
        "To put the decisions in force, write this once under {target} in competition.yaml. Runs before and after learn "
        "different labels and are not compared.",
        "決定を有効にするには、competition.yaml の {target} の下に一度だけ次の行を書きます。"
        "前後の run は学習するラベルが異なるため比較されません。",
    ),
    "relabel_in_force": Phrase(
        "{file} is in force: the next training learns what is decided here. Runs from before are not compared with later ones.",
        "{file} は有効です。ここでの決定は次の学習から使われます。以前の run とは比較されません。",
    ),
    "back_to_data": Phrase("Data", "データ"),
    # rows that belong together
    "groups": Phrase("Images that belong together", "まとまりのある画像"),
    "groups_go": Phrase("All of them", "すべて見る"),
    "groups_sets": Phrase("{count} sets", "{count} 組"),
    "audit_work": Phrase("To work through", "見直すもの"),
    "groups_copies": Phrase("Copies", "コピー"),
    "groups_groups": Phrase("Hidden groups", "隠れたグループ"),
    "groups_kept": Phrase("Groups that are kept together", "まとめて扱っているグループ"),
    "groups_about_copies": Phrase(
        "Images that show one picture: equal files, or saved again, cut, mirrored, re-toned.",
        "同じ写真の画像です。同一ファイルのほか、再保存・切り抜き・反転・色調変更を含みます。",
    ),
    "groups_about_groups": Phrase(
        "Images of one thing, as the audit read it out of names, columns and pixels.",
        "監査が名前・列・画素から読み取った、同じものを写した画像です。",
    ),
    "groups_about_kept": Phrase(
        "The groups of competition.yaml: no fold divides them.", "competition.yaml のグループです。fold で分割されません。"
    ),
    "groups_none": Phrase("No audit has found images that belong together.", "まとまりのある画像は見つかっていません。"),
    "groups_unknown": Phrase(
        "No audit has looked for images that belong together yet.", "まとまりのある画像を調べる監査がまだ行われていません。"
    ),
    "groups_images": Phrase("{count} images", "{count} 枚"),
    "groups_rest": Phrase("{count} more", "ほか {count} 枚"),
    "groups_only": Phrase("show", "表示"),
    "groups_any": Phrase("all sets", "すべて"),
    "groups_labels": Phrase("different labels", "ラベルが異なる"),
    "groups_folds": Phrase("across folds", "fold をまたぐ"),
    "groups_parts": Phrase("in train and test", "学習とテストの両方"),
}
