"""Messages about `tamesu init`: what it cannot find, what it asks, what it will not overwrite."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "INTAKE_NO_DATA": Message(
        "there is no such folder",
        "name the folder that holds the host's files: `tamesu init my-folder --data PATH`",
        "このフォルダーはありません",
        "配布ファイルのあるフォルダーを指定してください: `tamesu init my-folder --data PATH`",
    ),
    "INTAKE_READ_ONLY": Message(
        "no files may be written into this folder",
        "make the competition elsewhere and leave the data where they are: `tamesu init my-folder --data {data}`",
        "このフォルダーには書き込めません",
        "データはそのままにして、別の場所に作ってください: `tamesu init my-folder --data {data}`",
    ),
    "INTAKE_NOT_A_FOLDER": Message(
        "a competition cannot be made here: it is a file, your home folder, or the root of the disk",
        "name a folder of its own: `tamesu init my-folder --data PATH`",
        "ここには作れません (ファイル、ホームフォルダー、またはディスクのルートです)",
        "専用のフォルダーを指定してください: `tamesu init my-folder --data PATH`",
    ),
    "INTAKE_OWN_NAME": Message(
        "images lie in {name}/, a folder into which tamesu writes its own files",
        "make the competition in a folder of its own: `tamesu init my-folder --data PATH`",
        "{name}/ に画像がありますが、ここは tamesu 自身が書き込むフォルダーです",
        "別のフォルダーに作ってください: `tamesu init my-folder --data PATH`",
    ),
    "INTAKE_EXISTS": Message(
        "already there: {files}",
        "nothing was written; move them away, or make the competition in another folder",
        "既にあります: {files}",
        "何も書き込んでいません。移動するか、別のフォルダーに作ってください",
    ),
    "INTAKE_NO_IMAGES": Message(
        "there are no images here",
        "unpack the host's files first, or name their folder with `--data PATH`",
        "画像がありません",
        "配布ファイルを展開するか、`--data PATH` でフォルダーを指定してください",
    ),
    "INTAKE_NOTHING_FOUND": Message(
        "{images} images, but nothing that tells their labels: {tables} tables, and no folder per class",
        "put a table (CSV, TSV, Parquet) with file names and labels beside them, or one folder per class",
        "画像は {images} 枚ありますが、ラベルが分かりません (表 {tables} 個、クラス別フォルダーなし)",
        "ファイル名とラベルの表 (CSV, TSV, Parquet) を置くか、クラスごとのフォルダーに分けてください",
    ),
    "INTAKE_NO_ID": Message(
        "no column names the images: its first cells are {cells}, the images are {images}",
        'say how a path is made of a row: `--image "train/{{id}}.jpg"`',
        "画像を指す列がありません。先頭のセルは {cells}、画像は {images} です",
        '行から画像のパスを作る形を指定してください: `--image "train/{{id}}.jpg"`',
    ),
    "INTAKE_NO_TABLE": Message(
        "{flag}: there is no table {name!r} in the data folder",
        "name one of these: {known}",
        "{flag}: データフォルダーに表 {name!r} がありません",
        "次から選んでください: {known}",
    ),
    "INTAKE_NO_COLUMN": Message(
        "{table} has no column {name!r}",
        "name one of its columns: {known}",
        "{table} に列 {name!r} がありません",
        "次の列から選んでください: {known}",
    ),
    "INTAKE_UNKNOWN_KIND": Message(
        "there is no kind called {kind!r}",
        "take class (one label each), ordinal (one of several in order), identity (one of many, few images each), "
        "multilabel (any number of labels), soft (shares of several labels) or value (numbers)",
        "{kind!r} という種類はありません",
        "class (一つのラベル)、ordinal (順序のあるラベル)、identity (個体識別)、multilabel (複数のラベル)、"
        "soft (ラベルの割合)、value (数値) から選んでください",
    ),
    "INTAKE_SOFT_COLUMNS": Message(
        "shares need one column per label, and there is only {columns}",
        "name every column: `--target A --target B --kind soft`",
        "割合にはラベルごとの列が要りますが、{columns} しかありません",
        "すべての列を指定してください: `--target A --target B --kind soft`",
    ),
    "INTAKE_NO_TARGET": Message(
        "no column is left to be predicted: {columns} are ids, files, groups or folds, or never change",
        "name it: `--target COLUMN`",
        "予測する列がありません。{columns} は id、ファイル名、グループ、分割、または値が変わらない列です",
        "列を指定してください: `--target 列名`",
    ),
    "INTAKE_WHICH_TRAIN": Message(
        "more than one table could hold the training labels",
        "say which: {choices}",
        "学習用ラベルと読める表が複数あります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_TEST": Message(
        "more than one table could hold the test rows",
        "say which: {choices}",
        "テスト行と読める表が複数あります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_SAMPLE": Message(
        "more than one table could be the sample submission",
        "say which: {choices}",
        "提出ファイルの見本と読める表が複数あります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_ID": Message(
        "more than one column names images, and not the same ones",
        "say which: {choices}",
        "別々の画像を指す列が複数あります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_IMAGE": Message(
        "more than one folder holds images of the names in column {column!r}",
        "say which: {choices}",
        "列 {column!r} と同じ名前の画像が複数のフォルダーにあります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_LEVEL": Message(
        "the class folders hold folders of their own, so either could be the label",
        "say which: {choices}",
        "クラス別フォルダーの中にさらにフォルダーがあり、どちらがラベルか分かりません",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_TARGET": Message(
        "more than one column could be the target",
        "say which: {choices}",
        "予測対象と読める列が複数あります",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_KIND": Message(
        "column {column!r} ({count} different cells) can be read in more than one way",
        "say which: {choices}",
        "列 {column!r} (異なる値 {count} 個) は複数の読み方ができます",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_GROUPS": Message(
        "more than one column could be the groups that must not be split between folds, and none contains the others",
        "say which: {choices}",
        "分割をまたいではならないグループと読める列が複数あり、包含関係もありません",
        "どれか指定してください: {choices}",
    ),
    "INTAKE_WHICH_BACKBONE": Message(
        "this weights file does not say which backbone it is for",
        "name it: `--backbone NAME` (any timm name)",
        "どの backbone の重みか、ファイルに書かれていません",
        "指定してください: `--backbone 名前` (timm の名前)",
    ),
    "INTAKE_NO_WEIGHTS": Message(
        "there is no such weights file",
        "give the path of a .safetensors file, or one of the words imagenet, none",
        "この重みファイルはありません",
        ".safetensors ファイルのパス、または imagenet, none のどちらかを指定してください",
    ),
    "INTAKE_NOT_SAFETENSORS": Message(
        "this is not a safetensors file",
        "convert the weights to safetensors; other formats can run code when they are opened",
        "safetensors ファイルではありません",
        "safetensors に変換してください。ほかの形式は開くだけでコードが実行されることがあります",
    ),
    "INTAKE_BAD_NOTES": Message(
        "the notes beside the weights cannot be read: {reason}",
        "mend the JSON, or move it away and give `--backbone-option` instead",
        "重みに添えられた JSON を読めません: {reason}",
        "JSON を直すか、取り除いて `--backbone-option` で指定してください",
    ),
}
