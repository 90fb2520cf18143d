"""What `explain` says of a run: what is wrong with its learning and where it fails."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "RUN_DIVERGED": Message(
        "the loss stopped being a number in {count} jobs, first in epoch {epoch} ({jobs}): the steps are too large, or a label "
        "or pixel is no number",
        "begin with smaller steps or a warm-up; `tamesu lr` shows how large they may be",
        "{count} 個のジョブで損失が数値でなくなりました（最初はエポック {epoch}、{jobs}）。更新幅が大きすぎるか、"
        "ラベルや画素に数値でないものがあります",
        "学習率を下げるか warmup を入れてください。どこまで上げられるかは `tamesu lr` で分かります",
    ),
    "RUN_RATE_HIGH": Message(
        "the learning rate is too high: the first steps threw the network off (training loss of the first epoch {first:.3g}, "
        "validation loss up to {worst:.3g}; held against {start:.3g} to begin with), and the rest of the training "
        "repaired it",
        "lower it; `tamesu lr` finds a good one in a minute",
        "学習率が高すぎます。最初の更新でネットワークが壊れ（1 エポック目の学習損失 {first:.3g}、検証損失は最大 {worst:.3g}。"
        "比べた出発点は {start:.3g}）、残りの学習はその修復に使われました",
        "学習率を下げてください。`tamesu lr` なら 1 分ほどで適切な値が見つかります",
    ),
    "RUN_RATE_LOW": Message(
        "next to nothing was learnt: the training loss went from {first:.4g} to {last:.4g}; the learning "
        "rate is too low, or all "
        "that could learn is frozen",
        "raise it; `tamesu lr` finds a good one in a minute",
        "ほとんど学習していません。学習損失は {first:.4g} → {last:.4g} です。学習率が低すぎるか、"
        "学習する部分が凍結されています",
        "学習率を上げてください。`tamesu lr` なら 1 分ほどで適切な値が見つかります",
    ),
    "RUN_NO_SIGNAL": Message(
        "out-of-fold predictions know nothing of the label ({part:.0%} of the way from chance to perfect): labels may be "
        "joined to the wrong pictures, or something before or after the network is broken",
        "see whether it can memorise a few pictures, look at `inputs` in the report, and run `tamesu audit`",
        "out-of-fold 予測はラベルについて何も分かっていません（偶然から完璧までの {part:.0%}）。"
        "ラベルと画像の対応がずれているか、"
        "前処理・後処理が壊れている可能性があります",
        "数枚を丸暗記できるか試し、レポートの入力画像を見て、`tamesu audit` を実行してください",
    ),
    "RUN_MEMORISES": Message(
        "it can memorise {count} pictures (loss {loss:.3g}), so pictures, labels and loss are joined rightly: what it lacks is "
        "something to generalise from",
        "look for labels that fit other pictures, and whether what the label tells is in the pictures at all",
        "{count} 枚は丸暗記できました（損失 {loss:.3g}）。画像・ラベル・損失のつながりは正しく、足りないのは汎化の手がかりです",
        "別の画像のラベルになっていないか、ラベルの手がかりが画像に写っているかを確かめてください",
    ),
    "RUN_CANNOT_MEMORISE": Message(
        "it cannot even memorise {count} pictures (loss {loss:.3g}): something before the scores is broken, or nothing learns",
        "look at the sheet {sheet}, at `freeze`, and at the learning rate, before anything else",
        "{count} 枚の丸暗記もできません（損失 {loss:.3g}）。スコアより前の段階が壊れているか、何も学習していません",
        "まずシート {sheet}、`freeze`、学習率を見てください",
    ),
    "RUN_OVERFITS": Message(
        "it over-fits: the training loss ends at {train:.3g}, the validation loss at {val:.3g} (lowest "
        "{lowest:.3g} after epoch "
        "{epoch}): rows are known by heart",
        "stronger augmentation first, then mixing, weight decay, a smaller or better pretrained network; not "
        "fewer epochs picked "
        "by the score",
        "過学習しています。学習損失 {train:.3g} に対し検証損失は {val:.3g}（最小はエポック {epoch} の {lowest:.3g}）。"
        "学習行を丸暗記しています",
        "まずデータ拡張を強め、次に mixup・weight decay・小さい（または事前学習の良い）ネットワークを。"
        "スコアを見てエポックを減らすのは避けてください",
    ),
    "RUN_UNDERFITS": Message(
        "it under-fits: {left:.0%} of the loss to begin with is left ({train:.3g} in training, {val:.3g} in validation)",
        "train longer or with larger steps, augment less, or take a larger network; if that does not help, look for a fault in "
        "the pictures as the network sees them and in the labels",
        "学習不足です。損失が最初の {left:.0%} 残っています（学習 {train:.3g}、検証 {val:.3g}）",
        "エポックや学習率を増やし、拡張を弱め、大きなネットワークを試してください。"
        "それでも駄目なら入力画像とラベルの誤りを疑ってください",
    ),
    "RUN_STILL_IMPROVING": Message(
        "it was still improving at the end: the validation loss fell from {before:.3g} to {last:.3g} in the last {back} of "
        "{epochs} epochs",
        "train longer",
        "最後まで改善が続いていました。最後の {back} エポック（全 {epochs}）で検証損失は {before:.3g} → {last:.3g} です",
        "エポックを増やしてください",
    ),
    "RUN_WIGGLES": Message(
        "the score of single epochs wiggles by {wiggle:.3f} though nothing changes: validation is noisy",
        "never pick an epoch by its score; average the weights (`ema`), and compare with more repeats or seeds",
        "1 エポックごとのスコアが {wiggle:.3f} ほど揺れています。検証のノイズです",
        "スコアでエポックを選ばず、重みの平均（`ema`）を使い、比較は反復やシードを増やして行ってください",
    ),
    "RUN_FOLD_UNLIKE": Message(
        "fold {fold} is unlike the others: {share:.0%} of its {rows} rows are right, {others:.0%} elsewhere; chance "
        "does not do that",
        "look at its rows: another source, wrong labels, or a group that stands alone; `tamesu audit` knows more",
        "fold {fold} だけ様子が違います。{rows} 行の正答率が {share:.0%}（他は {others:.0%}）で、偶然では起こりません",
        "その行を見てください。出所の違い、ラベルの誤り、孤立したグループが考えられます。`tamesu audit` も参考になります",
    ),
    "RUN_RARE_CLASS": Message(
        "{count} classes have few rows, others about {usual} (told rightly: {classes}): all that can be said of their recall "
        "is that it lies between {low:.0%} and {high:.0%}",
        "give them more weight or draw them more often, gather more of them, or judge them by hand",
        "行の少ないクラスが {count} 個あります（他は {usual} 行ほど。正解: {classes}）。"
        "recall は {low:.0%}～{high:.0%} としか言えません",
        "重みを増やすか多く引き、画像を集めるか、人手で判定してください",
    ),
    "RUN_CLASS_FAILS": Message(
        "{count} classes are told worse than the rest, where {others:.0%} are right: {classes}",
        "look at their mistakes: what are they taken for, and do their labels hold?",
        "他（正答率 {others:.0%}）より当たらないクラスが {count} 個あります: {classes}",
        "間違いの画像を見てください。何と取り違えているか、ラベルは正しいか",
    ),
    "RUN_GROUP_FAILS": Message(
        "the group {group!r} is told worse than the rest: {share:.0%} of {rows} rows, {others:.0%} elsewhere",
        "look at its pictures: another camera, another light, another habit of labelling",
        "グループ {group!r} は他より当たりません。{rows} 行中 {share:.0%}（他は {others:.0%}）",
        "画像を見てください。カメラ・光・ラベル付けの癖が違うかもしれません",
    ),
    "RUN_RANGE_FAILS": Message(
        "pictures whose {fact} lies between {low:.3g} and {high:.3g} are told worse: {share:.0%} of {rows} rows, "
        "{others:.0%} elsewhere",
        "augment towards that range, and see whether test has many of them",
        "{fact}が {low:.3g}～{high:.3g} の画像は当たりにくくなっています。{rows} 行中 {share:.0%}（他は {others:.0%}）",
        "その範囲に向けて拡張し、テストに多いかどうかも確かめてください",
    ),
    "RUN_SMALL_OBJECTS": Message(
        "small objects are told worse: where the object takes {low:.2f} to {high:.2f} of the side "
        "{share:.0%} of {rows} rows are "
        "right, {others:.0%} elsewhere",
        "try a larger `image.size`, or crops around the object",
        "小さい物体は当たりにくくなっています。物体が一辺の {low:.2f}～{high:.2f} の {rows} 行では {share:.0%}（他は "
        "{others:.0%}）",
        "`image.size` を大きくするか、物体の周りを切り抜いてみてください",
    ),
    "RUN_TOO_SURE": Message(
        "its probabilities are too high: it is right in {hit:.1%} of the cases and says {said:.1%} (calibration error "
        "{ece:.3f})",
        "for a metric that reads probabilities try label smoothing, mixup, or several seeds averaged",
        "確率が高すぎます。当たるのは {hit:.1%} なのに {said:.1%} と答えています（校正誤差 {ece:.3f}）",
        "確率を読む指標なら、ラベルスムージング・mixup・複数シードの平均を試してください",
    ),
    "RUN_TOO_UNSURE": Message(
        "its probabilities are too low: it is right in {hit:.1%} of the cases and says {said:.1%} (calibration error "
        "{ece:.3f})",
        "for a metric that reads probabilities train longer, or smooth and mix less",
        "確率が低すぎます。{hit:.1%} 当たるのに {said:.1%} と答えています（校正誤差 {ece:.3f}）",
        "確率を読む指標なら、長く学習するか、スムージングや混合を弱めてください",
    ),
    "RUN_CONFUSES": Message(
        "{one!r} and {other!r} are taken for one another: {rows} rows, {share:.0%} of all mistakes",
        "look at them side by side; if labels hold, try a larger input, a head for this pair, or a second network for the two",
        "{one!r} と {other!r} を取り違えています。{rows} 行で、間違い全体の {share:.0%} です",
        "並べて見てください。ラベルが正しければ、入力を大きくするか、この 2 つを分けるヘッドや 2 "
        "段目のネットワークを試してください",
    ),
}

# Facts of pictures, inside a sentence.
FACTS: dict[str, Phrase] = {
    "brightness": Phrase("brightness", "明るさ"),
    "sharpness": Phrase("sharpness", "鮮鋭度"),
    "pixels": Phrase("number of pixels (millions)", "画素数（百万）"),
    "aspect": Phrase("width over height", "縦横比"),
    "object": Phrase("object size", "物体の大きさ"),
}

STEP_MEMORISE = Phrase("see whether it can memorise four pictures", "4 枚を丸暗記できるか見る")
STEP_RANGE = Phrase("measure a good learning rate", "適切な学習率を測る")
STEP_AUDIT = Phrase("look at the data", "データを調べる")
