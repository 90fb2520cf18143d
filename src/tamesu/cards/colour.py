"""Cards of what changes colours linearly: one product a pixel."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

COLOUR: frozenset[Touch] = frozenset({"colour"})

CARDS = (
    Card(
        "brightness",
        "colour",
        Phrase("another hour, another exposure", "時間帯や露出の違い"),
        Phrase(
            "Nearly any photos taken by more than one camera or under more than one light. It has been among the safe gains.",
            "カメラや照明が一定でない写真ならほぼ何にでも。手堅く効いてきた拡張のひとつ。",
        ),
        Phrase(
            "When brightness is measured: X-ray density, ripeness, day against night.",
            "明るさ自体が測定値のとき（X線の濃度、熟し具合、昼と夜の区別）。",
        ),
        add("brightness", amount=0.2),
        touches=COLOUR,
    ),
    Card(
        "contrast",
        "colour",
        Phrase("haze, a flat scan, a harsh sensor", "かすみ、眠いスキャン、硬調なセンサー"),
        Phrase(
            "Beside brightness, for mixed cameras, scans and weather.",
            "brightness と組で、カメラやスキャナや天候が混在するデータに。",
        ),
        Phrase(
            "Faint things (hairline cracks, small nodules) can sink into the background while their label stays.",
            "淡い対象（細いひびや小さな結節）が背景に沈み、ラベルだけが残ることがある。",
        ),
        add("contrast", amount=0.2),
    ),
    Card(
        "saturation",
        "colour",
        Phrase("other cameras, faded prints, filters", "カメラの個性、褪せた印刷、フィルター"),
        Phrase(
            "Photos from many phones and from the web; art and prints that have aged differently.",
            "いろいろな端末やウェブの写真、褪せ方の違う絵や印刷物に。",
        ),
        Phrase(
            "Ripeness, rust and skin are told by how colourful they are.",
            "熟し具合、さび、肌の状態は色の濃さで見分けられている。",
        ),
        add("saturation", amount=0.3),
        touches=COLOUR,
    ),
    Card(
        "hue",
        "colour",
        Phrase("another white balance, another dye", "ホワイトバランスや染料の違い"),
        Phrase(
            "Small turns (0.02) for mixed light, large ones only when the class has no colour: shoes, cars, shapes.",
            "光源が混ざるなら小さく (0.02)。大きく回してよいのは、靴や車や図形のように色がクラスを決めないときだけ。",
        ),
        Phrase(
            "Birds, flowers, fruit, traffic lights: there colour is the "
            "label. A stain in pathology has a hue that means something.",
            "鳥、花、果物、信号では色が答えになる。病理の染色も色合いに意味がある。",
        ),
        add("hue", amount=0.02),
        touches=COLOUR,
    ),
    Card(
        "sepia",
        "colour",
        Phrase("an old or yellowed print", "古い写真や黄ばんだ印刷"),
        Phrase(
            "Art, archives, old photographs; it has earned its place where pictures fade. Cheap to try.",
            "美術品、古文書、古写真に。色褪せた画像の課題で実績があり、手軽に試せる。",
        ),
        Phrase(
            "It takes colour away as grayscale does, and no modern camera makes it.",
            "grayscale と同じく色を捨てる。今のカメラではこうは写らない。",
        ),
        add("sepia", p=0.1),
        touches=COLOUR,
    ),
    Card(
        "grayscale",
        "colour",
        Phrase("black-and-white film, an infrared night camera", "白黒フィルム、夜間の赤外線カメラ"),
        Phrase(
            "When some test pictures have no colour, or when the network clings to colour where shape should decide.",
            "テストに色のない画像が混ざるときや、形で決めるべき課題で色に頼りすぎているときに。",
        ),
        Phrase(
            "Wherever colour is part of the label, a share `p` of the images loses it.",
            "色がラベルの一部なら、確率 `p` の画像から答えが消える。",
        ),
        add("grayscale", p=0.1),
        touches=COLOUR,
    ),
    Card(
        "channel_shuffle",
        "colour",
        Phrase("false colours; nothing a camera does", "偽色（カメラでは起こらない）"),
        Phrase(
            "To make a network look at shape and texture alone. Mixed experience: try it beside grayscale.",
            "形と質感だけを見させたいときに。評価は分かれるので grayscale と比べる。",
        ),
        Phrase(
            "A blue tomato helps nobody who sorts tomatoes. Channels that "
            "are measurements (satellite bands) must not trade places.",
            "青いトマトはトマトの選別に役立たない。衛星のバンドのように測定値であるチャンネルは入れ替えてはならない。",
        ),
        add("channel_shuffle", p=0.05),
        touches=COLOUR,
    ),
    Card(
        "color_jitter",
        "colour",
        Phrase(
            "other cameras and lights: brightness, contrast, saturation, hue at once",
            "カメラと照明の違い（明るさ・コントラスト・彩度・色相）",
        ),
        Phrase(
            "The usual beginning for photos; 0.2 each and little hue. Strength is what to tune, not the four numbers.",
            "写真での出発点（三つを 0.2、色相はわずかに）。調整するときは四つの数でなく strength を動かす。",
        ),
        Phrase(
            "The four together go far: look at a contact sheet, and think of colour as the label.",
            "四つ重なるとかなり変わる。コンタクトシートで見て、色が答えでないかを考える。",
        ),
        add("color_jitter", brightness=0.2, contrast=0.2, saturation=0.2, hue=0.02),
        touches=COLOUR,
    ),
    Card(
        "color_range",
        "colour",
        Phrase("the look of the test pictures", "テスト画像の見た目"),
        Phrase(
            "When test pictures are darker, flatter or paler: `tamesu "
            "tune --augmentations` measures by how much and writes this.",
            "テスト画像が暗い、眠い、色が薄いといった差があるときに。`tamesu tune --augmentations` が差を測って書き出す。",
        ),
        Phrase(
            "One-sided ranges shift every image the same way; a wrong guess moves training away from the test.",
            "片側だけの範囲は全画像を同じ向きにずらす。見込み違いなら、学習がテストから遠ざかる。",
        ),
        add("color_range", brightness=[0.7, 1.0]),
        touches=COLOUR,
    ),
    Card(
        "invert",
        "colour",
        Phrase("a negative; light text on dark", "ネガや白抜き文字"),
        Phrase(
            "X-rays stored either way round, line drawings, dark-mode screens.",
            "白黒が逆に保存された X線が混ざるとき、線画、暗い配色の画面に。",
        ),
        Phrase("For photos it makes pictures that do not exist.", "普通の写真では、ありえない画像になる。"),
        add("invert", p=0.1),
        touches=COLOUR,
    ),
    Card(
        "rgb_shift",
        "colour",
        Phrase("a colour cast: lamps, film, a cheap sensor", "色かぶり（電灯、フィルム、安価なセンサー）"),
        Phrase(
            "Indoor photos under mixed lamps, scans from several machines, stains from several laboratories.",
            "照明の混ざった室内、複数のスキャナ、施設ごとに違う染色に。",
        ),
        Phrase(
            "A tint may be the finding itself: jaundice, rust, a stain that worked.",
            "黄疸、さび、染色の成否のように、色味そのものが所見のことがある。",
        ),
        add("rgb_shift", shift=15.0),
        touches=COLOUR,
    ),
    Card(
        "pca_lighting",
        "colour",
        Phrase("a slight change of the light's colour and power", "光の色と強さのわずかな変化"),
        Phrase(
            "A classic for photos since AlexNet; beside color_jitter it seldom adds much.",
            "AlexNet 以来の古典。color_jitter があれば上乗せは小さい。",
        ),
        Phrase(
            "Its directions are those of ImageNet's colours: in X-rays, slides and satellite bands they mean nothing.",
            "ずらす方向は ImageNet の色の統計による。X線や標本や衛星のバンドでは意味を持たない。",
        ),
        add("pca_lighting"),
        touches=COLOUR,
    ),
)
