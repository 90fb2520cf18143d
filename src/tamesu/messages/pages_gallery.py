"""What stands on the pages of errors, of images that changed, of what `explain` found, and beside one image."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "ERRORS_KIND": Message(
        "the target {target!r} is not told image by image, so there is no image to call wrong",
        "choose a target of kind class, identity, ordinal, multilabel, soft or value",
        "ターゲット {target!r} は画像 1 枚ごとの予測ではないので、誤りの画像を挙げられません",
        "種類が class、identity、ordinal、multilabel、soft、value のターゲットを選んでください",
    ),
    "ERRORS_LARGE": Message(
        "{rows} images with {width} outputs each of {target!r} are more than a page holds in memory at once",
        "`tamesu explain` and `tamesu compare` write the images to look at into a file",
        "{target!r} は {rows} 枚 × {width} 出力あり、ページで一度に扱える量を超えています",
        "`tamesu explain` と `tamesu compare` なら、見ておきたい画像をファイルに書き出せます",
    ),
    "PAGE_NO_CHANGE": Message(
        "there is no list {state!r} of images that changed",
        "the page that compares the runs links to all there are",
        "変化した画像のリスト {state!r} はありません",
        "あるリストは、run を比較するページからたどれます",
    ),
}

PHRASES: dict[str, Phrase] = {
    # errors of one run
    "errors": Phrase("Errors", "誤り"),
    "errors_none": Phrase("No run has told anything of the training images yet.", "学習画像を予測した run はまだありません。"),
    "errors_votes": Phrase(
        "Out-of-fold, averaged over {votes} prediction(s) an image.", "OOF 予測（1 枚あたり {votes} 回の予測の平均）。"
    ),
    "errors_matrix": Phrase(
        "The confusion matrix counts each of them by itself, so its numbers are larger.",
        "混同行列は 1 回ずつ数えるため、そちらの数字の方が大きくなります。",
    ),
    "errors_part": Phrase(
        "{done} of {jobs} jobs are done; images of the others are not here yet.",
        "{jobs} ジョブ中 {done} が完了。残りのジョブの画像はまだ含まれません。",
    ),
    "count_soft": Phrase(
        "{total} images; the shares told lie {mean} from the truth on average (half the sum of differences).",
        "{total} 枚。予測した割合と正解の差は平均 {mean}（差の絶対値の和の半分）。",
    ),
    "look_wrong": Phrase("most wrong", "最も外した"),
    "look_unsure": Phrase("most uncertain", "最も迷った"),
    "look_sure": Phrase("most surely right", "自信を持って正解"),
    "look_mistakes": Phrase("all wrong", "すべての誤り"),
    "look_missed": Phrase("missed", "見逃し"),
    "look_alarmed": Phrase("false alarms", "誤検出"),
    "look_off": Phrase("largest errors", "差の大きい順"),
    "look_above": Phrase("told too high", "高すぎ"),
    "look_below": Phrase("told too low", "低すぎ"),
    "look_near": Phrase("nearest", "差の小さい順"),
    "look_all": Phrase("all", "すべて"),
    "order_": Phrase("in the order of the list", "リストの並び順"),
    "order_worst": Phrase("worst first", "悪い順"),
    "order_best": Phrase("best first", "良い順"),
    "order_sure": Phrase("most sure first", "自信の高い順"),
    "order_unsure": Phrase("least sure first", "自信の低い順"),
    "order_table": Phrase("as in the table", "表の順"),
    "order": Phrase("order", "並び順"),
    "any_truth": Phrase("any truth", "正解: すべて"),
    "any_told": Phrase("any prediction", "予測: すべて"),
    "any_column": Phrase("all labels together", "全ラベルまとめて"),
    "any_fold": Phrase("any fold", "fold: すべて"),
    "truth_is": Phrase("truth: {label}", "正解: {label}"),
    "told_is": Phrase("prediction: {label}", "予測: {label}"),
    "truth": Phrase("truth", "正解"),
    "told": Phrase("prediction", "予測"),
    "least_error": Phrase("error of at least", "差の下限"),
    "target": Phrase("target", "ターゲット"),
    "errors_of_run": Phrase("Errors as images", "誤りを画像で見る"),
    "near_of": Phrase(
        "nearest training image: {id}, {label}, cosine {cosine}", "近い学習画像: {id}、{label}、コサイン {cosine}"
    ),
    "near_note": Phrase(
        "Small pictures: the nearest training images, where `tamesu explain` looked for them. Framed are those of the",
        "小さい画像は `tamesu explain` が探した最も近い学習画像です。枠の付いたもの:",
    ),
    "near_right": Phrase("right label", "正解と同じラベル"),
    "near_told": Phrase("label told", "予測と同じラベル"),
    # images that changed
    "changed": Phrase("Images that changed", "変化した画像"),
    "changed_all": Phrase("all {count}", "全 {count} 枚"),
    "changed_none": Phrase("No image is in this list.", "このリストに画像はありません。"),
    "state_fixed": Phrase("fixed", "直した"),
    "state_broke": Phrase("broken", "誤りにした"),
    "state_alike": Phrase("both wrong, alike", "両方誤り（同じ）"),
    "state_apart": Phrase("both wrong, differently", "両方誤り（別々）"),
    "state_right": Phrase("both right", "両方正解"),
    "state_nearer": Phrase("came nearer", "近づいた"),
    "state_further": Phrase("went further away", "遠ざかった"),
    "state_equal": Phrase("equally far", "変わらず"),
    "images": Phrase("images", "画像"),
    "count": Phrase("count", "枚数"),
    "rate": Phrase("rate", "割合"),
    "net": Phrase("net", "差引"),
    "by_label": Phrase("Label by label", "ラベルごと"),
    # what explain found
    "explained": Phrase("Diagnosis", "診断"),
    "explained_none": Phrase(
        "Nobody has asked yet what is wrong with this run and what to try.",
        "この run のどこが悪いか、次に何を試すかは、まだ調べていません。",
    ),
    "explained_time": Phrase("Made {time}", "{time} に作成"),
    "explained_changed": Phrase(
        "The run has changed since: this is about what it was then.",
        "この診断の後で run が変わっています。内容は当時のものです。",
    ),
    "explained_clean": Phrase(
        "No fault was found in how it learned, nor a part of the data on which it fails.",
        "学習の仕方にも、特定のデータでの失敗にも、問題は見つかりませんでした。",
    ),
    "explained_other": Phrase(
        "written by another version of tamesu; run `tamesu explain` again",
        "別の版の tamesu による診断です。`tamesu explain` をやり直してください",
    ),
    "explained_try": Phrase("To try: paste into ideas.yaml", "試す: ideas.yaml に貼り付け"),
    "explained_then": Phrase("then", "その後"),
    "explained_steps": Phrase("To look first", "先に調べる"),
    "explained_cards": Phrase("Cards", "カード"),
    "explained_heat": Phrase("Where the networks look, by class", "ネットワークの見ている場所（クラスごと）"),
    "explained_heat_note": Phrase(
        "Mean heat over the mean picture of the images told as each class; `{file}` has it image by image.",
        "各クラスと予測された画像の平均に、平均の熱を重ねたものです。1 枚ごとの図は `{file}` にあります。",
    ),
    "heat_of": Phrase("mean heat of {label}", "{label} の平均の熱"),
    "explained_first": Phrase("Diagnosis of the best run: {head}", "最良の run の診断: {head}"),
    # beside one image
    "opinions": Phrase("What runs said of it", "run の予測"),
    "opinions_note": Phrase(
        "The best run and the newest, by networks that were not trained on this image.",
        "最良の run と新しい run。この画像を学習していないネットワークの予測です。",
    ),
    "opinion_best": Phrase("best", "最良"),
    "opinion_right": Phrase("right", "正解"),
    "opinion_wrong": Phrase("wrong", "誤り"),
    "col_told": Phrase("prediction", "予測"),
    "col_right": Phrase("right?", "正誤"),
}
