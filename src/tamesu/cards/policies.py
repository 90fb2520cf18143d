"""Cards of what chooses among augmentations, and of other libraries' transforms."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

COLOUR: frozenset[Touch] = frozenset({"colour"})

CARDS = (
    Card(
        "rand_augment",
        "policies",
        Phrase(
            "nothing in particular: a few random changes at one strength",
            "特定の現象ではなく、同じ強さで無作為に選んだ数種の変化",
        ),
        Phrase(
            "Two numbers in place of a search, a strong default for "
            "photos and vision transformers. Raise it with the epochs and "
            "the size of the network.",
            "探索の代わりに数を二つ決めるだけ。写真や ViT の強い初期設定で、エポックやモデルが大きいほど強くできる。",
        ),
        Phrase(
            "Its set was made for ImageNet: turns, shifts and colours are in it, whether your labels bear them or not.",
            "ImageNet 向けの組み合わせなので、ラベルに合うかどうかに関わらず、回転や移動や色の変化が入る。",
        ),
        add("rand_augment"),
        symmetry="rotate",
        degrees=9.0,
        touches=COLOUR,
        for_few=True,
    ),
    Card(
        "trivial_augment",
        "policies",
        Phrase("nothing in particular: one random change at any strength", "特定の現象ではなく、強さも任意の一種の変化"),
        Phrase(
            "No number to choose, and level with searched policies on photos. The first policy to try when time is short.",
            "決める数がなく、写真では探索したポリシーと互角。時間がないとき最初に試すポリシー。",
        ),
        Phrase(
            "Some draws are very strong, turns of 135 degrees among them; a short fine-tuning may like half the strength.",
            "135 度の回転など、かなり強い変化も混ざる。短い微調整では strength を半分にしてみる。",
        ),
        add("trivial_augment"),
        symmetry="rotate",
        degrees=135.0,
        touches=COLOUR,
        for_few=True,
    ),
    Card(
        "auto_augment",
        "policies",
        Phrase("what once worked best on ImageNet", "かつて ImageNet で最も効いた組み合わせ"),
        Phrase(
            "A published policy as it is: right when your photos look like "
            "its own. `tamesu tune --augmentations` finds one for your data.",
            "公開されたポリシーそのままなので、手元の写真が ImageNet に似ていれば合う。"
            "自分のデータに合うものは `tamesu tune --augmentations` が探す。",
        ),
        Phrase(
            "Found on other labels: what it does to colour and angle was harmless there.",
            "別のラベルで見つかったもので、色や角度の変化が無害だったのはそこでの話である。",
        ),
        add("auto_augment"),
        symmetry="rotate",
        degrees=30.0,
        touches=COLOUR,
    ),
    Card(
        "augmix",
        "policies",
        Phrase("several mild changes laid over each other", "穏やかな変化を何通りか重ね合わせたもの"),
        Phrase(
            "When the test pictures are worse or stranger than those of training: made for robustness more than for accuracy.",
            "テスト画像のほうが荒れている、または毛色が違うときに。精度よりも頑健さのための手法。",
        ),
        Phrase(
            "On test pictures like those of training the gain is small, and fine "
            "print gets ghosts. The consistency loss of its paper is no part of it.",
            "学習と同じようなテストでは効果が小さく、細い文字や線は二重に見える。元論文の整合性損失は含まない。",
        ),
        add("augmix"),
        touches=COLOUR,
    ),
    Card(
        "one_of",
        "policies",
        Phrase("this or that, never all at once", "どれか一つだけが起こる変化"),
        Phrase(
            "To have many kinds of blur, noise or weather without piling "
            "them up. An empty list among them leaves images alone.",
            "ぼけやノイズや天候を重ねずに何種類も使いたいときに。空のリストを混ぜると、何もしない画像も残る。",
        ),
        Phrase(
            "It is as true as its worst entry; and many entries need many epochs to be seen.",
            "最も無理のある選択肢と同じだけ嘘になる。選択肢が多いほど、見終わるまでのエポックも要る。",
        ),
        add("one_of", of=["gaussian_blur", "gaussian_noise", "jpeg_compression", []]),
    ),
    Card(
        "torchvision",
        "policies",
        Phrase("whatever the transform of that name does", "指定した変換に従う"),
        Phrase(
            "To bring over a recipe that works elsewhere, with the very same transform (pixels only; ours move labels).",
            "よそで動いているレシピを同じ変換のまま移したいときに（画素のみ。動かすものは tamesu の部品を）。",
        ),
        Phrase(
            "Its defaults are not ours: look at a contact sheet before training.",
            "既定値が tamesu と異なる。学習前にコンタクトシートで確かめる。",
        ),
        add("torchvision", transform="RandomAdjustSharpness", sharpness_factor=2.0),
    ),
    Card(
        "albumentations",
        "policies",
        Phrase("whatever the transform of that name does", "指定した変換に従う"),
        Phrase(
            "The transform you know by name and miss here (pixels only); needs `pip install 'tamesu[albumentations]'`.",
            "使い慣れた変換が tamesu にないときに（画素のみ）。`pip install 'tamesu[albumentations]'` が必要。",
        ),
        Phrase(
            "Names and defaults change between its releases; write every option out.",
            "版によって名前や既定値が変わる。オプションはすべて書いておく。",
        ),
        add("albumentations", transform="RandomSunFlare"),
    ),
)
