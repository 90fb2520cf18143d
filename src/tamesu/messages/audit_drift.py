"""What an audit says of train against test: drift, and whether CV and the leaderboard go together."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "AUDIT_DRIFT": Message(
        "test images differ from training images: {by} tell them apart with AUC {auc:.2f} (95 %: {low:.2f} to {high:.2f}; "
        "0.5 is chance){beside}; train → test: {moved}; CV may not hold on test",
        "look at the pictures side by side; `tamesu tune --augmentations` makes `match_test`, and "
        "`tamesu try base match_test` judges it; trust gains that the test-like training images share",
        "テスト画像は学習画像と違います。{by}で見分けられる度合いは AUC {auc:.2f}（95 %: {low:.2f} から {high:.2f}、"
        "0.5 が偶然）{beside}。学習 → テスト: {moved}。CV がテストで成り立たないおそれがあります",
        "並べた画像を見比べてください。`tamesu tune --augmentations` が `match_test` を作り、`tamesu try base match_test` で"
        "判定できます。テストに似た学習画像でも効く改善を信じてください",
    ),
    "AUDIT_DRIFT_NONE": Message(
        "test images look like training images: {by} tell them apart with AUC {auc:.2f} (95 %: {low:.2f} to {high:.2f}; "
        "0.5 is chance){beside}",
        "nothing to do: as far as the images go, CV should hold on test",
        "テスト画像は学習画像と変わりません。{by}で見分けられる度合いは AUC {auc:.2f}（95 %: {low:.2f} から {high:.2f}、"
        "0.5 が偶然）{beside}",
        "することはありません。画像から見るかぎり、CV はテストでも成り立つはずです",
    ),
    "AUDIT_DRIFT_GROUPS": Message(
        "test images differ from training images (AUC {auc:.2f} by {by}{beside}), but no more than groups of train "
        "differ from each other ({ordinary:.2f}): test shows other groups, and nothing else is new",
        "keep the groups whole in folds, so that CV asks for the same",
        "テスト画像は学習画像と違います（{by}で AUC {auc:.2f}{beside}）が、"
        "学習データのグループどうしの違い（{ordinary:.2f}）を超えません。テストが別のグループというだけです",
        "fold でもグループを分けずに保ってください。CV が同じ問いになります",
    ),
    "AUDIT_DRIFT_FEW": Message(
        "{test} readable test images: too few to say whether they differ from the training images ({least} in each part)",
        "look at them yourself, beside training images",
        "読めるテスト画像が {test} 枚では、学習画像と違うかどうか判断できません（各 {least} 枚以上必要）",
        "学習画像と並べて目で見てください",
    ),
    "AUDIT_DRIFT_FILES": Message(
        "the files tell train from test better than the pictures do (AUC {auc:.2f}; train → test: {moved}): the host "
        "made them in different ways, but no network sees it",
        "nothing for a network; never use sizes in bytes, formats, times or exact sizes as `columns:`",
        "画像の中身よりファイルのほうが学習とテストをよく見分けます（AUC {auc:.2f}、学習 → テスト: {moved}）。"
        "作り方が違うだけで、ネットワークには見えません",
        "ネットワークには影響しません。バイト数・形式・時刻・正確な寸法を `columns:` に使わないでください",
    ),
}

BY: dict[str, Phrase] = {
    "facts": Phrase("facts of the pictures (light, colour, size)", "画像の統計（明るさ・色・大きさ）"),
    "features": Phrase("features of a frozen network", "固定したネットワークの特徴"),
}

LOW_TENTH = Phrase("{name} of the lowest tenth", "{name}（下位 10% 点）")
HIGH_TENTH = Phrase("{name} of the highest tenth", "{name}（上位 10% 点）")
IN_SPREAD = Phrase("{name} (other spread, same mean)", "{name}（平均は同じで散らばりが異なる）")
MOST_LIKE_TEST = Phrase(
    "train images most like test (probability of being of test {high:.2f} to {low:.2f})",
    "テストに最も似た学習画像（テストである確率 {high:.2f}〜{low:.2f}）",
)
LEAST_LIKE_TRAIN = Phrase(
    "test images least like train (probability of being of test {high:.2f} to {low:.2f})",
    "学習に最も似ていないテスト画像（テストである確率 {high:.2f}〜{low:.2f}）",
)
NOTHING_MOVED = Phrase("no single fact moved much: it is in the pictures", "単独で大きく動いた統計はなく、違いは絵柄にあります")

# What the facts of images are called; titles of charts are keys of this.
FACTS: dict[str, Phrase] = {
    "width": Phrase("width", "幅"),
    "height": Phrase("height", "高さ"),
    "aspect": Phrase("width / height", "縦横比（幅 / 高さ）"),
    "size": Phrase("exact size", "正確な寸法"),
    "brightness": Phrase("brightness", "明るさ"),
    "contrast": Phrase("contrast", "コントラスト"),
    "sharpness": Phrase("sharpness", "鮮鋭さ"),
    "saturation": Phrase("saturation", "彩度"),
    "red": Phrase("mean red", "平均の赤"),
    "green": Phrase("mean green", "平均の緑"),
    "blue": Phrase("mean blue", "平均の青"),
    "border_red": Phrase("border red", "縁の赤"),
    "border_green": Phrase("border green", "縁の緑"),
    "border_blue": Phrase("border blue", "縁の青"),
    "bytes_per_pixel": Phrase("bytes per pixel", "1 画素あたりのバイト数"),
    "bytes": Phrase("bytes", "バイト数"),
    "format": Phrase("format", "形式"),
    "mode": Phrase("mode", "モード"),
    "camera": Phrase("camera", "カメラ"),
    "day": Phrase("day taken (days since 1970)", "撮影日（1970 年からの日数）"),
    "hour": Phrase("hour taken", "撮影時刻（時）"),
    "position": Phrase("place in the table", "表の中の位置"),
}


def join_phrases(phrases: Sequence[Phrase]) -> Phrase:
    """Phrases in a row, with commas.

    Examples:
        >>> join_phrases([Phrase("red", "赤"), Phrase("blue", "青")]).ja
        '赤、青'
    """
    return Phrase(", ".join(one.en for one in phrases), "、".join(one.ja for one in phrases))
