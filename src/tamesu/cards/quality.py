"""Cards of what costs a picture its quality: blur, noise, compression."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

DETAIL: frozenset[Touch] = frozenset({"detail"})

CARDS = (
    Card(
        "gaussian_blur",
        "quality",
        Phrase("a soft lens, a picture blown up", "甘いレンズや引き伸ばした画像"),
        Phrase(
            "When the test pictures are softer than those of training; weak and seldom.",
            "テスト画像のほうがぼんやりしているときに。弱く、低い確率で。",
        ),
        Phrase(
            "Texture is often what tells fine-grained classes apart, and blur removes it first.",
            "細かな種類は質感で見分けることが多く、ぼかしが最初に消すのもその質感である。",
        ),
        add("gaussian_blur", p=0.1),
        touches=DETAIL,
    ),
    Card(
        "motion_blur",
        "quality",
        Phrase("a shaking hand, a moving car or animal", "手ぶれ、動く車や動物"),
        Phrase(
            "Dash cameras, drones, sport, wildlife, conveyor belts.",
            "車載カメラ、ドローン、スポーツ、野生動物、ベルトコンベアに。",
        ),
        Phrase(
            "Scanners and tripods never shake, and where motion is the label (is it moving?) it invents it.",
            "スキャナや三脚はぶれない。動いているかどうかを問う課題では、ない動きを作り出す。",
        ),
        add("motion_blur", p=0.1),
        touches=DETAIL,
    ),
    Card(
        "defocus_blur",
        "quality",
        Phrase("focus that fell before or behind the object", "ピンぼけ"),
        Phrase(
            "Phones held too near, microscopes, wide apertures.",
            "近づきすぎたスマートフォン、顕微鏡、絞りを開けた写真に。",
        ),
        Phrase(
            "Small lesions and print vanish while their label stays.",
            "小さな病変や文字が消え、ラベルだけが残る。",
        ),
        add("defocus_blur", p=0.1),
        touches=DETAIL,
    ),
    Card(
        "gaussian_noise",
        "quality",
        Phrase("the noise of electronics, even all over", "電子回路の一様なノイズ"),
        Phrase(
            "Test pictures from weaker sensors; training from scratch on few rows, where it holds back learning by heart.",
            "テストが低性能なセンサーのとき。少数データで一から学習するときの丸暗記も抑える。",
        ),
        Phrase(
            "On clean photos with a pretrained backbone it mostly does nothing, or a little harm.",
            "きれいな写真と事前学習済みモデルの組では、たいてい変わらないか、わずかに下がる。",
        ),
        add("gaussian_noise", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "iso_noise",
        "quality",
        Phrase("grain and colour specks of a camera at night", "高感度撮影のざらつきと色むら"),
        Phrase(
            "Night, indoor and camera-trap pictures: closer to a real sensor than plain noise.",
            "夜間、室内、自動撮影カメラに。単純なノイズより実際のセンサーに近い。",
        ),
        Phrase(
            "Daylight data do not have it; fine texture drowns.",
            "昼の写真にはないノイズで、細かな質感が埋もれる。",
        ),
        add("iso_noise", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "poisson_noise",
        "quality",
        Phrase("too few photons: low dose, short exposure", "光子の不足（低線量や短い露光）"),
        Phrase(
            "X-ray, fluorescence microscopy, astronomy: noise that grows with the light, as physics has it.",
            "X線、蛍光顕微鏡、天体に。物理のとおり、明るいほど大きくなるノイズ。",
        ),
        Phrase(
            "Drawings and screenshots have no photons. Counting faint specks gets new specks to count.",
            "線画や画面の画像に光子はない。微かな点を数える課題では偽の点が増える。",
        ),
        add("poisson_noise", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "speckle_noise",
        "quality",
        Phrase("the grain of ultrasound, radar and laser light", "超音波、レーダー、レーザー特有の粒状感"),
        Phrase(
            "Ultrasound, SAR and OCT: the noise of the field itself, in the right shape.",
            "超音波、SAR、OCT に。その分野に本来ある形のノイズになる。",
        ),
        Phrase(
            "On ordinary photos it imitates nothing. In ultrasound, speckle itself may be the finding.",
            "普通の写真には対応する現象がない。超音波では粒状感そのものが所見のこともある。",
        ),
        add("speckle_noise", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "jpeg_compression",
        "quality",
        Phrase("pictures saved again and again, chat and web uploads", "何度も保存し直した画像やウェブ投稿"),
        Phrase(
            "When sources differ in quality. Compare the file sizes of training and test before you decide.",
            "出どころによって画質が違うときに。学習とテストのファイルサイズを見比べてから決める。",
        ),
        Phrase(
            "If one class comes more compressed than another, the "
            "network reads the compression: this helps against it, and CV "
            "may fall for a good reason.",
            "クラスによって圧縮率が違うと、ネットワークは圧縮の跡を読む。それを防ぐと、正しい理由で CV が下がることがある。",
        ),
        add("jpeg_compression", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "downscale",
        "quality",
        Phrase("a small picture blown up, an object far away", "小さな画像の拡大や、遠くの被写体"),
        Phrase(
            "Test pictures of lower resolution: thumbnails, surveillance, distant animals.",
            "テストの解像度が低いときに（サムネイル、監視カメラ、遠くの動物）。",
        ),
        Phrase(
            "At a small `image.size` little is left to lose. Often a larger input gains more than this does.",
            "`image.size` が小さいと、失える細部がほとんどない。入力を大きくするほうが効くことも多い。",
        ),
        add("downscale", p=0.2),
        touches=DETAIL,
    ),
)
