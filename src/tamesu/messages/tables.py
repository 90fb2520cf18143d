"""Messages about the host's tables: reading them, their ids, labels and image paths.

A question names the default first, with the key of competition.yaml that chooses it, then the other way out.
"""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    # The file
    "TABLE_MISSING": Message(
        "there is no table {path}",
        "mend the path in competition.yaml, or put the file there",
        "表 {path} がありません",
        "competition.yaml のパスを直すか、ファイルを置いてください",
    ),
    "TABLE_UNREADABLE": Message(
        "the table cannot be read: {reason}",
        "look at the file; if it was downloaded, download it again",
        "表を読み込めません: {reason}",
        "ファイルを確かめてください。ダウンロードしたものなら、もう一度ダウンロードしてください",
    ),
    "TABLE_TOO_LARGE": Message(
        "the table is too large or unpacks out of all proportion: more than {size_mib} MiB",
        "look whether it is the right file; keep only the columns that are needed",
        "表が大きすぎるか、展開後のサイズが異常です: {size_mib} MiB 以上",
        "正しいファイルか確かめ、必要な列だけを残してください",
    ),
    "TABLE_NOT_A_TABLE": Message(
        "this is no table of text, but: {found}",
        "save it as CSV (UTF-8); if it was downloaded, the page may have asked for a login instead of giving the file",
        "テキストの表ではありません。中身: {found}",
        "CSV(UTF-8)で保存してください。ダウンロードしたものなら、ログイン画面などが保存された可能性があります",
    ),
    "TABLE_NEEDS_PYARROW": Message(
        "reading Parquet needs pyarrow, which is not installed",
        "install it with `pip install 'tamesu[parquet]'`, or save the table as CSV",
        "Parquet を読むには pyarrow が必要ですが、入っていません",
        "`pip install 'tamesu[parquet]'` で入れるか、表を CSV で保存してください",
    ),
    "TABLE_EMPTY": Message(
        "the table has no rows",
        "look whether the file is complete: it needs a header line and at least one row",
        "表に行がありません",
        "ファイルが完全か確かめてください。見出し行と 1 行以上のデータが必要です",
    ),
    "TABLE_ENCODING": Message(
        "the text is not plain UTF-8; found: {encoding} (lines {lines}), beginning {examples}",
        "where that text looks wrong, or several encodings stand in one file, save the file as UTF-8 throughout",
        "文字コードが UTF-8 ではありません: {encoding}({lines} 行目)、先頭は {examples}",
        "この文字列がおかしいとき、または複数の文字コードが混ざっているときは、全体を UTF-8 で保存し直してください",
    ),
    "TABLE_NUL_BYTE": Message(
        "{bytes} zero bytes stand in the text (lines {lines}); the file was damaged",
        "take it from its source again",
        "テキストに 0 のバイトが {bytes} 個あります({lines} 行目)。ファイルが壊れています",
        "元の場所からもう一度取得してください",
    ),
    # Rows and cells
    "TABLE_DELIMITER": Message(
        "the cells are separated by {found}, where the file's ending speaks for {expected}",
        "it was read so; nothing needs to be done",
        "区切り文字は {found} でした(拡張子からは {expected} のはず)",
        "そのまま読み込みました。対応は不要です",
    ),
    "TABLE_RAGGED": Message(
        "{count} rows have another number of cells than the header's {header} (lines {lines}; the first has {found})",
        "put quotes around cells that hold the delimiter; if the last line is cut, download the file again",
        "{count} 行のセル数が見出しの {header} 個と合いません({lines} 行目、最初の行は {found} 個)",
        "区切り文字を含むセルは引用符で囲んでください。最後の行が途切れているなら、もう一度ダウンロードしてください",
    ),
    "TABLE_OPEN_QUOTE": Message(
        "a quote in the row that begins on line {lines} is not closed, or text follows it",
        'close it; a quote inside a quoted cell is written twice: ""',
        "{lines} 行目から始まる行の引用符が閉じていないか、閉じた後に文字があります",
        '引用符を閉じてください。引用符で囲んだセルの中の引用符は "" と 2 つ書きます',
    ),
    "TABLE_FIELD_TOO_LARGE": Message(
        "{count} rows hold a cell of more than {limit} characters (lines {lines})",
        "take the column out of the table, or put its content into files of its own",
        "{count} 行に {limit} 文字を超えるセルがあります({lines} 行目)",
        "その列を表から外すか、内容を別のファイルにしてください",
    ),
    "TABLE_BLANK_ROWS": Message(
        "{count} rows are blank (lines {lines}) and were left out",
        "look whether something was lost there",
        "{count} 行が空だったため、除きました({lines} 行目)",
        "データが失われていないか確かめてください",
    ),
    # The header and columns
    "TABLE_NO_HEADER": Message(
        "the first line looks like a row, not like column names: {examples}",
        "default: it names the columns (`accept: [TABLE_NO_HEADER]` in competition.yaml); "
        "or write a line with the names above it",
        "1 行目が列名ではなくデータのようです: {examples}",
        "既定: 列名として使う(competition.yaml に `accept: [TABLE_NO_HEADER]`)。データなら、その上に列名の行を書いてください",
    ),
    "TABLE_NO_COLUMN": Message(
        "{table} has no column {name!r}",
        "name one of its columns: {known}",
        "{table} に列 {name!r} がありません",
        "次の列から選んでください: {known}",
    ),
    "TABLE_DUPLICATE_COLUMN": Message(
        "several columns have one name: {examples}",
        "give each column a name of its own",
        "同じ名前の列が複数あります: {examples}",
        "列ごとに別の名前を付けてください",
    ),
    "TABLE_COLUMN_TRIMMED": Message(
        "column names were written with spaces around them: {examples}",
        "they are known by their names without the spaces",
        "列名の前後に空白がありました: {examples}",
        "空白を除いた名前で扱います",
    ),
    "TABLE_UNNAMED_COLUMN": Message(
        "columns without a name are called: {examples}",
        "nothing needs to be done unless one of them is wanted",
        "名前のない列には、次の名前を付けました: {examples}",
        "その列を使わないなら、対応は不要です",
    ),
    "TABLE_COLUMN_LEFT_OUT": Message(
        "columns that hold lists, structures or bytes were left out: {examples}",
        "write what is needed of them as columns of text or numbers",
        "リスト・構造体・バイト列の列は除きました: {examples}",
        "必要なものは、文字列か数値の列にしてください",
    ),
    # Ids
    "TABLE_ID_MISSING": Message(
        "{count} rows have no id in column {column} (lines {lines})",
        "fill them in; every row needs an id of its own",
        "{count} 行の id(列 {column})が空です({lines} 行目)",
        "埋めてください。行ごとに固有の id が必要です",
    ),
    "TABLE_DUPLICATE_ID": Message(
        "{count} rows repeat an id and agree with its first row (lines {lines}; {examples})",
        "the first row of each was kept; nothing needs to be done",
        "{count} 行は、前に出た id と同じ内容の繰り返しです({lines} 行目、{examples})",
        "それぞれ最初の行を使いました。対応は不要です",
    ),
    "TABLE_CONFLICTING_LABEL": Message(
        "{count} rows share their id with a row that says something else (lines {lines}; {examples})",
        "default: leave out all rows of these ids (`accept: [TABLE_CONFLICTING_LABEL]` in competition.yaml); "
        "or keep the right row of each in the table",
        "同じ id で内容の異なる行が {count} 行あります({lines} 行目、{examples})",
        "既定: これらの id の行をすべて除く(competition.yaml に `accept: [TABLE_CONFLICTING_LABEL]`)。"
        "または、表に正しい行だけを残してください",
    ),
    "TABLE_CONFLICTING_IMAGE": Message(
        "{count} test rows share their id with a row that names another image (lines {lines}; {examples})",
        "default: take the first row of each (`accept: [TABLE_CONFLICTING_IMAGE]` in competition.yaml); or mend the table",
        "同じ id で別の画像を指すテスト行が {count} 行あります({lines} 行目、{examples})",
        "既定: それぞれ最初の行を使う(competition.yaml に `accept: [TABLE_CONFLICTING_IMAGE]`)。または、表を直してください",
    ),
    # Labels
    "TABLE_LABEL_MISSING": Message(
        "{count} of {total} rows have no value for {target} in column {column} (lines {lines})",
        "default: neither learn from them nor score them (`accept: [TABLE_LABEL_MISSING]` in competition.yaml); "
        "or fill them in",
        "{total} 行のうち {count} 行に {target}(列 {column})の値がありません({lines} 行目)",
        "既定: 学習にも評価にも使わない(competition.yaml に `accept: [TABLE_LABEL_MISSING]`)。または、値を埋めてください",
    ),
    "TABLE_LABEL_LOOKS_MISSING": Message(
        '{count} rows of column {column} hold labels that may mean "not known": {texts} (lines {lines})',
        "default: they are classes (`accept: [TABLE_LABEL_LOOKS_MISSING]` in competition.yaml); "
        'if they mean "not known", write `targets.{target}.missing: ["", {texts}]`',
        "列 {column} の {count} 行に、「不明」の意味かもしれないラベルがあります: {texts}({lines} 行目)",
        "既定: クラスとして扱う(competition.yaml に `accept: [TABLE_LABEL_LOOKS_MISSING]`)。"
        '「不明」の意味なら `targets.{target}.missing: ["", {texts}]` と書いてください',
    ),
    "TABLE_NEAR_EQUAL_LABELS": Message(
        "labels of column {column} differ only in case, width, spaces or spelling of a number: {spellings} "
        "({count} rows; lines {lines})",
        "default: each spelling is a class of its own (`accept: [TABLE_NEAR_EQUAL_LABELS]` in competition.yaml); "
        "or spell them alike in the table",
        "列 {column} に、大文字小文字・全角半角・空白・数の書き方だけが違うラベルがあります: {spellings}"
        "({count} 行、{lines} 行目)",
        "既定: 別々のクラスとして扱う(competition.yaml に `accept: [TABLE_NEAR_EQUAL_LABELS]`)。"
        "または、表の中で書き方をそろえてください",
    ),
    "TABLE_LABEL_PADDED": Message(
        "labels of column {column} begin or end with a space: {examples} ({count} rows; lines {lines})",
        "they are kept as they are, as the host may want them back so",
        "列 {column} に、前後に空白のあるラベルがあります: {examples}({count} 行、{lines} 行目)",
        "提出時に必要かもしれないため、そのまま使います",
    ),
    "TABLE_UNKNOWN_LABEL": Message(
        "{count} rows of column {column} hold labels that are not in `targets.{target}.labels`: {examples} (lines {lines})",
        "mend the table or add them to the list; known are: {known}",
        "列 {column} の {count} 行に、`targets.{target}.labels` にないラベルがあります: {examples}({lines} 行目)",
        "表を直すか、一覧に加えてください。現在の一覧: {known}",
    ),
    "TABLE_ONE_CLASS": Message(
        "column {column} of target {target} holds fewer than two different labels: {examples}",
        "look whether it is the right column; there is nothing to tell apart",
        "ターゲット {target} の列 {column} に、2 種類以上のラベルがありません: {examples}",
        "正しい列か確かめてください。見分けるものがありません",
    ),
    "TABLE_ONE_VALUE": Message(
        "column {column} of target {target} holds fewer than two different values: {examples}",
        "look whether it is the right column; there is nothing to learn",
        "ターゲット {target} の列 {column} に、2 種類以上の値がありません: {examples}",
        "正しい列か確かめてください。学習するものがありません",
    ),
    "TABLE_LABEL_LOOKS_LIKE_ID": Message(
        "column {column} of target {target} has {classes} labels in {count} rows, as names of rows have: {examples}",
        "default: they are classes (`accept: [TABLE_LABEL_LOOKS_LIKE_ID]` in competition.yaml); "
        "or name the column that holds the label",
        "ターゲット {target} の列 {column} は {count} 行に {classes} 種類あり、ラベルではなく行の名前のようです: {examples}",
        "既定: クラスとして扱う(competition.yaml に `accept: [TABLE_LABEL_LOOKS_LIKE_ID]`)。"
        "または、ラベルの列を指定してください",
    ),
    "TABLE_LABEL_SEPARATOR": Message(
        "the labels in the cells of column {column} are separated by {separators}: {examples}",
        "default: split at each of these (several of them: `accept: [TABLE_LABEL_SEPARATOR]` in competition.yaml); "
        "or write the one that separates labels as `targets.{target}.separator`",
        "列 {column} のセルの中では、ラベルが {separators} で区切られています: {examples}",
        "既定: そのすべてで区切る(複数なら competition.yaml に `accept: [TABLE_LABEL_SEPARATOR]`)。"
        "または、区切り文字を `targets.{target}.separator` に書いてください",
    ),
    "TABLE_TOO_MANY_LABELS": Message(
        "column {column} of target {target} splits into {classes} labels, too many for memory: {examples}",
        "look whether it holds labels at all, or write another `targets.{target}.separator`",
        "ターゲット {target} の列 {column} は {classes} 種類のラベルに分かれ、メモリーに収まりません: {examples}",
        "ラベルの列か確かめるか、`targets.{target}.separator` に別の区切り文字を書いてください",
    ),
    "TABLE_SOFT_LABEL_SUM": Message(
        "in {count} rows the shares of columns {column} do not add to 1, or are below 0 (lines {lines}; sums {examples})",
        "default: the label with the largest share counts, a row without any has no label "
        "(`accept: [TABLE_SOFT_LABEL_SUM]` in competition.yaml); or mend the rows; shares that add to 1 may be learnt as they "
        "are (`kind: soft`), several labels at once are kind multilabel",
        "{count} 行で、列 {column} の値の合計が 1 にならないか、負の値があります({lines} 行目、合計 {examples})",
        "既定: 最大の値のラベルを使い、すべて 0 の行はラベルなしとする(competition.yaml に `accept: [TABLE_SOFT_LABEL_SUM]`)。"
        "または、行を直してください。合計が 1 の割合はそのまま学習できます(`kind: soft`)。"
        "複数のラベルが同時に成り立つなら multilabel 型にしてください",
    ),
    "TABLE_SOFT_LABELS": Message(
        "in {count} rows the columns {column} share one label among them (lines {lines})",
        "default: the label with the largest share counts (`accept: [TABLE_SOFT_LABELS]` in competition.yaml); "
        "or write `kind: soft`, and the shares themselves are learnt, predicted and scored",
        "{count} 行で、1 つのラベルが列 {column} に割合として分かれています({lines} 行目)",
        "既定: 最大の値のラベルを使う(competition.yaml に `accept: [TABLE_SOFT_LABELS]`)。"
        "または `kind: soft` と書けば、割合そのものを学習・予測・採点します",
    ),
    "TABLE_NOT_ZERO_ONE": Message(
        "{count} rows hold numbers other than 0 and 1 in columns {column}: {examples} (lines {lines})",
        "write 1 for a label that is there and 0 for one that is not",
        "{count} 行の列 {column} に 0 と 1 以外の数があります: {examples}({lines} 行目)",
        "ラベルがあれば 1、なければ 0 を書いてください",
    ),
    "TABLE_NOT_FINITE": Message(
        "{count} rows hold no finite number in column {column}: {examples} (lines {lines})",
        'mend them; a text that means "not known" goes into `targets.{target}.missing`',
        "{count} 行の列 {column} が有限の数ではありません: {examples}({lines} 行目)",
        "直してください。「不明」を表す文字列なら `targets.{target}.missing` に書いてください",
    ),
    "TABLE_DECIMAL_COMMA": Message(
        "{count} numbers of column {column} have a comma, read as the decimal point: {examples} (lines {lines})",
        "default: so it stays (if that is asked: `accept: [TABLE_DECIMAL_COMMA]` in competition.yaml); "
        "if it separates thousands, take it out of the table",
        "列 {column} の {count} 個の数のコンマを小数点として読みました: {examples}({lines} 行目)",
        "既定: 小数点とする(確認を求められたら competition.yaml に `accept: [TABLE_DECIMAL_COMMA]`)。"
        "桁区切りなら、表から取り除いてください",
    ),
    "TABLE_NEAR_EQUAL_GROUPS": Message(
        "groups of column {column} differ only in case, width or spaces: {spellings} ({count} rows; lines {lines})",
        "default: each spelling is a group of its own (`accept: [TABLE_NEAR_EQUAL_GROUPS]` in competition.yaml); "
        "if they are the same, spell them alike, or they may stand on both sides of a fold",
        "列 {column} に、大文字小文字・全角半角・空白だけが違うグループがあります: {spellings}({count} 行、{lines} 行目)",
        "既定: 別々のグループとして扱う(competition.yaml に `accept: [TABLE_NEAR_EQUAL_GROUPS]`)。"
        "同じグループなら書き方をそろえてください。そのままでは fold の両側に分かれるおそれがあります",
    ),
    # Images
    "TABLE_IMAGE_TEMPLATE": Message(
        "{template!r} is not a path with a {{column}} in it",
        'write where each row\'s image is, such as "train/{{id}}.jpg"; a brace that belongs to the path is written twice',
        "{template!r} は {{列名}} を含むパスではありません",
        '各行の画像の場所を書いてください(例: "train/{{id}}.jpg")。パス自体の波括弧は 2 つ重ねて書きます',
    ),
    "TABLE_PATH_OUTSIDE": Message(
        "{count} rows name a path that leaves the image folder: {examples} (lines {lines})",
        "write names inside the folder, without `..` and without a leading slash",
        "{count} 行が画像フォルダーの外のパスを指しています: {examples}({lines} 行目)",
        "`..` や先頭の `/` を使わず、フォルダーの中の名前を書いてください",
    ),
    "TABLE_NO_FILE_FOUND": Message(
        "none of the {total} images is there; looked for {examples}; in folder {folder} are: {beside}",
        "mend the `image` path in competition.yaml, or put the images there",
        "{total} 枚の画像が 1 枚も見つかりません。探したファイル: {examples}、フォルダー {folder} の中身: {beside}",
        "competition.yaml の `image` のパスを直すか、画像を置いてください",
    ),
    "TABLE_FILE_MISSING": Message(
        "{count} of {total} images are not there: {examples} (lines {lines})",
        "put them there; until then they are not trained on, and a row to be predicted gets the class prior",
        "{total} 枚のうち {count} 枚の画像がありません: {examples}({lines} 行目)",
        "画像を置いてください。ないものは学習に使わず、予測が要る行にはクラスの事前確率を使います",
    ),
    "TABLE_ENDING_ADDED": Message(
        "{count} of {total} images were found under another ending: {examples}",
        "nothing needs to be done; the `image` path in competition.yaml may say the ending",
        "{total} 枚のうち {count} 枚は、別の拡張子で見つかりました: {examples}",
        "対応は不要です。competition.yaml の `image` に拡張子を書くこともできます",
    ),
    "TABLE_ENDING_UNCLEAR": Message(
        "for {count} rows several files may be meant; the first by name: {examples} (lines {lines})",
        "default: take that one (`accept: [TABLE_ENDING_UNCLEAR]` in competition.yaml); "
        "or write the ending in the `image` path or in the table",
        "{count} 行では、当てはまるファイルが複数あります。名前順の最初: {examples}({lines} 行目)",
        "既定: それを使う(competition.yaml に `accept: [TABLE_ENDING_UNCLEAR]`)。"
        "または、`image` のパスか表に拡張子を書いてください",
    ),
    "TABLE_SHARED_IMAGE": Message(
        "{images} images stand in several rows that no group holds together ({count} rows; lines {lines}): {examples}",
        "default: go on, though an image may be trained on and scored (`accept: [TABLE_SHARED_IMAGE]` in competition.yaml); "
        "or name a `groups` column that is equal for rows of one image",
        "{images} 枚の画像が、同じグループでない複数の行に使われています({count} 行、{lines} 行目): {examples}",
        "既定: 同じ画像が学習と評価の両方に入るおそれがあるまま続ける(competition.yaml に `accept: [TABLE_SHARED_IMAGE]`)。"
        "または、同じ画像の行で値が等しい列を `groups` に指定してください",
    ),
    "NAME_NFC_NFD_PAIR": Message(
        "{count} names differ from a file's or from each other only in how accents are composed (NFC or NFD): {examples}",
        "each row got the file that is equal, or else the one in the other form; nothing needs to be done",
        "{count} 個の名前は、濁点などの合成方法(NFC と NFD)だけがファイル名または互いと異なります: {examples}",
        "完全に一致するファイル、なければ他方の形のファイルを使いました。対応は不要です",
    ),
    "NAME_NOT_UTF8": Message(
        "{count} file names are not UTF-8 and were read as Shift-JIS: {examples}",
        "nothing needs to be done; renaming them to UTF-8 helps other programs",
        "{count} 個のファイル名は UTF-8 ではなく、Shift-JIS として読みました: {examples}",
        "対応は不要です。UTF-8 に変えておくと、ほかのプログラムでも扱いやすくなります",
    ),
}
