"""What an audit says of sizes: of objects and pictures, against the input's resolution and what the network sees."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "AUDIT_OBJECTS_TINY": Message(
        "objects are {median:.0f} px at {size} (median; a tenth are below {tenth:.0f} px), and the last map has one cell per "
        "{stride:.0f} px: {share:.0%} are smaller than a cell and melt into their surroundings",
        "try `tamesu try base image.size={larger}` ({cost:.1f} times the time), or crops around the objects; a head at "
        "an earlier map (`tap: -2`) or a shallower backbone also keeps them apart, and tiny objects need little context",
        "物体は {size} px の入力で中央値 {median:.0f} px（1 割は {tenth:.0f} px 未満）、最後の特徴マップは {stride:.0f} "
        "px に 1 マスです。{share:.0%} が 1 マスより小さく、周囲に埋もれます",
        "`tamesu try base image.size={larger}`（時間は {cost:.1f} 倍）か、物体周辺の切り出しを試してください。"
        "手前の特徴マップの head（`tap: -2`）や浅い backbone も有効です。小さい物体に広い文脈は要りません",
    ),
    "AUDIT_OBJECTS_TINY_CROP": Message(
        "objects are {median:.0f} px at {size} (median; a tenth are below {tenth:.0f} px), and the last map has one cell "
        "per {stride:.0f} px: {share:.0%} are smaller than a cell. They would need {wanted} px, and the pictures have "
        "{original:.0f}",
        "enlarging adds no detail: try a head at an earlier map (`tap: -2`), a backbone with a smaller stride, or crops "
        "around the objects that are then enlarged",
        "物体は {size} px の入力で中央値 {median:.0f} px（1 割は {tenth:.0f} px 未満）、最後の特徴マップは {stride:.0f} "
        "px に 1 マスで、{share:.0%} が 1 マスより小さいです。{wanted} px 必要ですが、元画像は {original:.0f} px しかあり"
        "ません",
        "拡大しても情報は増えません。手前の特徴マップの head（`tap: -2`）、stride の小さい backbone、"
        "物体周辺を切り出して拡大、を試してください",
    ),
    "AUDIT_OBJECTS_LARGE": Message(
        "objects are {median:.0f} px long at {size} (median), and a cell of {backbone} can see {theoretical} px "
        "({effective} px hold 95% of its influence): {share:.0%} of the objects are never seen whole",
        "try `tamesu try base image.size={smaller}`, a deeper backbone, or one with attention",
        "物体の長さは {size} px の入力で中央値 {median:.0f} px、{backbone} の 1 マスが見られるのは {theoretical} px"
        "（影響の 95% は {effective} px 以内）です。{share:.0%} の物体は全体が一度に見えません",
        "`tamesu try base image.size={smaller}`、深い backbone、attention のある backbone のいずれかを試してください",
    ),
    "AUDIT_SEES_PART": Message(
        "a cell of {backbone} can see {theoretical} of {size} px ({share:.0%}; {effective} px hold 95% of its "
        "influence): only the pooling brings the parts of a picture together",
        "right for texture and small things; where the whole matters, try `tamesu try base image.size={smaller}` or a deeper "
        "backbone",
        "{backbone} の 1 マスが見られるのは {size} px 中 {theoretical} px（{share:.0%}、影響の 95% は {effective} px 以内"
        "）です。画像の各部分は pooling で初めてまとまります",
        "質感や小さいものならこのままで構いません。全体の形が大事なら `tamesu try base image.size={smaller}` か"
        "深い backbone を試してください",
    ),
    "AUDIT_UPSCALED": Message(
        "{share:.0%} of the pictures are smaller than the input: their short side is {original:.0f} px (median), "
        "`image.size` "
        "is {size}; enlarging adds no detail",
        "try `tamesu try base image.size={fitting}`, {cost:.1f} times quicker; a network trained at a larger size may "
        "still prefer it, so let the score decide",
        "{share:.0%} の画像が入力より小さいです（短辺の中央値 {original:.0f} px、`image.size` は {size}）。拡大しても情報"
        "は増えません",
        "`tamesu try base image.size={fitting}`（{cost:.1f} 倍速い）を試してください。"
        "大きい入力で事前学習したネットワークでは"
        "拡大が有利なこともあるので、スコアで決めます",
    ),
    "AUDIT_SHRUNK": Message(
        "the pictures' short side is {original:.0f} px (median) and the input {size}: they are shrunk {times:.1f} times, "
        "and fine detail is lost",
        "look at what is left with `tamesu augment base`; where fine structure decides, try a larger `image.size` or crops",
        "画像の短辺は中央値 {original:.0f} px、入力は {size} px です。{times:.1f} 分の 1 に縮小され、細部は失われます",
        "`tamesu augment base` で縮小後の見え方を確認し、細部が決め手なら `image.size` を上げるか切り出しを試してください",
    ),
    "AUDIT_SIZE_EARLY": Message(
        "`image.size` {size} is high for first experiments, and nothing measured asks for it",
        "begin with `tamesu try base image.size={first}`, {times:.1f} times quicker: ideas mostly rank alike there; "
        "later spend the time either on resolution or on a larger model than {backbone}, whichever the verdict prefers",
        "`image.size` {size} は序盤の実験には高めで、必要とする根拠も見つかりませんでした",
        "`tamesu try base image.size={first}`（{times:.1f} 倍速い）から始めてください。アイデアの優劣はたいてい同じです。"
        "後で、解像度を上げるか {backbone} より大きいモデルにするかを判定で比べてください",
    ),
    "AUDIT_LOOKS_SMALL": Message(
        "what decides the class is small: in {run} half of {count} pictures are told by a part of {looked_px:.0f} px a side or "
        "less (Grad-CAM, coarse: one cell of the last map is {stride:.0f} px) of {size_px} px",
        "`tamesu try base image.size={next_px}`; crops around what matters help more where you know the place",
        "クラスの決め手は小さい部分です。{run} では {count} 枚の半分が、{size_px} px のうち一辺 {looked_px:.0f} px 以下の部分で"
        "判断されています（Grad-CAM、粗い目安: 最後の特徴マップの 1 マスは {stride:.0f} px）",
        "`tamesu try base image.size={next_px}` を試してください。場所が分かるなら切り抜きのほうが効きます",
    ),
    "AUDIT_SMALL_OBJECT_ERRORS": Message(
        "small objects are wrong more often: {small:.0%} of the {rows} rows whose object is at most {limit:.0f} px "
        "at {size}, "
        "{usual:.0%} of the others",
        "try a larger `image.size`, crops, a head at an earlier map (`tap: -2`), or augmentations that shrink "
        "(`random_resized_crop`, `scale`)",
        "小さい物体ほど誤りが多いです: {size} px の入力で {limit:.0f} px 以下の {rows} 行では {small:.0%}、他は {usual:.0%}",
        "`image.size` を上げる、切り出す、手前の特徴マップの head（`tap: -2`）、縮小する "
        "augmentation（`random_resized_crop`、"
        "`scale`）を試してください",
    ),
}
