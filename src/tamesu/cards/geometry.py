"""Cards of what moves the picture: crops, flips, turns, bends."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

PLACE: frozenset[Touch] = frozenset({"place"})
SCALE: frozenset[Touch] = frozenset({"scale"})

CARDS = (
    Card(
        "resize",
        "geometry",
        Phrase("the same photo shown whole, without any crop", "切り抜かずに画像全体をそのまま見せる"),
        Phrase(
            "Use it where the edge of the picture counts: documents, X-rays, plates. Try `fit: pad` when proportions matter.",
            "画像の端まで意味がある場合（書類、X線、シャーレなど）に。縦横比が大事なら `fit: pad` も試す。",
        ),
        Phrase(
            "`stretch` changes proportions, `crop` loses the ends of "
            "long pictures. Keep `image.fit` the same, or validation "
            "sees other pictures than training.",
            "`stretch` は縦横比を変え、`crop` は細長い画像の両端を捨てる。`image.fit` と揃えないと検証時だけ別の見え方になる。",
        ),
        add("resize", fit="stretch"),
    ),
    Card(
        "center_crop",
        "geometry",
        Phrase("a photographer who stands a step nearer", "一歩近づいて撮った写真"),
        Phrase(
            "For objects in the middle with useless borders: it spends the pixels where they count.",
            "被写体が中央にあり周囲が余白なら、画素を大事なところに使える。",
        ),
        Phrase(
            "What stands at the edge is gone for good, in every epoch, and the label does not know.",
            "端にあるものは毎エポック必ず失われ、ラベルはそのことを知らない。",
        ),
        add("center_crop", share=0.9),
        touches=PLACE,
    ),
    Card(
        "random_crop",
        "geometry",
        Phrase("a frame held a little to one side, at the same distance", "同じ距離で少しずれて構えた写真"),
        Phrase(
            "When size carries meaning (a lesion, a grain, a fish) and only the place should not matter.",
            "大きさに意味があり（病変、粒、魚など）、位置だけを無視させたいときに。",
        ),
        Phrase(
            "Small objects near the edge are cut away with their label "
            "left standing, and where things stand is no clue any more.",
            "端の小さな物体はラベルだけ残して切り落とされ、画面内のどこにあるかという手がかりも失われる。",
        ),
        add("random_crop", share=0.875),
        touches=PLACE,
        for_few=True,
    ),
    Card(
        "random_resized_crop",
        "geometry",
        Phrase("the object nearer or farther, anywhere in the frame", "被写体が近かったり遠かったり、画面のどこかにある写真"),
        Phrase(
            "The standard of photo classification, and hard to beat there. Its lower scale is one of the few values worth a "
            "search: 0.08 suits ImageNet, fine-tuning on few rows often likes 0.4 to 0.8.",
            "写真分類の定番で、なかなか超えられない。`scale` の下限は探索する価値のある値で、ImageNet では 0.08、"
            "少数データの微調整では 0.4〜0.8 が良いことが多い。",
        ),
        Phrase(
            "With a low scale the crop may hold no object at all. Where size or place is the answer, it teaches the "
            "network to ignore the answer.",
            "下限が小さいと物体の写っていない切り抜きができる。"
            "大きさや位置が答えそのものの課題では、答えを無視するよう教えてしまう。",
        ),
        add("random_resized_crop", scale=[0.4, 1.0]),
        touches=SCALE | PLACE,
        for_few=True,
    ),
    Card(
        "pad",
        "geometry",
        Phrase("more room around the object", "被写体の周りに余白がある写真"),
        Phrase(
            "Before turns and shifts, so that corners are not lost; or when test pictures come with wider margins.",
            "回転や移動の前に置くと四隅が失われない。テスト画像の余白が広いときにも。",
        ),
        Phrase(
            "A margin only some classes get (through `only`) is a label written into the picture.",
            "`only` で一部のクラスだけに余白を付けると、余白そのものが答えになってしまう。",
        ),
        add("pad", share=0.1),
        touches=SCALE,
    ),
    Card(
        "horizontal_flip",
        "geometry",
        Phrase("the scene seen in a mirror", "鏡に映した景色"),
        Phrase(
            "Free doubling for natural photos; among the first things to have. Declare pairs under `symmetries` and labels "
            "move along.",
            "自然な写真ならデータが実質倍になる、まず入れておきたい拡張。`symmetries` に対を書けばラベルも一緒に動く。",
        ),
        Phrase(
            "Writing, hands, organs, traffic signs and steering have "
            "a side. Check too whether the camera always looks from one.",
            "文字、手、臓器、標識、ハンドル操作には左右がある。カメラがいつも同じ側から撮っていないかも確かめる。",
        ),
        add("horizontal_flip"),
        symmetry="horizontal_flip",
        for_few=True,
    ),
    Card(
        "vertical_flip",
        "geometry",
        Phrase("a picture without an up: from above, through a microscope", "上下のない画像（真上からの撮影や顕微鏡）"),
        Phrase(
            "Aerial and satellite pictures, cells, textures, plates "
            "from above. It has helped on street scenes as well, against "
            "all reason: try it with and without.",
            "航空・衛星写真、細胞、質感、真上から撮った物に。理屈に反して街の風景で効いた例もあるので、ありとなしを比べる。",
        ),
        Phrase(
            "Sky above and ground below are strong cues, and gravity, shadows and faces turn wrong. A 6 becomes a 9.",
            "空が上、地面が下という強い手がかりが消え、重力や影や顔が不自然になる。6 は 9 になる。",
        ),
        add("vertical_flip"),
        symmetry="vertical_flip",
        for_few=True,
    ),
    Card(
        "rotate",
        "geometry",
        Phrase("a camera or a page held askew", "傾いたカメラや紙"),
        Phrase(
            "Ten to fifteen degrees for hand-held photos and scans, all of 180 where there is no up.",
            "手持ちの写真やスキャンなら 10〜15 度、上下のない画像なら 180 度まで。",
        ),
        Phrase(
            "Large angles lose the horizon and bring invented corners that test pictures do not have; angle labels turn too.",
            "角度が大きいと水平の感覚が失われ、テスト画像にはない隅が作られる。角度のラベルも一緒に回る。",
        ),
        add("rotate", degrees=10.0),
        symmetry="rotate",
        degrees=10.0,
        for_few=True,
    ),
    Card(
        "rotate90",
        "geometry",
        Phrase("a slide or tile laid down any way round", "向きを決めずに置かれた標本やタイル"),
        Phrase(
            "Pathology, satellite tiles, microscopy: with both flips it makes eight views without any blur.",
            "病理、衛星タイル、顕微鏡に。反転と合わせて、画質を落とさずに八通りの見え方ができる。",
        ),
        Phrase(
            "Photos have an up, and so have letters, gauges and arrows. "
            "Wind, light and scan lines may have a direction as well.",
            "写真にも文字にも計器にも矢印にも上下がある。風、光、走査線の向きが意味を持つこともある。",
        ),
        add("rotate90"),
        symmetry="rotate90",
        for_few=True,
    ),
    Card(
        "transpose",
        "geometry",
        Phrase("the picture mirrored at its diagonal", "対角線で折り返した画像"),
        Phrase(
            "The eighth view beside flips and quarter turns, for pictures without up and left.",
            "上下左右のない画像で、反転や 90° 回転に加えるもう一つの見え方。",
        ),
        Phrase(
            "It mirrors and turns at once: whatever either of them breaks, it breaks.",
            "鏡映と回転を同時に行うため、どちらかで壊れるラベルは必ず壊れる。",
        ),
        add("transpose"),
        symmetry="transpose",
    ),
    Card(
        "shear",
        "geometry",
        Phrase("slanted handwriting, an object seen a little from the side", "斜めに傾いた筆跡や、少し横から見た物体"),
        Phrase(
            "Handwriting and characters most of all; a small angle does flat objects good as well.",
            "手書き文字に最も向く。平らな物にも小さな角度なら効くことがある。",
        ),
        Phrase(
            "Where angles or straight edges are measured, it changes what is measured. On plain photos it often has no effect.",
            "角度や直線を測る課題では測る対象を変えてしまう。普通の写真では効果が出ないことも多い。",
        ),
        add("shear", x_degrees=10.0, y_degrees=0.0),
        for_few=True,
    ),
    Card(
        "translate",
        "geometry",
        Phrase("the object a little off its usual place", "いつもの位置から少しずれた被写体"),
        Phrase(
            "When objects are centred in training and not in the test pictures; a mild choice where crops are too much.",
            "学習では中央、テストではずれている場合に。切り抜きが強すぎるときの穏やかな代わりにもなる。",
        ),
        Phrase(
            "Fixed cameras and aligned scans: there the place is the cue. What is pushed out of the frame keeps its label.",
            "固定カメラや位置合わせ済みの画像では、位置こそが手がかり。画面の外に出た物のラベルはそのまま残る。",
        ),
        add("translate", share=0.1),
        touches=PLACE,
        for_few=True,
    ),
    Card(
        "scale",
        "geometry",
        Phrase("another distance, another zoom", "距離やズームの違い"),
        Phrase(
            "When the distance to the object varies in the test pictures more than in training.",
            "テスト画像のほうが撮影距離のばらつきが大きいときに。",
        ),
        Phrase(
            "Never where size is the answer: weight, age, the width of a crack. Microscopes and scanners have one scale.",
            "重さ、年齢、ひびの幅など大きさが答えになる課題では避ける。顕微鏡やスキャナの倍率は一定である。",
        ),
        add("scale", factors=[0.8, 1.25]),
        touches=SCALE,
        for_few=True,
    ),
    Card(
        "perspective",
        "geometry",
        Phrase("a flat thing photographed from the side", "平らな物を斜めから撮った写真"),
        Phrase(
            "Signs, documents, covers, screens, paintings: anything flat before a free hand.",
            "看板、書類、表紙、画面、絵など、手持ちで撮る平らな物に。",
        ),
        Phrase(
            "Scanners and fixed rigs never tilt. Strong tilts make faces and bodies that nobody has.",
            "スキャナや固定された装置は傾かない。強くかけると実在しない顔や体つきになる。",
        ),
        add("perspective", distortion=0.2),
        for_few=True,
    ),
    Card(
        "elastic",
        "geometry",
        Phrase("soft matter: tissue, cloth, a hand that wavers", "やわらかい物の変形（組織、布、手の震え）"),
        Phrase(
            "Digits, tissue sections and cell masks, where it has a long record with few rows.",
            "手書き数字、組織切片、細胞のマスクに。少数データでの実績が長い。",
        ),
        Phrase(
            "Rigid things do not bend: on cars, tools and buildings it is noise. Too strong, it invents texture and pathology.",
            "硬い物は曲がらないので、車や工具や建物では雑音でしかない。強すぎると、ない質感や病変を作り出す。",
        ),
        add("elastic", p=0.3),
        for_few=True,
    ),
    Card(
        "grid_distortion",
        "geometry",
        Phrase("a cheap lens, paper that has warped, uneven growth", "安価なレンズ、波打った紙、ばらばらな育ち方"),
        Phrase(
            "Like elastic, but whole regions grow and shrink: characters, leaves, sections on glass.",
            "elastic に似るが、領域ごとに伸び縮みする。文字、葉、プレパラート上の切片に。",
        ),
        Phrase(
            "Lengths and proportions are changed in places, so keep it from anything that is measured.",
            "長さや比率が場所ごとに変わるため、計測が目的の課題には使わない。",
        ),
        add("grid_distortion", p=0.3),
        touches=SCALE,
        for_few=True,
    ),
    Card(
        "grid_shuffle",
        "geometry",
        Phrase("parts without their whole; nothing in nature", "全体の並びを失った部分（自然界にはない）"),
        Phrase(
            "Fine-grained classes and textures, where a small part "
            "tells the class. Its grid is hard to find: try 2 before 3, "
            "and at a low probability.",
            "細かな種類の識別や質感のように、一部分で決まる課題に。"
            "格子の数を決めるのは難しいので、まず 2、次に 3 を低い確率で。",
        ),
        Phrase(
            "Where the arrangement is the class (faces, scenes, anatomy, "
            "layouts) it destroys the class. Expect a loss as often "
            "as a gain.",
            "配置で決まるクラス（顔、風景、解剖、紙面）は壊れてしまう。上がるのと同じくらい下がることもある。",
        ),
        add("grid_shuffle", grid=2, p=0.2),
        touches=PLACE,
    ),
)
