"""Cards of what hides a part of the picture."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

PLACE: frozenset[Touch] = frozenset({"place"})

CARDS = (
    Card(
        "random_erasing",
        "covers",
        Phrase("something in front of the object", "手前の物に隠れた被写体"),
        Phrase(
            "Crowds, shelves, re-identification, long training. In "
            "short fine-tuning it often changes nothing: a verdict worth "
            "having, not a failure.",
            "人混み、商品棚、人物の再識別、長い学習に。短い微調整では変化なしも多いが、それも価値のある結果。",
        ),
        Phrase(
            "A small object is hidden whole, with its label left standing.",
            "小さな物体は丸ごと隠れ、ラベルだけが残る。",
        ),
        add("random_erasing", p=0.25),
        touches=PLACE,
        for_few=True,
    ),
    Card(
        "cutout",
        "covers",
        Phrase("stickers, fingers, dirt on the glass", "貼り紙、指、ガラスの汚れ"),
        Phrase(
            "When the network looks at one spot only: it has to find a second clue.",
            "ネットワークが一か所しか見ていないとき、別の手がかりを探させる。",
        ),
        Phrase(
            "Where one spot decides (a nodule, a missing part), the hole "
            "may take just that. Keep it smaller than what you look for.",
            "一点で決まる課題（結節や部品の欠け）では、穴がその一点を消しうる。探す対象より小さくする。",
        ),
        add("cutout", p=0.3),
        touches=PLACE,
        for_few=True,
    ),
    Card(
        "grid_mask",
        "covers",
        Phrase("a fence, a grille, blinds", "柵、格子、ブラインド"),
        Phrase(
            "An even hiding that leaves a little of everything: gentler to the object than one big hole.",
            "全体を少しずつ残して均等に隠す。大きな穴一つよりも物体を失いにくい。",
        ),
        Phrase(
            "Regular patterns and thin lines are destroyed by another regular pattern.",
            "規則的な模様や細い線は、別の規則的な模様に壊される。",
        ),
        add("grid_mask", p=0.2),
        touches=PLACE,
        for_few=True,
    ),
    Card(
        "paste_object",
        "covers",
        Phrase("a thing that does not belong there: an elephant in the room", "そこにあるはずのない物（部屋の中の象）"),
        Phrase(
            "When the network answers from the surroundings. Cut out "
            "a few objects as PNG with transparency; noise of your own "
            "field (a hair, a ruler, a stamp) is the best one to paste.",
            "周囲の文脈だけで答えているときに、透過 PNG をいくつか用意して試す。"
            "毛、定規、印など、その分野ならではの写り込みが最も効く。",
        ),
        Phrase(
            "An object that is a class of yours makes the label false; one that hides the real object too.",
            "貼る物が自分のクラスの一つならラベルが嘘になる。本来の被写体を隠しても同じ。",
        ),
        add("paste_object", objects="objects", p=0.2),
        needs="objects",
    ),
)
