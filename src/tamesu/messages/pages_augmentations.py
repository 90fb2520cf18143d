"""What stands on the page of augmentations."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "PAGE_AUGMENT_NONE": Message(
        "there is no recipe yet, so nothing says how large the network's images are",
        "write recipes/base.yaml; `tamesu init` writes a first one",
        "レシピがまだないため、ネットワークに入る画像の大きさが決まりません",
        "recipes/base.yaml を書いてください。`tamesu init` が最初の一つを作ります",
    ),
    "PAGE_AUGMENT_FOREIGN": Message(
        "the pages draw tamesu's own augmentations and run no other code; these are none of them: {names}",
        "draw them in a terminal with `tamesu augment`, or look at a part of tamesu's own here",
        "ページで描くのは tamesu 自身の拡張だけで、他のコードは実行しません。次はそれ以外です: {names}",
        "ターミナルの `tamesu augment` で描くか、tamesu の部品をここで選んでください",
    ),
    "PAGE_NO_AUGMENTED": Message(
        "there is no such picture",
        "open /augmentations anew",
        "そのような画像はありません",
        "/augmentations を開き直してください",
    ),
}

PHRASES: dict[str, Phrase] = {
    "augmentations": Phrase("Augmentations", "データ拡張"),
    "aug_note": Phrase(
        "Training images as the network sees them: the pixels and the random numbers are those of training.",
        "ネットワークが見るとおりの学習画像です。画素も乱数も学習時と同じものです。",
    ),
    "aug_recipe": Phrase("recipe", "レシピ"),
    "aug_part": Phrase("what is shown", "表示するもの"),
    "aug_whole": Phrase("the whole recipe", "レシピ全体"),
    "aug_alone": Phrase("alone, as much as it can at this strength", "単独で、この強さでの最大限の変化"),
    "aug_in_recipe": Phrase("in the recipe", "レシピにあるもの"),
    "aug_show": Phrase("Show", "表示"),
    "aug_strength": Phrase("strength of {name}", "{name} の強さ"),
    "aug_draw": Phrase("draw", "乱数"),
    "aug_epoch": Phrase("epoch", "エポック"),
    "aug_before": Phrase("draw before", "前の乱数"),
    "aug_after": Phrase("next draw", "次の乱数"),
    "aug_epoch_before": Phrase("epoch before", "前のエポック"),
    "aug_epoch_after": Phrase("next epoch", "次のエポック"),
    "aug_other": Phrase("Other images", "別の画像"),
    "aug_ids": Phrase("Choose images by id", "画像を id で選ぶ"),
    "aug_id": Phrase("id of a training image", "学習画像の id"),
    "aug_original": Phrase("as it is", "元の画像"),
    "aug_at": Phrase("strength {strength}", "強さ {strength}"),
    "aug_of_epoch": Phrase("epoch {draw}", "エポック {draw}"),
    "aug_fewer": Phrase("At {size} px at most {most} images are shown.", "{size} px では一度に {most} 枚まで表示します。"),
    "aug_lines": Phrase("To paste", "貼り付け用"),
    "aug_line_idea": Phrase("into ideas.yaml, to try it:", "ideas.yaml に貼って試す:"),
    "aug_line_recipe": Phrase("into the recipe, under augmentations:", "レシピの augmentations の下に:"),
    "aug_line_list": Phrase("in the recipe, as a whole:", "レシピの全体:"),
    "aug_line_command": Phrase("This command makes the same sheet:", "同じ一覧を作るコマンド:"),
    "aug_changes_nothing": Phrase("At strength 0 nothing changes.", "強さ 0 では何も変わりません。"),
    "aug_labels": Phrase("What it does to labels", "ラベルへの影響"),
    "aug_drawer": Phrase("Every augmentation", "すべての拡張"),
    "aug_search": Phrase("search the augmentations", "拡張を検索"),
    "aug_card": Phrase("its card", "カードを読む"),
    "aug_options": Phrase("options", "オプション"),
    "aug_needed": Phrase("needed", "必須"),
    "aug_refused": Phrase("refused here", "ここでは不可"),
    "aug_asks": Phrase("asks first", "確認が必要"),
    "aug_foreign": Phrase("by command only", "コマンドのみ"),
    # what a part does to labels: a word for the list, a sentence for the part itself
    "aug_word_stay": Phrase("labels stay", "ラベルは不変"),
    "aug_word_false": Phrase("labels can become false", "ラベルが誤りになりうる"),
    "aug_word_mixed": Phrase("labels are mixed", "ラベルが混ざる"),
    "aug_word_symmetry": Phrase("needs a declared symmetry", "対称性の宣言が必要"),
    "aug_stay": Phrase("The label stays true of the picture.", "ラベルは画像に対して正しいままです。"),
    "aug_false": Phrase(
        "The label stays as it is and can become false: see whether what it speaks of is still there.",
        "ラベルはそのまま残り、誤りになりえます。ラベルの指すものが画像に残っているか確かめてください。",
    ),
    "aug_mixed": Phrase(
        "Targets are mixed by the share that each of the two images has.", "ターゲットは二枚の画像の割合に応じて混ざります。"
    ),
    "aug_symmetry": Phrase(
        "It flips or turns, and labels move only as competition.yaml says of {names}.",
        "反転・回転します。ラベルが動くのは、competition.yaml の {names} の宣言どおりにだけです。",
    ),
    "aug_moves": Phrase("Masks, points and boxes move with the picture.", "マスク・点・ボックスは画像と一緒に動きます。"),
    "aug_rests": Phrase("Masks, points and boxes stay where they are.", "マスク・点・ボックスは動きません。"),
}
