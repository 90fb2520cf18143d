"""Why a card about heads or losses does or does not fit a competition."""

from __future__ import annotations

from tamesu.messages.message import Phrase

# Other targets
UNLEARNED = Phrase(
    "{targets} have no head yet: nothing to lose, so try them first",
    "{targets} にはまだヘッドがありません。失うものはないので、まず試してください",
)
SPARE = Phrase(
    "train has columns that test lacks and no target reads: {columns}; each may be a target with `known_in: train`",
    "train にあって test になく、どのターゲットも使っていない列: {columns}。`known_in: train` のターゲットにできます",
)
NO_MORE = Phrase("every target has a head already", "すべてのターゲットにヘッドがあります")
RICHER = Phrase(
    "{target!r} ({kind}) says where things are, which {main!r} does not",
    "{target!r} ({kind}) は、{main!r} にはない「どこに」の情報を持っています",
)
NO_MARKS = Phrase(
    "no target is of kind mask, map or points: a folder of masks, or columns of coordinates, would be one",
    "mask・map・points のターゲットがありません。マスクのフォルダや座標の列があれば使えます",
)
POORER = Phrase(
    "{target!r} follows from {main!r}: every label of it has one label there, so it tells nothing new",
    "{target!r} は {main!r} から決まります。ラベルごとに値が一つしかなく、新しい情報がありません",
)
PER_CLASS = Phrase(
    "{target!r} is the same for every image of a class; compare it with labels given image by image",
    "{target!r} はクラス内のどの画像でも同じです。画像ごとに付けたラベルと比べてみてください",
)
NOTHING_POORER = Phrase("no target follows from the main one", "主ターゲットから決まるターゲットはありません")
COARSER = Phrase(
    "{target!r} has {few} labels above the {many} of {main!r}",
    "{main!r} の {many} ラベルの上に、{few} ラベルの {target!r} があります",
)
NOTHING_COARSER = Phrase(
    "{main!r} has no coarser class beside it; a table of one row per class makes one (`derive: attributes`)",
    "{main!r} に対応する粗いクラスがありません。クラスごとの表があれば作れます (`derive: attributes`)",
)
DECLARE = Phrase("declare it first in competition.yaml: `{text}`", "先に competition.yaml に宣言してください: `{text}`")
NO_ORDER = Phrase(
    "no column of the train table puts rows in order (frame, time, ...)",
    "行を並べる列 (フレーム、時刻など) が train にありません",
)
NO_VALUE = Phrase("no target is a value in a column", "列に数値を持つターゲットがありません")

# The network
SHARED = Phrase("{count} heads share what the backbone gives", "{count} 個のヘッドがバックボーンの出力を共有しています")
ONE_HEAD = Phrase("the recipe has one head: there is nothing to share or to part", "ヘッドは一つだけで、共有も分離もありません")
APART = Phrase(
    "{head!r} is of kind {kind}, {main!r} of kind {main_kind}: they may need other features",
    "{head!r} は {kind} 型、{main!r} は {main_kind} 型です。必要な特徴が違うかもしれません",
)
MANY = Phrase(
    "{classes} classes: details decide, and where they are differs from picture to picture",
    "{classes} クラスあり、細部で決まります。その位置は画像ごとに違います",
)
SAYS_WHERE = Phrase(
    "{target!r} says where things are: compare the mask with it", "{target!r} が位置を持つので、マスクと見比べられます"
)
FEW_TO_LEARN = Phrase("{rows} rows: over-fitting is likely", "{rows} 行しかなく、過学習しやすいデータです")
ENOUGH_HEADS = Phrase(
    "{count} terms whose weights would have to be searched", "{count} 個の項があり、重みを一つずつ探すのは大変です"
)
TOO_FEW_HEADS = Phrase(
    "{count} terms: one weight is found sooner with `{command}`",
    "項は {count} 個です。`{command}` で重みを探すほうが早く済みます",
)

