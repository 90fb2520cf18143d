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
        "{name!r} needs to know where objects are, and {target!r} is no target of kind mask, nor of two points or more",
        "add such a target to competition.yaml, or name one of: {known}",
        "{name!r} には物体の場所が必要ですが、{target!r} は mask でも 2 点以上の points でもありません",
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
    "AUGMENT_NO_ROW": Message(
        "no row of the train table has the id {id!r}",
        "only training images are augmented; the train table has their ids",
        "学習テーブルに id {id!r} の行がありません",
        "拡張されるのは学習画像だけです。id は学習テーブルにあります",
    ),
    "AUGMENT_OBJECTS_FOLDER": Message(
        "there is no folder {folder!r} with objects to paste",
        "make it in the competition's folder and put PNG files with transparency into it; folders beside it: {known}",
        "貼り付ける物体のフォルダ {folder!r} がありません",
        "コンペのフォルダの中に作り、透明部分のある PNG を入れてください（隣のフォルダ: {known}）",
    ),
    "AUGMENT_OBJECTS_NONE": Message(
        "the folder {folder!r} has no PNG with transparency",
        "cut objects out, so that what surrounds them is transparent, and save them as PNG",
        "フォルダ {folder!r} に、透明部分のある PNG がありません",
        "物体を切り抜き、周りを透明にして PNG で保存してください",
    ),
    "AUGMENT_OBJECTS_UNREADABLE": Message(
        "{file!r} cannot be read as a picture",
        "save it anew as PNG, or take it out of the folder",
        "{file!r} は画像として読めません",
        "PNG で保存し直すか、フォルダから出してください",
    ),
    "AUGMENT_UNKNOWN_TRANSFORM": Message(
        "{library} has no transform called {name!r}",
        "write the name of a class as {library} spells it",
        "{library} に {name!r} という変換はありません",
        "{library} のクラス名をそのまま書いてください",
    ),
    "AUGMENT_MOVES_PIXELS": Message(
        "the transform {name!r} moves pixels, and labels, masks and points would stay behind",
        "take our own, which moves them along: {own}",
        "変換 {name!r} は画素を動かしますが、ラベル・マスク・点は一緒に動きません",
        "一緒に動かす tamesu の部品を使ってください: {own}",
    ),
    "AUGMENT_TRANSFORM_OPTIONS": Message(
        "the transform {name!r} refuses its options: {error}",
        "see its documentation for what it takes",
        "変換 {name!r} がオプションを受け付けません: {error}",
        "使える値は、その変換の文書を見てください",
    ),
    "AUGMENT_TRANSFORM_OUTPUT": Message(
        "the transform {name!r} is no augmentation: from uint8 (32, 32, 3) it makes {output}",
        "take one that gives back an image of the same size and type",
        "変換 {name!r} は拡張に使えません（uint8 (32, 32, 3) から {output} になります）",
        "同じ大きさ・同じ型の画像を返す変換を使ってください",
    ),
    "AUGMENT_NO_ALBUMENTATIONS": Message(
        "this part needs albumentations, which is not installed",
        "run `pip install 'tamesu[albumentations]'`, or take a part of our own",
        "この部品には albumentations が必要ですが、入っていません",
        "`pip install 'tamesu[albumentations]'` を実行するか、tamesu の部品を使ってください",
    ),
    "TTA_NO_VIEWS": Message(
        "{name!r} is no test-time augmentation: it has no other view of an image that could be brought back",
        "write one of: {known}",
        "{name!r} はテスト時拡張に使えません（元に戻せる別の見え方がありません）",
        "使えるもの: {known}",
    ),
}
