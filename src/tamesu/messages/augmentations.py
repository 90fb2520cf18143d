"""What is said about augmentations, test-time augmentation and contact sheets."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message

MESSAGES: Mapping[str, Message] = {
    "AUGMENT_UNKNOWN_CLASS": Message(
        "`only` names {name!r}, which is no class of the main target",
        "the classes are: {known}",
        "`only` の {name!r} は主ターゲットのクラスではありません",
        "クラス: {known}",
    ),
    "AUGMENT_MASK_SIZE": Message(
        "the mask is {mask} px and its image {image} px",
        "give the mask the size of its image",
        "マスクは {mask} px、画像は {image} px です",
        "マスクを画像と同じ大きさにしてください",
    ),
    "AUGMENT_NO_OBJECTS": Message(
        "{name!r} needs to know where objects are, and {target!r} is no target of kind mask or points",
        "add such a target to competition.yaml, or name one of: {known}",
        "{name!r} には物体の場所が必要ですが、{target!r} は mask でも points でもありません",
        "competition.yaml にそのターゲットを書くか、次から選んでください: {known}",
    ),
    "AUGMENT_NOT_INSIDE": Message(
        "{name!r} cannot stand inside {other!r}: it changes the whole batch, or is a choice itself",
        "write it beside {other!r}, as an entry of `augmentations` of its own",
        "{name!r} は {other!r} の中に書けません（バッチ全体を変えるか、それ自体が選択だからです）",
        "{other!r} と並べて `augmentations` に書いてください",
    ),
    "AUGMENT_NOTHING": Message(
        "recipe {recipe!r} has no augmentations to show",
        "name parts to look at them alone, as in `tamesu augment {recipe} rotate sepia`",
        "レシピ {recipe!r} には表示する拡張がありません",
        "`tamesu augment {recipe} rotate sepia` のように部品の名前を書くと、それだけを見られます",
    ),
    "TTA_NO_VIEWS": Message(
        "{name!r} is no test-time augmentation: it has no other view of an image that could be brought back",
        "write one of: {known}",
        "{name!r} はテスト時拡張に使えません（元に戻せる別の見え方がありません）",
        "使えるもの: {known}",
    ),
}