# Rules
WITHIN = Phrase(
    "all values of {target!r} lie from {least} to {most}: {low} to {high} may be a rule",
    "{target!r} の値はすべて {least}～{most} にあり、{low}～{high} が規則かもしれません",
)
NOT_WITHIN = Phrase(
    "no value target stays within bounds that look like a rule (0 to 1, 0 to 100, ...)",
    "規則らしい範囲 (0～1、0～100 など) に収まる数値ターゲットがありません",
)
IN_DISC = Phrase("{target!r}: x² + y² is never above {radius}²", "{target!r}: x² + y² が {radius}² を超えません")
NOT_DISC = Phrase("no value target of two columns stays within a circle", "円の中に収まる 2 列の数値ターゲットがありません")
ADDS_UP = Phrase("the columns of {target!r} add to {total} in every row", "{target!r} の列はどの行でも合計 {total} です")
NOT_ADDS_UP = Phrase(
    "no value target's columns add to the same number in every row", "合計が一定になる数値ターゲットがありません"
)
TURNS = Phrase("{target!r} seems to be an angle, {least} to {most}", "{target!r} は角度のようです ({least}～{most})")
NOT_TURNS = Phrase("no value target is called an angle or a direction", "角度や方向らしい名前の数値ターゲットがありません")
FEW_EVENTS = Phrase(
    "no row of {target!r} has more than {most} of its {columns} labels",
    "{target!r} の {columns} ラベルのうち、一行に付くのは最大 {most} 個です",
)
NOT_FEW_EVENTS = Phrase(
    "no multilabel target in columns has far fewer labels in a row than there are",
    "一行のラベル数がはっきり限られた、列形式の multilabel ターゲットがありません",
)
MAPS = Phrase("{heads}: the picture says where a map may jump", "{heads}: マップが跳んでよい場所は画像から分かります")
FIELDS = Phrase("fields a law could speak of: heads {heads}; columns {columns}", "法則に使える量: ヘッド {heads}、列 {columns}")
NO_FIELDS = Phrase(
    "dropped here: a law needs numbers that balance, and there are {heads} value heads and {columns} spare numeric columns",
    "ここでは使えません。法則には釣り合う量が必要ですが、数値のヘッドは {heads} 個、空いている数値列は {columns} 列です",
)

# Losses
NOT_KIND = Phrase("for {kinds} targets; {main!r} is of kind {kind}", "{kinds} 向けです。{main!r} は {kind} です")
RARE = Phrase("{label!r} has {count} rows, the commonest class {most}", "{label!r} は {count} 行、最多のクラスは {most} 行です")
EVEN = Phrase(
    "the classes have {count} to {most} rows: there is little to balance", "クラスは {count}～{most} 行で、偏りはわずかです"
)
METRIC_CLASSES = Phrase(
    "{metric} counts every class the same, so rare ones matter", "{metric} はクラスを平等に数えるので、少数派が効きます"
)
METRIC_ROWS = Phrase(
    "{metric} counts rows or reads probabilities: balance may cost more than it gains; a prior correction can undo it",
    "{metric} は行を数えるか確率を見るので、均衡化で損をすることがあります (事前確率の補正で戻せます)",
)
SOFT = Phrase("{target!r} holds shares, not one label", "{target!r} は一つのラベルでなく割合を持っています")
SEVERAL = Phrase("{target!r} may hold several labels in a row", "{target!r} は一行に複数のラベルを持てます")
LOSS_USED = Phrase("the recipe has it for {head!r}", "レシピの {head!r} で使用中です")
EACH_FEW = Phrase(
    "{classes} classes with about {each} rows each: distances say more than a layer per class",
    "{classes} クラスで、それぞれ約 {each} 行。クラスごとの層より距離のほうが多くを語ります",
)
FEW_CLASSES = Phrase(
    "{classes} classes: as a regulariser beside the main loss only", "{classes} クラスなので、主損失と並べる正則化として"
)
FAR_VALUES = Phrase(
    "{count} rows of {target!r} lie far outside of the others", "{target!r} の {count} 行が他から大きく外れています"
)
NO_FAR_VALUES = Phrase("{target!r} has no outliers to speak of", "{target!r} に目立った外れ値はありません")
METRIC_SQUARES = Phrase(
    "{metric} squares errors, so outliers decide it: it may cost",
    "{metric} は誤差を二乗するので、外れ値が勝負を決めます。損をするかもしれません",
)
EXACT = Phrase("{target!r} is a place in the picture", "{target!r} は画像内の位置です")
