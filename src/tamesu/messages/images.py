"""Messages about images."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "IMG_MISSING": Message(
        "the image file is not there",
        "put it back, or take its row out of the table",
        "画像ファイルがありません",
        "ファイルを戻すか、表からその行を除いてください",
    ),
    "IMG_OUTSIDE_FOLDER": Message(
        "the path leads out of the data folder",
        "copy the file into the data folder",
        "パスがデータフォルダの外を指しています",
        "ファイルをデータフォルダの中にコピーしてください",
    ),
    "IMG_NOT_A_FILE": Message(
        "this is not a regular file (a folder, pipe or device)",
        "put an image file in its place",
        "通常のファイルではありません (フォルダ、パイプ、デバイスなど)",
        "代わりに画像ファイルを置いてください",
    ),
    "IMG_NO_PERMISSION": Message(
        "no permission to read it",
        "give yourself read permission (`chmod u+r`)",
        "読み取り権限がありません",
        "読み取り権限を付けてください (`chmod u+r`)",
    ),
    "IMG_FILE_TOO_LARGE": Message(
        "the file is too large to be one image ({detail} bytes)",
        "check that it is the right file, or make it smaller",
        "1 枚の画像としてはファイルが大きすぎます ({detail} バイト)",
        "正しいファイルか確かめるか、小さくしてください",
    ),
    "IMG_READ_ERROR": Message(
        "the disk or the network gave an error while it was read",
        "copy the file again from its source, and check the disk",
        "読み取り中にディスクまたはネットワークのエラーが起きました",
        "元の場所からコピーし直し、ディスクを点検してください",
    ),
    "IMG_CHANGED": Message(
        "the file changed while tamesu was at work",
        "let nothing write into the data folder, and start again",
        "tamesu の作業中にファイルが変わりました",
        "データフォルダへの書き込みを止めて、もう一度始めてください",
    ),
    "SKIPPED_NOT_A_FILE": Message(
        "a folder with the name of an image; it is left out",
        "rename the folder if there are images in it",
        "画像のような名前のフォルダです。読み飛ばしました",
        "中に画像があるなら、フォルダの名前を変えてください",
    ),
    "SKIPPED_LINK_LOOP": Message(
        "a link to a folder that is listed already; it is left out",
        "nothing needs to be done",
        "すでに調べたフォルダへのリンクです。読み飛ばしました",
        "何もする必要はありません",
    ),
    "DATA_DUPLICATES": Message(
        "the same image, byte for byte, has another label or is in the test set as well: {detail}",
        "correct the labels or take the copies out; to keep them all, write `accept: [DATA_DUPLICATES]` in competition.yaml",
        "バイト単位で同じ画像が、別のラベルを持つか、テストデータにもあります: {detail}",
        "ラベルを直すかコピーを除いてください。残すなら、competition.yaml に `accept: [DATA_DUPLICATES]` と書いてください",
    ),
    "IMG_EMPTY": Message(
        "the file has 0 bytes",
        "download or copy it again",
        "ファイルが 0 バイトです",
        "もう一度ダウンロードするかコピーしてください",
    ),
    "IMG_UNREADABLE": Message(
        "no decoder can read it",
        "download or copy it again, or save it anew as PNG or JPEG",
        "どのデコーダでも読めません",
        "もう一度ダウンロードするかコピーするか、PNG か JPEG で保存し直してください",
    ),
    "IMG_NOT_AN_IMAGE": Message(
        "the content is not an image",
        "look into the file: a failed download often leaves an error page there",
        "中身が画像ではありません",
        "ファイルの中を見てください。ダウンロードに失敗してエラーページが入っていることがよくあります",
    ),
    "IMG_LFS_POINTER": Message(
        "a Git LFS pointer stands in place of the image",
        "fetch the images with `git lfs pull`",
        "画像の代わりに Git LFS のポインタが入っています",
        "`git lfs pull` で画像を取得してください",
    ),
    "IMG_NO_DECODER": Message(
        "no decoder is installed for this format ({detail})",
        "convert it to PNG or JPEG",
        "この形式 ({detail}) のデコーダがありません",
        "PNG か JPEG に変換してください",
    ),
    "IMG_FORMAT_NOT_ALLOWED": Message(
        "{detail} files are not opened, whatever their name: they hold programs, pages or layers",
        "convert it to PNG or JPEG",
        "{detail} は、名前にかかわらず開きません。プログラム、ページ、レイヤーなどを含む形式だからです",
        "PNG か JPEG に変換してください",
    ),
    "IMG_TRUNCATED": Message(
        "part of the pixels is missing",
        "download or copy it again",
        "画素の一部が欠けています",
        "もう一度ダウンロードするかコピーしてください",
    ),
    "IMG_BAD_CHECKSUM": Message(
        "its checksum is wrong: bytes have changed",
        "download or copy it again, and check the disk",
        "チェックサムが合いません。バイトが変わっています",
        "もう一度ダウンロードするかコピーし、ディスクを点検してください",
    ),
    "IMG_BAD_SIZE": Message(
        "it declares an impossible size ({detail})",
        "download it again, or save it anew",
        "ありえない大きさ ({detail}) が書かれています",
        "もう一度ダウンロードするか、保存し直してください",
    ),
    "IMG_TOO_LARGE": Message(
        "it declares {detail} pixels, more than are allowed",
        "cut or shrink it first",
        "{detail} 画素と書かれており、上限を超えています",
        "先に切り分けるか縮小してください",
    ),
    "IMG_NOT_FINITE": Message(
        "it holds NaN or infinite values",
        "replace these values and save it anew",
        "NaN または無限大の値を含んでいます",
        "その値を置き換えて保存し直してください",
    ),
    "IMG_NOT_A_MASK": Message(
        "a mask needs one number per pixel, this image has colours ({detail})",
        "save the mask as a palette or grey PNG",
        "マスクには画素ごとに 1 つの数が必要ですが、この画像には色があります ({detail})",
        "マスクをパレットまたはグレースケールの PNG で保存してください",
    ),
    "IMG_DECODER_CRASHED": Message(
        "the decoder broke down on it, or needed too much memory",
        "save it anew as PNG or JPEG",
        "デコーダが異常終了したか、メモリを使いすぎました",
        "PNG か JPEG で保存し直してください",
    ),
    "IMG_TIMEOUT": Message(
        "the decoder was not done after {detail} s",
        "save it anew as PNG or JPEG; to try once more, delete the folder `.cache`",
        "{detail} 秒たってもデコードが終わりませんでした",
        "PNG か JPEG で保存し直してください。もう一度試すには `.cache` フォルダを削除してください",
    ),
    "IMG_16BIT_RANGE": Message(
        "its values are far smaller than the file could hold (12-bit data in 16 bits?); which value is white is not known",
        "rescale the images to 8 bits over one range for the whole data set; to take the type's full range, which may make them"
        " dark, write `accept: [IMG_16BIT_RANGE]` in competition.yaml",
        "ファイルの形式に比べて画素値がずっと小さく (16 ビットに入った 12 ビットデータなど)、どの値が白なのか分かりません",
        "データ全体で同じ範囲を使って 8 ビットに変換してください。"
        "型の範囲全体でよければ (画像が暗くなりえます)、competition.yaml に `accept: [IMG_16BIT_RANGE]` と書いてください",
    ),
    "IMG_16BIT_SCALED": Message(
        "16 bits a channel were scaled to 8",
        "nothing needs to be done",
        "1 チャンネル 16 ビットを 8 ビットに縮めました",
        "何もする必要はありません",
    ),
    "IMG_CONVERTED": Message(
        "its colours were converted to RGB",
        "nothing needs to be done",
        "色を RGB に変換しました",
        "何もする必要はありません",
    ),
    "IMG_ALPHA_FLATTENED": Message(
        "transparent parts were laid on white",
        "save it without transparency if another background is right",
        "透明な部分の背景を白にしました",
        "別の背景が正しい場合は、透明なしで保存し直してください",
    ),
    "IMG_TURNED": Message(
        "it was turned upright as its EXIF data say",
        "nothing needs to be done; boxes and masks must belong to the upright image",
        "EXIF に従って正しい向きに回しました",
        "何もする必要はありません。枠やマスクは、正しい向きの画像に合わせてください",
    ),
    "IMG_BAD_EXIF": Message(
        "its EXIF data cannot be read; it was not turned",
        "look whether it is upright",
        "EXIF が読めないため、回転しませんでした",
        "向きが正しいか確かめてください",
    ),
    "IMG_BAD_PROFILE": Message(
        "its colour profile is broken; it was left unused",
        "nothing needs to be done",
        "カラープロファイルが壊れているため、使いませんでした",
        "何もする必要はありません",
    ),
    "IMG_METADATA_DROPPED": Message(
        "it carries very long texts; they were left unread",
        "nothing needs to be done",
        "非常に長いテキストが付いているため、読みませんでした",
        "何もする必要はありません",
    ),
    "IMG_MULTI_FRAME": Message(
        "it holds several frames or pages; the first is used",
        "save the frame that you want as a file of its own",
        "複数のフレームまたはページがあります。最初のものを使います",
        "必要なフレームを別のファイルとして保存してください",
    ),
    "IMG_NO_END_MARKER": Message(
        "its end marker is missing, all pixels are there",
        "nothing needs to be done",
        "終了マーカーがありませんが、画素はすべてそろっています",
        "何もする必要はありません",
    ),
    "IMG_DECODER_WARNING": Message(
        "the decoder found changed bytes; part of the image may look torn",
        "look at it; download or copy it again if it is torn",
        "デコーダがバイトの変化を見つけました。画像の一部が乱れている可能性があります",
        "画像を見て、乱れていればもう一度ダウンロードするかコピーしてください",
    ),
    "IMG_LARGE": Message(
        "it is very large",
        "nothing needs to be done; smaller copies are read faster",
        "非常に大きな画像です",
        "何もする必要はありません。縮小しておくと速く読めます",
    ),
    "IMG_TINY": Message(
        "it has only a few pixels",
        "look whether it is the right file",
        "画素がごくわずかしかありません",
        "正しいファイルか確かめてください",
    ),
    "IMG_EXTREME_RATIO": Message(
        "one side is more than 8 times as long as the other",
        "cut it into pieces if the detail matters",
        "一方の辺がもう一方の 8 倍より長くなっています",
        "細部が大事なら、切り分けてください",
    ),
    "IMG_CONSTANT": Message(
        "all its pixels have one colour",
        "look whether it is the right file",
        "すべての画素が同じ色です",
        "正しいファイルか確かめてください",
    ),
}
