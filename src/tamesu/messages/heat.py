"""The words of heat maps: of faults, of what the numbers find, and of the section that shows them."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase, speak

MESSAGES: dict[str, Message] = {
    "EXPLAIN_NEEDS_EXTRA": Message(
        "integrated gradients and occlusion come from captum, which is not installed",
        "run `pip install 'tamesu[explain]'`; Grad-CAM and the masks of an attention pooling work without it",
        "integrated gradients と occlusion には captum が必要ですが、入っていません",
        "`pip install 'tamesu[explain]'` を実行してください。Grad-CAM と attention pooling のマスクは captum なしで使えます",
    ),
    "EXPLAIN_NO_HEAD": Message(
        "no head of this run says one thing about a whole image of the main target {target}, so there is no class to explain",
        "heat maps are for targets of whole images, such as `class`, `multilabel` or `value`",
        "この run には主ターゲット {target} を画像全体について予測するヘッドがなく、説明するクラスがありません",
        "ヒートマップは `class`、`multilabel`、`value` など、画像全体のターゲットで使えます",
    ),
    "EXPLAIN_COLUMNS": Message(
        "{run} reads columns of the table beside the image, and a heat map can tell of the image alone",
        "train the recipe without `columns` and explain that run",
        "{run} は画像のほかに表の列も読みます。ヒートマップで説明できるのは画像だけです",
        "`columns` なしのレシピで学習し、その run を説明してください",
    ),
    "RUN_HEAT_OUTSIDE": Message(
        "the network does not go by the object: in {below} of {count} pictures less heat lies on it than even spreading would "
        "put there (median: {heat:.0%} of the heat on {area:.0%} of the picture)",
        "guess from the maps what it reads instead (the place, a frame, a hand, a mark) and test the guess: `tamesu try` with "
        "`background_swap` or `copy_paste`, or train on crops of the object. Where the surroundings are part of the answer, "
        "leave it",
        "ネットワークは物体を見ていません。{count} 枚中 {below} 枚で、物体に乗る熱が一様に散らした場合より少なくなっています"
        "（中央値: 画像の {area:.0%} を占める物体に熱の {heat:.0%}）",
        "代わりに何を読んでいるか（場所、枠、手、印など）をヒートマップから予想し、`background_swap` や `copy_paste`、"
        "物体の切り抜きを `tamesu try` で試して確かめてください。周囲も答えの一部であるデータなら、このままで構いません",
    ),
    "RUN_HEAT_PLACE": Message(
        "pictures told as {label} are told by the {place}: {share:.0%} of the heat lies on {area:.0%} of the picture, and in "
        "{hot} of {count} pictures much more than even spreading would put there",
        "look there for a watermark, a date, a frame or a scanner's edge. If there is one, crop or cover it in train and test "
        "alike and train again: a CV that falls was the mark's, and the hidden test may not have it",
        "{label} と予測された画像は{place}で判断されています。画像の {area:.0%} に熱の {share:.0%} が集まり、"
        "{count} 枚中 {hot} 枚で一様に散らした場合を大きく上回ります",
        "透かし、日付、枠、スキャナーの縁がないか見てください。あれば train と test の両方で切り取るか隠して学習し直します。"
        "下がった分の CV はその印のおかげで、見えない test にはないかもしれません",
    ),
    "RUN_HEAT_UNTRAINED": Message(
        "the maps of {method} hardly depend on what was learned: with weights drawn anew they are much the same (rank "
        "correlation {correlation:.2f} over {count} pictures; 0 would be unrelated)",
        "they show edges and the shape of the network rather than its reasons: trust the other methods, and draw no "
        "hypothesis from these",
        "{method} のヒートマップは学習した内容にほとんど依存していません。重みを引き直しても似た図になります"
        "（{count} 枚の順位相関 {correlation:.2f}。無関係なら 0）",
        "判断の理由ではなく、輪郭やネットワークの構造が写っています。ほかの手法を信用し、この図から仮説を立てないでください",
    ),
}

METHOD_NAMES: dict[str, Phrase] = {
    "grad_cam": Phrase("Grad-CAM", "Grad-CAM"),
    "attention": Phrase("attention mask", "attention マスク"),
    "integrated_gradients": Phrase("integrated gradients", "integrated gradients"),
    "occlusion": Phrase("occlusion", "occlusion"),
    "truth": Phrase("Grad-CAM of the truth", "正解クラスの Grad-CAM"),
}

PLACES: dict[str, Phrase] = {
    "top_left": Phrase("top left corner", "左上の隅"),
    "top_right": Phrase("top right corner", "右上の隅"),
    "bottom_left": Phrase("bottom left corner", "左下の隅"),
    "bottom_right": Phrase("bottom right corner", "右下の隅"),
    "border": Phrase("border", "周縁"),
}

PHRASES: dict[str, Phrase] = {
    "title": Phrase("What the network goes by", "ネットワークはどこを見ているか"),
    "about": Phrase("{count} pictures", "{count} 枚"),
    "none": Phrase("There is no picture to explain.", "説明する画像がありません。"),
    "intro": Phrase(
        "Each picture is explained by the fold's network that has not trained on it. What is hot speaks for the class that was "
        "told; every map is scaled to its own strongest place. A map says where, not what, and it is coarse: form a guess, "
        "build it into an idea, and let a verdict decide.",
        "どの画像も、その画像で学習していない fold のネットワークで説明しています。明るい所ほど予測クラスの根拠です（図ごとに"
        "最大値で正規化）。分かるのは場所だけで理由ではなく、粗い図です。仮説を立て、アイデアにして、判定で確かめてください。",
    ),
    "intro_value": Phrase(
        "Each picture is explained by the fold's network that has not trained on it. What is hot raises what was told; every "
        "map is scaled to its own strongest place. A map says where, not what, and it is coarse: form a guess, build it into "
        "an idea, and let a verdict decide.",
        "どの画像も、その画像で学習していない fold のネットワークで説明しています。明るい所ほど予測値を押し上げます（図ごとに"
        "最大値で正規化）。分かるのは場所だけで理由ではなく、粗い図です。仮説を立て、アイデアにして、判定で確かめてください。",
    ),
    "cold": Phrase("says nothing for it", "根拠にならない"),
    "hot": Phrase("speaks for it most", "最も強い根拠"),
    "by_class": Phrase("Average by class told", "予測クラスごとの平均"),
    "by_class_note": Phrase(
        "The mean map over the mean picture: a mark in one place stands out, since objects move and marks do not.",
        "平均画像に平均ヒートマップを重ねました。物体の位置は画像ごとに動きますが、印は動かないため、浮かび上がります。",
    ),
    "one_picture": Phrase("1 picture", "1 枚"),
    "pictures": Phrase("{count} pictures", "{count} 枚"),
    "alt_class": Phrase("mean heat of {label}", "{label} の平均ヒートマップ"),
    "in_numbers": Phrase("In numbers", "数値で見る"),
    "method": Phrase("method", "手法"),
    "maps": Phrase("maps", "枚数"),
    "on_object": Phrase("heat on the object", "物体に乗る熱"),
    "object_area": Phrase("area of the object", "物体の面積"),
    "times": Phrase("times its area", "面積比"),
    "correlation": Phrase("rank correlation with new weights", "重みを引き直した図との順位相関"),
    "objects_note": Phrase(
        "Medians over {count} pictures whose object is known. Spread evenly, an object would hold as much heat as its area.",
        "物体の位置が分かる {count} 枚の中央値。一様なら、熱の割合は面積と同じになります。",
    ),
    "scrambled_note": Phrase(
        "Sanity check: the same maps by networks whose weights were drawn anew. Near 0 the maps show what was learned; "
        "near 1 they show edges and the network's shape.",
        "健全性の検査: 重みを引き直したネットワークでも同じ図を作りました。0 に近ければ学習した内容、"
        "1 に近ければ輪郭やネットワークの構造が写っています。",
    ),
    "place": Phrase("place", "場所"),
    "share": Phrase("heat there", "熱の割合"),
    "area": Phrase("area", "面積"),
    "places_note": Phrase(
        "Means over the pictures. A corner that is hotter than its area in one class is worth a look: dates, watermarks and "
        "scanner edges stand there.",
        "全画像の平均。あるクラスだけ面積より熱い隅があれば要確認です。日付、透かし、スキャナーの縁がよくあります。",
    ),
    "look": Phrase("Picture by picture", "画像ごとの図"),
    "shown": Phrase("{shown} of {total} are shown.", "{total} 枚中 {shown} 枚を表示。"),
    "picture": Phrase("as seen", "入力画像"),
    "told": Phrase("told", "予測"),
    "really": Phrase("truth", "正解"),
    "on_object_short": Phrase("{heat} of the heat on the object ({area} of the picture)", "物体に熱の {heat}（面積 {area}）"),
    "alt": Phrase("{method} of {id}", "{id} の {method}"),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("pictures", "en", count="1,797"), say("pictures", "ja", count="1,797")
        ('1,797 pictures', '1,797 枚')
    """
    return speak(PHRASES, key, language, **values)


def name_method(method: str, language: str | None = None) -> str:
    """What a method is called.

    Examples:
        >>> name_method("attention", "en"), name_method("attention", "ja")
        ('attention mask', 'attention マスク')
    """
    from tamesu.messages import choose_language

    return METHOD_NAMES[method].say(language or choose_language())


def name_place(place: str, language: str | None = None) -> str:
    """What a corner or the border is called.

    Examples:
        >>> name_place("top_left", "en"), name_place("border", "ja")
        ('top left corner', '周縁')
    """
    from tamesu.messages import choose_language

    return PLACES[place].say(language or choose_language())
