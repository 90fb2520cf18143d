"""Why `tamesu init` proposes what it proposes, in English and Japanese."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: dict[str, tuple[str, str]] = {
    # rows and images
    "TRAIN_TABLE": ("{rows} rows that name images", "画像を指す {rows} 行"),
    "UNUSED_TABLES": ("tables that were not used: {tables}", "使わなかった表: {tables}"),
    "ID_IMAGE": ("names the image, and is different in all {rows} rows", "画像を指し、{rows} 行すべてで異なる列"),
    "ID_UNIQUE": ("different in all {rows} rows", "{rows} 行すべてで異なる列"),
    "ID_REPEATED": (
        "names the image, yet {rows} rows have {distinct} different ones; `tamesu check` tells what to do",
        "画像を指すが、{rows} 行に対して {distinct} 種類しかない。`tamesu check` で確認を",
    ),
    "ID_PATH": ("the path of the image in the data folder", "データフォルダーからの画像のパス"),
    "IMAGE_TEMPLATE": ("{found} of {rows} rows have their image there", "{rows} 行中 {found} 行の画像がここにある"),
    "IMAGE_JOINED": (
        "the images of these rows lie under several folders or endings, so a table with one path per row was written; "
        "{found} of {rows} found",
        "画像のフォルダーや拡張子が一通りでないため、行ごとのパスを書いた表を作成 ({rows} 行中 {found} 行で発見)",
    ),
    "CLASS_FOLDERS": (
        "made from {classes} class folders: {rows} images, labelled with their folder's name",
        "{classes} 個のクラス別フォルダーから作成: 画像 {rows} 枚、ラベルはフォルダー名",
    ),
    "VAL_MERGED": (
        "the {val} validation images were put to the {train} training images, since folds validate on all of them; "
        "the column `split` keeps where each came from",
        "分割検証では全画像を検証に使うため、検証用 {val} 枚を学習用 {train} 枚に合併。元の区分は列 `split` に残る",
    ),
    "LOOSE_IMAGES": (
        "{count} images in no class folder were left out, the first is {first}",
        "クラス別フォルダーにない画像 {count} 枚は除外 (最初は {first})",
    ),
    "SKIPPED_NAMES": (
        "{count} image files were left out because their names are not UTF-8",
        "名前が UTF-8 でない画像 {count} 枚は除外",
    ),
    "SKIPPED_LINKS": ("folders that are links were not entered: {links}", "リンクのフォルダーはたどらない: {links}"),
    "DATA_ELSEWHERE": (
        "where the host's files are; nothing is ever written there",
        "配布ファイルの場所。ここには何も書き込まない",
    ),
    "DATA_ABOVE": (
        "the folder above both the host's files and this one, since a table had to be written here; "
        "moving this folder makes it wrong",
        "表をこのフォルダーに作ったため、配布ファイルとの共通の親フォルダー。このフォルダーを動かすと合わなくなる",
    ),
    "TEST_TABLE": ("{rows} rows without labels", "ラベルのない {rows} 行"),
    "TEST_FROM_SAMPLE": (
        "no test table; the {rows} ids of the sample submission name the test images",
        "テスト表がないため、提出見本の {rows} 個の id をテスト行とする",
    ),
    "TEST_IDS_WRITTEN": (
        "written anew because {table} has no column {id!r}",
        "{table} に列 {id!r} がないため作成",
    ),
    "TEST_FROM_FOLDER": ("made from the {rows} images in the test folder", "テストフォルダーの画像 {rows} 枚から作成"),
    "TEST_LABELLED": (
        "made from the {rows} images in the test folder; their labels are written down and never trained on",
        "テストフォルダーの画像 {rows} 枚から作成。ラベルは記録するだけで学習には使わない",
    ),
    "TEST_NO_IMAGES": (
        "left out: no column of {table} names images that are there",
        "なし: {table} に、存在する画像を指す列がない",
    ),
    "SAMPLE_NAME": ("by its name", "ファイル名から"),
    "SAMPLE_HEADLESS": ("by its name; it has no header line", "ファイル名から。ヘッダー行はない"),
    "PLATFORM_KAGGLE": (
        "a form of this name is most often Kaggle's; it decides only how you are told to hand the file in",
        "この名前の見本はたいてい Kaggle のもの。提出方法の案内にだけ使う",
    ),
    "PLATFORM_SIGNATE": (
        "a form without a header line is most often SIGNATE's; it decides only how you are told to hand the file in",
        "ヘッダー行のない見本はたいてい SIGNATE のもの。提出方法の案内にだけ使う",
    ),
    # targets
    "TARGET_GIVEN": ("as you said", "指定のとおり"),
    "TARGET_FOLDER": ("the name of the folder an image lies in", "画像のあるフォルダーの名前"),
    "TARGET_FORM": ("the sample submission asks for it", "提出見本にある列"),
    "TARGET_FORM_LABELS": ("its labels are the columns of the sample submission", "提出見本の列名がこの列のラベルと一致"),
    "TARGET_FORM_VALUES": ("the cells of the sample submission are its labels", "提出見本の値がこの列のラベルと一致"),
    "TARGET_NAME": ("by its name", "列名から"),
    "TARGET_ONE_COLUMN_EACH": ("{count} columns of 0 and 1, one per label", "0 と 1 だけの {count} 列 (ラベルごとに 1 列)"),
    "TARGET_SHARES": ("{count} columns of shares, which add to 1 in every row", "各行の合計が 1 になる割合の {count} 列"),
    "TARGET_ONLY": ("the only column that could be predicted", "予測対象になりうる唯一の列"),
    "SPARE_COLUMNS": (
        "not used; known for training rows, so each could become an auxiliary target (`known_in: train`)",
        "未使用。学習行でだけ分かる列なので、補助ターゲット (`known_in: train`) にできる",
    ),
    "AUXILIARY": (
        "an auxiliary target, known for training rows only: the first recipe leaves it alone, an idea in ideas.yaml tries it",
        "学習行でだけ分かる補助ターゲット。最初のレシピでは使わず、ideas.yaml のアイデアで試す",
    ),
    "MAIN_FIRST": (
        "one target is scored, and the first is taken; also trained: {others}",
        "採点するのは一つなので先頭を選択。ほかに学習するもの: {others}",
    ),
    "VALUES_TOGETHER": (
        "the sample submission asks for all of them: `tamesu init --kind value` makes them the columns of one target, which "
        "`tamesu submit` can write",
        "提出見本はこれらすべてを求めている。`tamesu init --kind value` なら一つのターゲットの列になり、"
        "`tamesu submit` で書ける",
    ),
    "KIND_GIVEN": ("as you said, or as the sample submission shows", "指定、または提出見本のとおり"),
    "KIND_CODES": ("{labels} codes of classes, without gaps", "欠番のないクラス番号が {labels} 個"),
    "KIND_NUMBERS": ("numbers", "数値"),
    "KIND_BINARY": ("two different cells", "値が 2 種類"),
    "KIND_TEXT": ("{labels} different labels, one per row", "ラベル {labels} 種類、1 行に一つ"),
    "KIND_SETS": (
        "{labels} labels that are combined anew from row to row, separated by {separator!r}",
        "{labels} 種類のラベルの組み合わせ (区切り {separator!r})",
    ),
    "KIND_ONE_HOT": ("exactly one of the {count} columns is 1 in every row", "{count} 列のうち各行で 1 なのは一つだけ"),
    "KIND_SHARES": (
        "numbers that add to 1 in every row: how a label is shared among the {count} columns",
        "各行の合計が 1 になる数値。一つのラベルを {count} 列に分けた割合",
    ),
    "KIND_VALUES": (
        "the {count} numbers that the sample submission asks for, as one target",
        "提出見本が求める {count} 個の数値を一つのターゲットとする",
    ),
    "KIND_ORDER": (
        "{labels} labels that stand in order, as their words or the column's name say; if they do not, write `class`",
        "言葉か列名から、順序のある {labels} 個のラベルと推測。順序がなければ `class` と書く",
    ),
    "KIND_ORDER_METRIC": (
        "{labels} codes without gaps, and quadratic_kappa, which counts how far apart they are",
        "欠番のない番号 {labels} 個。quadratic_kappa は番号の隔たりを数える",
    ),
    "KIND_IDENTITY": (
        "{labels} labels with few rows each, so likely individuals rather than kinds of things; if they are kinds, write "
        "`class` and choose metric and folds anew",
        "ラベルが {labels} 個あり、それぞれの行が少ないため、種類ではなく個体と推測。種類なら `class` と書き、"
        "metric と分割を選び直す",
    ),
    "KIND_ANY_OF": ("any number of the {count} columns is 1 in a row", "{count} 列のうち各行で 1 になる数は決まっていない"),
    # protocol
    "GROUPS_NAME": (
        "by its name: {count} groups in {rows} rows; a group never stands on both sides of a fold, for the score would be "
        "too good. If this is wrong, delete the line and choose another splitter",
        "列名から: {rows} 行に {count} グループ。同じグループを学習と検証に分けるとスコアが甘くなるので分けない。違っていれば"
        "この行を消して splitter を変える",
    ),
    "GROUPS_SAME_IMAGE": (
        "an image stands in several rows, and must not be on both sides of a fold",
        "同じ画像が複数行にあり、学習と検証に分かれてはならない",
    ),
    "SPLITTER_CLASS": ("each fold gets the same share of every class", "各分割でクラスの比率を揃える"),
    "SPLITTER_MULTILABEL": ("each fold gets the same share of every label", "各分割でラベルの比率を揃える"),
    "SPLITTER_VALUE": ("rows at random", "無作為に分割"),
    "SPLITTER_ORDINAL": ("each fold gets the same share of every label", "各分割でラベルの比率を揃える"),
    "SPLITTER_IDENTITY": (
        "the images of one individual are spread over the folds, so that most are known in training",
        "同じ個体の画像を各分割に散らし、多くを学習で見られるようにする",
    ),
    "SPLITTER_SOFT": (
        "each fold gets as many rows in which a label has the largest share",
        "割合が最大のラベルの比率を各分割で揃える",
    ),
    "SPLITTER_GROUPS": ("keeps the groups of {groups!r} whole", "{groups!r} のグループを分けない"),
    "FOLDS_FIVE": ("the usual number", "通常の数"),
    "FOLDS_SMALL_CLASS": ("class {label!r} has {count} rows only", "クラス {label!r} が {count} 行しかない"),
    "FOLDS_FEW_GROUPS": ("there are {count} groups only", "グループが {count} 個しかない"),
    "FOLDS_FEW_ROWS": ("there are {count} rows only", "行が {count} 行しかない"),
    "METRIC_CLASS": ("the usual one when each image has one label", "1 枚に一つのラベルのときの標準。規定と照合を"),
    "METRIC_MULTILABEL": ("the usual one when an image may have several labels", "複数ラベルのときの標準。規定と照合を"),
    "METRIC_ORDINAL": (
        "the usual one for labels in order: the further off, the worse",
        "順序のあるラベルの標準。離れた誤りほど重い。規定と照合を",
    ),
    "METRIC_IDENTITY": (
        "the usual one for identities: the five likeliest are told, best first",
        "個体識別の標準。可能性の高い順に五つ答える。規定と照合を",
    ),
    "METRIC_SOFT": ("the usual one for shares", "割合のときの標準。規定と照合を"),
    "METRIC_VALUE": ("the usual one for numbers", "数値のときの標準。規定と照合を"),
    "METRIC_PROBABILITIES": (
        "the sample submission has one column per class, so it asks for probabilities",
        "提出見本がクラスごとの列なので、確率を求めている",
    ),
    "METRIC_PROBABILITIES_EACH": (
        "the sample submission has one column per label, so it asks for probabilities",
        "提出見本がラベルごとの列なので、確率を求めている",
    ),
    "METRIC_BINARY_FRACTION": (
        "two classes, and the sample submission holds one number between 0 and 1 per row",
        "2 クラスで、提出見本が 1 行に 0 から 1 の数一つ",
    ),
    # recipe
    "BACKBONE_DEFAULT": ("a common, quick start", "よく使われる軽い出発点"),
    "BACKBONE_FROM_FILE": ("the network that {file} says it is for", "{file} に書かれた network"),
    "WEIGHTS_DEFAULT": (
        "what timm publishes under this name; fetched at the first training",
        "timm が公開している重み。最初の学習で取得する",
    ),
    "WEIGHTS_FILE": ("a file of yours", "手元のファイル"),
    "WEIGHTS_NOTES": ("{options}: as {file} says of itself", "{options}: {file} 自身の記載から"),
    "WEIGHTS_NO_NOTES": (
        "{file} does not say how it wants its images, so timm's mean and std for this name are used; if it was trained "
        "otherwise, add mean, std and pad_type",
        "{file} に画像の正規化の記載がないため timm の mean, std を使う。違う場合は mean, std, pad_type を書き足す",
    ),
    "SIZE_USUAL": ("the size most weights were trained at", "多くの重みが学習された大きさ"),
    "SIZE_SMALL_IMAGES": (
        "the images are small (median short side {side} px); larger would only be blown up",
        "画像が小さい (短辺の中央値 {side} px) ため。大きくしても引き伸ばすだけ",
    ),
    "FLIP": (
        "no label has a word for left or right; try it without, too",
        "左右を表すラベルがないため使う。なしも試す価値がある",
    ),
    "FLIP_LEFT_RIGHT": (
        "{label!r} tells left from right, which a mirror image makes wrong; write `allowed` if it does not, or "
        "`{{swap: [[a, b]]}}` if the labels a and b trade places",
        "{label!r} は左右を区別するので、鏡像ではラベルが誤りになる。ならなければ `allowed`、"
        "ラベル a と b が入れ替わるなら `{{swap: [[a, b]]}}` と書く",
    ),
    "FLIP_SWAP": (
        "the mirror image of {label!r} is its counterpart, so labels trade places when images are mirrored; "
        "write `forbidden` if they do not",
        "{label!r} の鏡像は対になるラベルなので、画像と一緒に入れ替える。そうでなければ `forbidden` と書く",
    ),
    "FLIP_DIRECTION": (
        "{label!r} seems to be an angle or a direction, which a mirror image changes; write how: `{{negate: [{label}]}}` (its "
        "sign turns), `{{angle: [{label}]}}` (degrees counter-clockwise from the right), `{{compass: [{label}]}}` (clockwise "
        "from the top), or `allowed`",
        "{label!r} は角度や方向のようで、鏡像では変わる。変わり方を書く: `{{negate: [{label}]}}` (符号が変わる)、"
        "`{{angle: [{label}]}}` (右から反時計回りの度数)、`{{compass: [{label}]}}` (上から時計回りの度数)、または `allowed`",
    ),
    "TURN_DIRECTION": (
        "{label!r} turns with the image: write `{{angle: [{label}]}}` or `{{compass: [{label}]}}` to let it, or `allowed`",
        "{label!r} は画像とともに回る。`{{angle: [{label}]}}` か `{{compass: [{label}]}}`、または `allowed` と書けば使える",
    ),
    "FLIP_DIRECTION_COLUMN": (
        "{label!r} seems to be an angle or a direction, which a mirror image changes, and one of several columns cannot be "
        "moved by itself: make it a target of its own and say how (`negate`, `angle`, `compass`), or write `allowed`",
        "{label!r} は角度や方向のようで、鏡像では変わる。複数列のうち 1 列だけは動かせないため、独立したターゲットにして"
        "変わり方 (`negate`、`angle`、`compass`) を書くか、変わらなければ `allowed` と書く",
    ),
    "TURN_DIRECTION_COLUMN": (
        "{label!r} turns with the image, and one of several columns cannot be moved by itself: make it a target of its own, or "
        "write `allowed` if it stays",
        "{label!r} は画像とともに回る。複数列のうち 1 列だけは動かせないため、独立したターゲットにするか、"
        "変わらなければ `allowed` と書く",
    ),
    "FLIP_SIGNS_TRIED": (
        "horizontal_flip is allowed so that the idea `flip` can try it; write `forbidden` when that is settled",
        "horizontal_flip はアイデア `flip` で試せるように許しておく。結果が出たら `forbidden` と書く",
    ),
    "AUXILIARY_MOVES": (
        "no idea is queued for it: a mirror image may make it wrong, which competition.yaml does not settle yet",
        "鏡像では誤りになりうるため、アイデアには加えない。`symmetries:` に書けば使える",
    ),
    "FLIP_SIGNS": (
        "no horizontal_flip: the labels look like signs ({labels}), and a mirrored sign is another one or none",
        "horizontal_flip なし: ラベルが文字や数字 ({labels}) のようで、鏡像は別の字になる",
    ),
    "DEFAULTS_BATCH_NORM": (
        "measured on 3,409 photos with mobilenetv2_100: a peak of 2e-3 in 8 epochs did far better than 2e-4",
        "実写真 3,409 枚と mobilenetv2_100 で計測: 8 エポックでは 2e-4 より最大 2e-3 がずっと良かった",
    ),
    "DEFAULTS_FEW_ROWS": (
        "few rows: measured on 370 photos with mobilenetv2_100, 5e-4 in 16 epochs of small batches beat 2e-3 in 8 by 0.20",
        "行が少ない: 実写真 370 枚と mobilenetv2_100 で計測し、5e-4・16 エポック・小バッチが 2e-3・8 エポックに 0.20 勝った",
    ),
    "DEFAULTS_CONVNEXT": (
        "a modern CNN, whose authors fine-tune with AdamW, a cosine and slower lower stages; not measured here, so run "
        "`tamesu lr`",
        "新しい CNN の系列。著者は AdamW・cosine・下の段ほど小さい学習率で fine-tuning する。未計測なので `tamesu lr` で確認",
    ),
    "DEFAULTS_TRANSFORMER": (
        "a transformer: a small AdamW step after a warm-up, as its authors fine-tune; not measured here, so run `tamesu lr`. "
        "SGD with momentum is the other one to try (`tamesu ideas --cards sgd`)",
        "Transformer 系。著者にならい warm-up 後の小さな AdamW。未計測なので `tamesu lr` で確認。momentum 付き SGD も候補 "
        "(`tamesu ideas --cards sgd`)",
    ),
    "DEFAULTS_HYBRID": (
        "convolutions and attention: a transformer's AdamW and warm-up, one rate for all stages; not measured here, so run "
        "`tamesu lr`",
        "畳み込みと attention の混成。AdamW と warm-up は Transformer と同じで、学習率は全段共通。"
        "未計測なので `tamesu lr` で確認",
    ),
    "DEFAULTS_LAYER_DECAY": (
        "lower stages know edges and textures already; each learns {value} times as fast as the one above it",
        "下の段は輪郭や模様を既に知っているので、一段下がるごとに学習率を {value} 倍にする",
    ),
    "DEFAULTS_WARMUP": (
        "a warm-up, as its first steps come before AdamW has seen how large gradients are",
        "AdamW が勾配の大きさを知る前の最初の数歩を小さくする (warm-up)",
    ),
    "DEFAULTS_SCRATCH_ATTENTION": (
        "attention without pretrained weights learns little from few images: a small step, a long warm-up, a long training. "
        "Pretrained weights or a CNN are mostly the better start",
        "事前学習なしの attention は少ない画像からは学びにくいため、小さな学習率、長い warm-up、長い学習にする。"
        "たいていは CNN か事前学習済みの重みの方がよい",
    ),
    "DEFAULTS_UNKNOWN_FAMILY": (
        "{backbone} belongs to no family we know; a careful start, not measured",
        "{backbone} は未知の系列。控えめな出発点 (未計測)",
    ),
    "DEFAULTS_FROM_SCRATCH": (
        "without pretrained weights everything has to be learnt from these images, so it trains longer",
        "事前学習なしではすべてをこの画像から学ぶため長めにする",
    ),
    # files
    "COMPETITION_HEAD": (
        "The facts of this competition, which no experiment may change. Written by `tamesu init`; a comment gives the reason "
        "for each guess. Correct what is wrong, then run `tamesu check`.",
        "このコンペの事実。どの実験でも変えない。`tamesu init` が作成し、推測の理由をコメントに記した。"
        "誤りを直して `tamesu check` を実行する。",
    ),
    "QUESTION": ("What does a plain fine-tuned {backbone} reach?", "素直に fine-tuning した {backbone} はどこまで届くか"),
    "RECIPE_EXPECTED": (
        "Expected: not known yet; write score, spread and time here after the first run",
        "Expected: 未計測。最初の run の後にスコア、ばらつき、時間をここに書く",
    ),
    "RECIPE_RUN": ("Run:      tamesu train base", "Run:      tamesu train base"),
    "IDEAS_HEAD": (
        "The queue of ideas: one named change to recipes/base.yaml each. `tamesu try base NAME` compares one with the baseline "
        "on the same folds and seeds, `tamesu ideas` lists them with their verdicts. Delete what does not fit, add your own; "
        "`why:` and `expected:` (better, worse or same) beside a change are kept with its verdict.",
        "アイデアの待ち行列。一つにつき recipes/base.yaml への変更一つ。`tamesu try base 名前` で、同じ fold とシードの"
        "ベースラインと比べる。`tamesu ideas` で判定とともに一覧できる。合わないものは消し、自分の案を足す。変更に添えた "
        "`why:` と `expected:` (上がる、下がる、変わらない) は判定と一緒に残る。",
    ),
    "IDEA_SMOOTHING": (
        "Some labels may be wrong: do not ask for full certainty.",
        "ラベルの誤りを見込み、確信しすぎないようにする。",
    ),
    "IDEA_THRESHOLDS": (
        "Labels in order: learn one threshold after the other, so that a near miss costs less than a far one.",
        "順序のあるラベル: しきい値を一つずつ学び、近い誤りを遠い誤りより軽くする。",
    ),
    "IDEA_ANGLES": (
        "Few images each: a margin between the directions of individuals is what re-identification is mostly won with.",
        "1 個体の画像が少ない: 個体ごとの方向に余白をとる損失は、個体識別でよく効く。",
    ),
    "IDEA_SQUARED": (
        "Does the metric punish large errors? Then train on them.",
        "指標が大きな誤差を重く見るなら、損失もそれに合わせる。",
    ),
    "IDEA_NO_FLIP": ("Does the mirror image really look like the same thing here?", "鏡像は本当に同じものに見えるか。"),
    "IDEA_FLIP": (
        "Is a mirrored sign really another one? Only a comparison tells.",
        "鏡像の字は本当に別の字か。比べれば分かる。",
    ),
    "IDEA_ROTATE": ("Photos are rarely held quite straight.", "写真はいつも真っ直ぐとは限らない。"),
    "IDEA_LONGER": ("Is the training still gaining when it ends?", "終わる時点でまだ伸びているか。"),
    "IDEA_HALF_LR": (
        "Half the learning rate: is the step too large for these images?",
        "学習率を半分に: この画像には歩幅が大きすぎないか。",
    ),
    "IDEA_AUXILIARY": (
        "An auxiliary loss costs nothing to think about, and test rows need not have it: does it teach the network something?",
        "補助ロスは考える手間がなく、テスト行になくてもよい。ネットワークが何かを学ぶか。",
    ),
    "IDEA_LARGER": (
        "More pixels: is the difference between classes a small detail?",
        "画素を増やす: クラスの違いは細部にあるか。",
    ),
}


def explain(code: str, values: Mapping[str, object], language: str | None = None) -> str:
    """A reason in words.

    Args:
        code: a key of `REASONS`.
        values: what fills its placeholders.
        language: `"en"` or `"ja"`; the user's when None.

    Examples:
        >>> explain("FOLDS_FEW_ROWS", {"count": 3}, "en")
        'there are 3 rows only'
    """
    from tamesu.messages import choose_language

    english, japanese = REASONS[code]
    return (japanese if (language or choose_language()) == "ja" else english).format(**values)
