"""The words around images that a run tells wrong, and around those on which two runs differ."""

from __future__ import annotations

from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    # mistakes of one run
    "title": Phrase("Images to look at", "見ておきたい画像"),
    "about": Phrase(
        "out-of-fold, averaged over {votes} prediction(s) an image", "OOF 予測（1 枚あたり {votes} 回の予測の平均）"
    ),
    "votes_between": Phrase("{least} to {most}", "{least}～{most}"),
    "count_wrong": Phrase(
        "{wrong} of {total} images are told wrong ({share}).", "{total} 枚中 {wrong} 枚が誤りです（{share}）。"
    ),
    "count_cells": Phrase(
        "{wrong} of {total} labels (images × labels) are told wrong at a probability of 0.5 ({share}).",
        "確率 0.5 で区切ると、{total} 個のラベル（画像 × ラベル）中 {wrong} 個が誤りです（{share}）。",
    ),
    "count_values": Phrase(
        "{above} of {total} images are told too high, {below} too low.",
        "{total} 枚中 {above} 枚は高すぎ、{below} 枚は低すぎの予測です。",
    ),
    "nothing": Phrase("There is no image to show.", "表示する画像がありません。"),
    "look_wrong": Phrase("most wrong", "最も外した画像"),
    "look_unsure": Phrase("most uncertain", "最も迷った画像"),
    "look_sure": Phrase("right, and most sure", "自信を持って当てた画像"),
    "look_above": Phrase("told too high", "高すぎた画像"),
    "look_below": Phrase("told too low", "低すぎた画像"),
    "shown_of": Phrase("{shown} of {total}", "{total} 枚中 {shown} 枚"),
    "there": Phrase("has it", "あり"),
    "not_there": Phrase("has it not", "なし"),
    "missed": Phrase("has it, not told", "見逃し"),
    "false_alarm": Phrase("told, has it not", "誤検出"),
    "residual": Phrase("off by {residual}", "差 {residual}"),
    "neighbours": Phrase("nearest training images", "最も近い学習画像"),
    "near_told": Phrase("{count} of {total} neighbours wear that label", "近い {total} 枚中 {count} 枚が予測と同じラベル"),
    "some_labels": Phrase(
        "Shown are the {shown} of {total} labels with most mistakes.",
        "全 {total} ラベルのうち、誤りの多い {shown} ラベルです。",
    ),
    "room": Phrase(
        "{count} more pictures did not fit onto this page.", "ページの容量に収まらない画像 {count} 枚は省きました。"
    ),
    # two runs
    "change_title": Phrase("The same images, two runs", "同じ画像を 2 つの run で比較"),
    "change_compared": Phrase(
        "{rows} images scored by both, from the same folds and seeds.", "同じ fold・シードで両方が採点した {rows} 枚。"
    ),
    "change_words": Phrase(
        "{after} fixed {fixed} that {before} had wrong and broke {broke} that {before} had right; {wrong} are wrong in both, "
        "{alike} of them in the same way.",
        "{before} の誤り {fixed} 枚を {after} が直し、正解 {broke} 枚を誤りにしました。両方とも誤りは {wrong} 枚、"
        "うち {alike} 枚は同じ間違いです。",
    ),
    "change_labels": Phrase(
        "{after} has fewer wrong labels than {before} on {fixed} images and more on {broke}; on {wrong} others both have wrong "
        "ones, {alike} of them the same.",
        "{after} は {before} より誤りラベルが {fixed} 枚で減り、{broke} 枚で増えました。"
        "ほかの {wrong} 枚はどちらにも誤りがあり、うち {alike} 枚は同じ間違いです。",
    ),
    "change_values": Phrase(
        "{after} is nearer to the truth than {before} on {fixed} images and further on {broke}.",
        "{after} は {before} より {fixed} 枚で正解に近く、{broke} 枚で遠くなりました。",
    ),
    "change_none": Phrase("No image changed sides.", "正誤の入れ替わった画像はありません。"),
    "change_p": Phrase("Exact sign test (McNemar): p = {p}. {said}", "符号検定（McNemar の正確検定）: p = {p}。{said}"),
    "p_chance": Phrase(
        "Two equally good sets of answers often differ by as much as this.",
        "同じ良さの予測どうしでも、この程度の差は普通に出ます。",
    ),
    "p_real": Phrase(
        "Two equally good sets of answers seldom differ by as much as this.",
        "同じ良さの予測どうしなら、これほどの差はめったに出ません。",
    ),
    "p_note": Phrase(
        "It is about these trained networks on these images, not about the recipe: whether to keep a change, the verdict over "
        "folds and seeds says.",
        "これは学習済みのこのモデルとこの画像についての検定で、レシピの良し悪しではありません。"
        "採否は fold とシードをまたぐ判定で決めてください。",
    ),
    "state_fixed": Phrase("fixed", "直した"),
    "state_broke": Phrase("broken", "誤りにした"),
    "state_alike": Phrase("both wrong, alike", "両方誤り（同じ）"),
    "state_apart": Phrase("both wrong, differently", "両方誤り（別々）"),
    "state_right": Phrase("both right", "両方正解"),
    "net": Phrase("net", "差引"),
    "label": Phrase("label", "ラベル"),
    "by_label": Phrase("Label by label", "ラベルごと"),
    "by_label_some": Phrase(
        "The {shown} of {total} labels in which most images changed sides.",
        "全 {total} ラベルのうち、入れ替わりの多い {shown} ラベル。",
    ),
    "gallery_fixed": Phrase("Fixed by {run}", "{run} が直した画像"),
    "gallery_broke": Phrase("Broken by {run}", "{run} が誤りにした画像"),
    "gallery_apart": Phrase("Both wrong, differently", "両方誤り（違う間違い）"),
    "gallery_alike": Phrase("Both wrong in the same way", "両方誤り（同じ間違い）"),
    "gallery_nearer": Phrase("{run} came nearer most", "{run} で最も近づいた画像"),
    "gallery_further": Phrase("{run} went furthest away", "{run} で最も遠ざかった画像"),
    "wrong_labels": Phrase("wrong: {labels}", "誤り: {labels}"),
    "none_wrong": Phrase("none wrong", "誤りなし"),
    "who_fixed": Phrase("{label}: {fixed} fixed, {broke} broken", "{label}: {fixed} 枚を直し、{broke} 枚を誤りに"),
    "most_fixed": Phrase("most gained", "差引で最も改善"),
    "most_broken": Phrase("most lost", "差引で最も悪化"),
    "comma": Phrase(", ", "、"),
    "change_page": Phrase("{before} and {after}", "{before} と {after}"),
    "change_made": Phrase(
        "Made by tamesu {version} out of runs/{before} and runs/{after}; this file needs no network.",
        "tamesu {version} が runs/{before} と runs/{after} から作成。このファイルはネットワークなしで開けます。",
    ),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("wrong_labels", "en", labels="cat"), say("wrong_labels", "ja", labels="猫")
        ('wrong: cat', '誤り: 猫')
    """
    return speak(PHRASES, key, language, **values)
