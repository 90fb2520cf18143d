"""Cards of what bends the scale from dark to light."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

COLOUR: frozenset[Touch] = frozenset({"colour"})
DETAIL: frozenset[Touch] = frozenset({"detail"})

CARDS = (
    Card(
        "gamma",
        "tone",
        Phrase("another exposure curve, another screen or scanner", "露出カーブ、画面、スキャナの違い"),
        Phrase(
            "Radiographs and scans from several machines, photos in deep shade: it opens shadows without burning lights.",
            "複数の装置のX線やスキャン、暗い写真に。白飛びさせずに影を明るくできる。",
        ),
        Phrase(
            "Where grey values are measurements (CT, depth, heat) the curve makes them false.",
            "灰色の値が測定値である画像（CT、深度、熱）では値が狂う。",
        ),
        add("gamma"),
    ),
    Card(
        "posterize",
        "tone",
        Phrase("few levels of colour: old GIFs, hard compression", "色数の少ない画像（古い GIF や強い圧縮）"),
        Phrase(
            "Drawings, logos, thumbnails; else it lives on as a part of automatic policies.",
            "線画、ロゴ、小さなサムネイルに。それ以外では自動ポリシーの一員として生き残っている。",
        ),
        Phrase(
            "Soft gradients break into bands that look like edges: keep it from skin, sky and radiographs.",
            "なめらかな階調に縞ができ、輪郭のように見える。肌、空、X線には向かない。",
        ),
        add("posterize", p=0.1),
        touches=DETAIL,
    ),
    Card(
        "solarize",
        "tone",
        Phrase("a darkroom trick: bright tones reversed", "明るい部分だけが反転する暗室の効果"),
        Phrase(
            "In policies and self-supervised recipes it breaks the habit of reading brightness. By itself a mixed bag.",
            "自動ポリシーや自己教師あり学習では、明るさに頼る癖を崩す。単独での評価は分かれる。",
        ),
        Phrase(
            "No camera does it; where bright means ill, it lies.",
            "カメラではこうは写らない。白い部分が異常を表す画像では嘘になる。",
        ),
        add("solarize", p=0.1),
        touches=COLOUR,
    ),
    Card(
        "equalize",
        "tone",
        Phrase("a scanner or app that stretches tones by itself", "階調を自動で整えるスキャナやアプリ"),
        Phrase(
            "Mixed exposures and faint scans. As fixed preprocessing "
            "for both training and test it is another idea: try that too.",
            "露出がばらばらな写真や薄いスキャンに。"
            "学習とテストの両方にかける前処理にするのは別のアイデアで、それも試す価値がある。",
        ),
        Phrase(
            "Noise in dark, empty areas is blown up to structure.",
            "暗く何もない部分のノイズが、模様のように増幅される。",
        ),
        add("equalize", p=0.1),
        touches=COLOUR,
    ),
    Card(
        "clahe",
        "tone",
        Phrase("local contrast as a radiologist turns it up", "読影で局所的に上げたコントラスト"),
        Phrase(
            "Radiographs, fundus photos, underwater and microscope pictures, where details hide in grey.",
            "X線、眼底、水中、顕微鏡など、細部が灰色に埋もれる画像に。",
        ),
        Phrase(
            "Absolute density is lost, and halos appear at strong edges. Results are mixed: often as good without.",
            "絶対的な濃度は失われ、強い輪郭に縁取りが出る。なくても変わらないことも多い。",
        ),
        add("clahe", p=0.3),
    ),
    Card(
        "autocontrast",
        "tone",
        Phrase("the automatic levels of cameras and scanners", "カメラやスキャナの自動レベル補正"),
        Phrase(
            "When some sources correct levels and some do not.",
            "自動補正された画像とされていない画像が混ざるときに。",
        ),
        Phrase(
            "Pictures that reach black and white already stay as they are: then it has no effect. Fog and dusk, if they are "
            "classes, go.",
            "白から黒まで使い切った画像は変わらず、効果もない。霧や夕暮れがクラスなら消えてしまう。",
        ),
        add("autocontrast", p=0.2),
    ),
    Card(
        "sharpness",
        "tone",
        Phrase("sharpening by a phone, or the lack of it", "スマートフォンのシャープ処理の有無"),
        Phrase(
            "Pictures from many devices and web pages; small, safe, seldom large.",
            "端末やサイトがまちまちな画像に。害は少ないが、大きく効くこともまれ。",
        ),
        Phrase(
            "If blur is what is judged (focus, quality), it changes the answer.",
            "ぼけ具合を判定する課題（ピント、画質）では答えが変わる。",
        ),
        add("sharpness", p=0.3),
        touches=DETAIL,
    ),
    Card(
        "tone_curve",
        "tone",
        Phrase("the picture styles of cameras and editors", "カメラや現像ソフトの画像スタイル"),
        Phrase(
            "Where brightness, contrast and gamma are too regular: many devices, stains, printers.",
            "明るさ・コントラスト・ガンマだけでは単調すぎるときに。機種や染色や印刷が多様なデータに合う。",
        ),
        Phrase(
            "Beside them it is often one too many: add it alone first.",
            "それらと重ねると過剰になりやすい。まず単独で足す。",
        ),
        add("tone_curve", p=0.3),
    ),
)
