"""Cards of what puts two images of a batch together."""

from __future__ import annotations

from tamesu.cards.card import Card, add
from tamesu.messages.message import Phrase

CARDS = (
    Card(
        "mixup",
        "mixing",
        Phrase("a double exposure with half of each label", "二重露光（ラベルも割合で混ぜる）"),
        Phrase(
            "Few rows, noisy labels, long training, log loss as the "
            "metric. Try alpha 0.2, and more epochs with it: in a short "
            "fine-tuning it often shows no effect.",
            "少数データ、ノイズのあるラベル、長い学習、log loss の課題に、alpha 0.2 から、エポックも増やして試す。"
            "短い微調整では効果なしも多い。",
        ),
        Phrase(
            "Between two grades lies a third one, but between two digits "
            "lies nothing. Probabilities come out less sure: look at "
            "calibration.",
            "等級の間には別の等級があるが、数字の間には何もない。確率は控えめになるので較正を確かめる。",
        ),
        add("mixup", alpha=0.2),
        for_few=True,
    ),
    Card(
        "cutmix",
        "mixing",
        Phrase("a piece of one picture stuck on another", "一方の画像の一部をもう一方に貼った写真"),
        Phrase(
            "Objects that fill the frame, with long training. Pixels "
            "stay natural, and it often does better than mixup on photos.",
            "画面いっぱいの物体と長い学習に。画素が自然なままなので、写真では mixup より良いことが多い。",
        ),
        Phrase(
            "Labels are mixed by area: a box of empty background takes a share of the label and shows nothing for it. Tiny "
            "findings suffer most.",
            "ラベルは面積で混ざるため、背景だけの四角もラベルの一部を奪う。小さな所見ほど影響が大きい。",
        ),
        add("cutmix", p=0.5),
        for_few=True,
    ),
    Card(
        "copy_paste",
        "mixing",
        Phrase("the same thing in another place, among other things", "別の場所や別の物と一緒に写った被写体"),
        Phrase(
            "Masks or boxes, rare objects, cluttered scenes. With `labels: keep` what is pasted is clutter to be overlooked.",
            "マスクや枠があり、物体が珍しい、または背景が雑然とした課題に。"
            "`labels: keep` なら貼った物は無視すべき邪魔物になる。",
        ),
        Phrase(
            "Seams and impossible places become cues. Where surroundings belong to the class, it cuts the tie.",
            "継ぎ目やありえない配置が手がかりになる。周囲もクラスの一部なら、その結び付きが切れる。",
        ),
        add("copy_paste", target="mask"),
        for_few=True,
        needs="where",
    ),
    Card(
        "background_swap",
        "mixing",
        Phrase("the same animal photographed in another forest", "別の森で撮った同じ動物"),
        Phrase(
            "Fixed cameras and studios, where the background tells the "
            "class or the site. A falling CV can be the proof that it "
            "did: judge on groups.",
            "背景からクラスや撮影地が分かってしまう定点カメラやスタジオに。CV が下がれば背景を読んでいた証拠かもしれず、"
            "group 単位の fold で判断する。",
        ),
        Phrase(
            "Scenes, habitats and land use are their background. Rough masks leave a halo.",
            "風景、生息地、土地利用では背景こそが答え。粗いマスクは縁取りを残す。",
        ),
        add("background_swap", target="mask"),
        needs="where",
    ),
)
