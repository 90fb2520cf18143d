"""What is said about targets that lie in the picture: points and masks."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message, Phrase

MESSAGES: Mapping[str, Message] = {
    "MASK_MISSING": Message(
        "{count} of {total} rows have no mask for {target}: {examples} (lines {lines})",
        "nothing is to be done where they have no object: such a row is neither learnt from nor pasted nor cut out",
        "{total} 行のうち {count} 行に {target} のマスクがありません: {examples}（{lines} 行目）",
        "物体が写っていない行ならそのままで構いません（学習にも貼り付けにも切り抜きにも使いません）",
    ),
    "MASK_NO_FILE": Message(
        "none of the {total} masks of {target} is there; looked for {examples}; in folder {folder} are: {beside}",
        "mend the `mask` path in competition.yaml, or put the masks there",
        "{target} のマスク {total} 枚が 1 枚も見つかりません。探したファイル: {examples}、フォルダー {folder} の中身: {beside}",
        "competition.yaml の `mask` のパスを直すか、マスクを置いてください",
    ),
    "MASK_SIZE": Message(
        "{count} masks have another size than their image as it is seen upright: {examples}",
        "save each mask at the size of its image; where the camera was held sideways (EXIF), turn the mask too",
        "{count} 枚のマスクの大きさが、向きを正した画像と違います: {examples}",
        "マスクを画像と同じ大きさで保存してください。EXIF で回転する画像では、マスクも回転させてください",
    ),
    "MASK_UNREADABLE": Message(
        "the file cannot be read as a mask ({reason})",
        "save it as a PNG of grey values or palette indices from 0 to 255, one number per class",
        "マスクとして読めません（{reason}）",
        "グレー値またはパレット番号（0〜255、クラスごとに一つの数）の PNG で保存してください",
    ),
    "MASK_VALUES": Message(
        "masks of {target} hold pixel values that `values` does not list: {found}; listed: {known} (first in {examples})",
        "default: they are objects without a name, which no head learns (`accept: [MASK_VALUES]` in competition.yaml); "
        "or list them, the background first",
        "{target} のマスクに、`values` にない画素値があります: {found}、書かれている値: {known}（最初のファイル: {examples}）",
        "既定: 名前のない物体とみなし、ヘッドでは学習しない（competition.yaml に `accept: [MASK_VALUES]`）。"
        "または、背景を先頭にして `values` に加えてください",
    ),
    "POINTS_OUTSIDE": Message(
        "{count} rows have points of {target} outside their image: {examples} (lines {lines})",
        "default: keep them, as of what the picture cuts off (`accept: [POINTS_OUTSIDE]` in competition.yaml); or mend them: "
        "pixels of the upright image at its original size, x then y",
        "{count} 行で {target} の点が画像の外にあります: {examples}（{lines} 行目）",
        "既定: 画像の外に切れたものとして使う（competition.yaml に `accept: [POINTS_OUTSIDE]`）。または、"
        "向きを正した元の大きさの画像の画素座標（x、y の順）に直してください",
    ),
    "POINTS_COLUMNS": Message(
        "{target} has {count} `columns`, and points need two each",
        "write x then y of each point: `columns: [nose_x, nose_y, tail_x, tail_y]`",
        "{target} の `columns` が {count} 個です（点には 2 個ずつ必要です）",
        "各点の x、y の順に書いてください: `columns: [nose_x, nose_y, tail_x, tail_y]`",
    ),
    "POINTS_LABELS": Message(
        "{target} has {points} points and {labels} `labels`",
        "write one label per point, in their order, or leave `labels` out",
        "{target} の点は {points} 個ですが、`labels` は {labels} 個です",
        "点の順に一つずつラベルを書くか、`labels` を省いてください",
    ),
}

POINTS_NO_COLUMNS = Phrase(
    "points stand in `columns`, x then y of each, not in one `column`",
    "points 型は `column` ではなく、各点の x、y の順に `columns` に書きます",
)
MASK_NO_PATH = Phrase('it has no `mask`, such as "masks/{id}.png"', '`mask` がありません（例: "masks/{id}.png"）')
MASK_NO_COLUMNS = Phrase(
    "a mask stands in files, told by `mask`, not in a column", "mask 型は列ではなく、`mask` のパスのファイルにあります"
)
MASK_ALONE = Phrase("`mask` is for kinds mask and map", "`mask` は mask 型と map 型にだけ使えます")
VALUES_ALONE = Phrase("`values` is for kind mask", "`values` は mask 型にだけ使えます")
MASK_TWO = Phrase("the first is the background, so there must be two or more", "先頭は背景なので、2 つ以上が必要です")
VALUES_COUNT = Phrase("`values` needs one number per label", "`values` にはラベルと同じ数の値が必要です")
VALUES_RANGE = Phrase("`values` are pixel values from 0 to 255", "`values` は 0〜255 の画素値です")
UNKNOWN_ALONE = Phrase("`unknown` is for kinds mask and map", "`unknown` は mask 型と map 型にだけ使えます")
UNKNOWN_LISTED = Phrase("a pixel value in `unknown` is one of `values` too", "`unknown` の画素値が `values` にもあります")
BOX_ALONE = Phrase(
    "`box` is for kind points with four columns: x0, y0, x1, y1", "`box` は 4 列 (x0, y0, x1, y1) の points 型用です"
)
UNIT_ALONE = Phrase("`unit` is for kind points", "`unit` は points 型にだけ使えます")
SCALE_ALONE = Phrase("`scale` is for kind map", "`scale` は map 型にだけ使えます")
MAP_LABELS = Phrase("a map of numbers has no labels", "map 型に `labels` は書けません")
