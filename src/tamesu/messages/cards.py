"""What is said around the cards of the drawer: headings, marks, and why one does or does not fit a competition."""

from __future__ import annotations

from tamesu.messages.message import Phrase

FAMILIES = {
    "heads": Phrase("heads: what else the network is told, and where it looks", "ヘッド: 他に何を教え、どこを見るか"),
    "losses": Phrase("losses: how wrong an answer is, and how often a row is seen", "損失: 誤りの測り方と、行を見せる頻度"),
    "optimisation": Phrase("optimisation: how the weights move, and how many there are", "最適化: 重みの動かし方と数"),
    "geometry": Phrase("geometry: where things stand", "幾何: 位置と向き"),
    "colour": Phrase("colour", "色"),
    "tone": Phrase("tone: from dark to light", "階調"),
    "quality": Phrase("quality: blur, noise, compression", "画質: ぼけ・ノイズ・圧縮"),
    "covers": Phrase("covers: a part is hidden", "遮蔽: 一部を隠す"),
    "weather": Phrase("light, weather, dirt", "光・天候・汚れ"),
    "mixing": Phrase("mixing: two images of a batch", "混合: バッチ内の二枚"),
    "policies": Phrase("policies and other libraries", "ポリシーと他のライブラリ"),
    "views": Phrase("at test time", "テスト時"),
}
MARKS = {
    "used": Phrase("in the recipe", "使用中"),
    "suits": Phrase("fits here", "このコンペ向き"),
    "unfit": Phrase("not here", "ここでは対象外"),
    "forbidden": Phrase("forbidden", "禁止"),
    "asks": Phrase("asks first", "確認が必要"),
    "keep": Phrase("kept", "採用"),
    "drop": Phrase("dropped", "不採用"),
    "same": Phrase("no difference", "差なし"),
    "undecided": Phrase("undecided", "未決着"),
}
FIELDS = {
    "imitates": Phrase("imitates", "模すもの"),
    "does": Phrase("does", "働き"),
    "helps": Phrase("helps", "効く場面"),
    "lies": Phrase("lies", "嘘になる場面"),
    "harms": Phrase("harms", "害になる場面"),
    "here": Phrase("here", "このコンペ"),
}
PASTE = Phrase("into ideas.yaml, then `tamesu try {names}`:", "ideas.yaml に貼り、`tamesu try {names}`:")
MORE = Phrase(
    "whole cards: `tamesu ideas --cards {name}`; how they look: `tamesu augment --all`",
    "カードの全文: `tamesu ideas --cards {name}`、見た目: `tamesu augment --all`",
)

USED = Phrase(
    "the recipe has it: try it weaker, or without it",
    "レシピに入っています。弱めるか、外して試してください",
)
KEPT = Phrase(
    "kept here on {date}, gain {gain}: the recipe may take it over",
    "{date} に採用 (改善 {gain})。レシピに取り込めます",
)
DROPPED = Phrase(
    "dropped here on {date}, gain {gain}; another strength or probability is another idea",
    "{date} に不採用 (改善 {gain})。強さや確率を変えれば別のアイデアです",
)
SAME = Phrase("made no difference here on {date}, gain {gain}", "{date} に差なし (改善 {gain})")
UNDECIDED = Phrase(
    "undecided here since {date}, gain {gain}: more pairs would tell", "{date} から未決着 (改善 {gain})。組を増やせば決まります"
)
BY_HAND = Phrase("dropped by hand on {date}", "{date} に手動で不採用")
NO_GAIN = Phrase("not known", "不明")
NEEDS_WHERE = Phrase(
    "it needs to know where the object is, and no target is of kind mask or points",
    "物体の場所が必要ですが、mask や points のターゲットがありません",
)
NEEDS_OBJECTS = Phrase(
    "put cut-out objects (PNG with transparency) into the folder {folder!r} first",
    "先に、切り抜いた物体（透過 PNG）をフォルダ {folder!r} に入れてください",
)
FORBIDDEN = Phrase(
    "competition.yaml forbids {symmetry!r}: only --force tries it",
    "competition.yaml が {symmetry!r} を禁じています。試すには --force が必要です",
)
ALLOWED = Phrase("competition.yaml allows {symmetry!r}", "competition.yaml は {symmetry!r} を許可しています")
MOVES = Phrase(
    "labels move along, as competition.yaml says under {symmetry!r}",
    "competition.yaml の {symmetry!r} のとおり、ラベルも一緒に動きます",
)
ASKS = Phrase(
    "tamesu will ask first: {word!r} {reason}; declare {symmetry!r} in competition.yaml",
    "先に確認があります: {word!r} は{reason}。competition.yaml に {symmetry!r} を宣言してください",
)
GROUND = Phrase(
    "{symmetry!r} is not declared: right for pictures without an up, doubtful for photos; try it with and without",
    "{symmetry!r} は未宣言です。上下のない画像なら自然、写真なら疑わしいので、ありとなしを比べてください",
)
COLOUR = Phrase(
    "{word!r} names a colour: it may be the label that is changed",
    "{word!r} は色を表します。ラベルそのものを変えるおそれがあります",
)
SCALE = Phrase(
    "{word!r} may be about how large something is, and this changes how large things look",
    "{word!r} は大きさに関わるようですが、この拡張は見かけの大きさを変えます",
)
PLACE = Phrase(
    "{word!r} may be told by where something stands, and this moves or hides it",
    "{word!r} は位置で決まるのかもしれませんが、この拡張は位置を動かすか隠します",
)
DETAIL = Phrase(
    "at {size} px little detail is left to lose: keep it weak", "{size} px では失える細部がわずかです。弱くかけてください"
)
FEW_ROWS = Phrase(
    "{rows} rows: among the first to try, and stronger than usual", "{rows} 行しかないため、まず試したい一枚。普段より強めに"
)
RARE = Phrase(
    "{label!r} has {count} rows, the commonest class {most}: try `balance: true`, or `only: [...]` (then look whether the "
    "change itself gives the class away)",
    "{label!r} は {count} 行、最多のクラスは {most} 行です。`balance: true` か `only: [...]` も試してください"
    "（加工の跡がクラスの手がかりになっていないか要確認）",
)
