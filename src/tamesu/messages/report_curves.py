"""Words of the report about curves per class, calibration, thresholds, seeds and the confusion matrix's switch."""

from __future__ import annotations

from tamesu.messages.message import Phrase

CURVE_WORDS: dict[str, Phrase] = {
    "gradient_norm": Phrase("Gradient norm", "勾配ノルム"),
    "gradient_words": Phrase("mean of a few steps an epoch", "エポック内の数ステップの平均"),
    "gradient_clipped": Phrase(
        "clipped at {limit}: {share} of the measured steps were longer", "上限 {limit}: 計測したステップの {share} が超過"
    ),
    "gradient_always": Phrase(
        "Nearly every measured gradient was longer than clip_grad_norm {limit} ({share}): the limit acts as a smaller learning "
        "rate.",
        "計測した勾配のほとんどが clip_grad_norm {limit} を超えています ({share})。実質的に学習率を下げているだけです。",
    ),
    "ranks_title": Phrase("Precision–recall and ROC, each against the rest", "PR 曲線と ROC 曲線 (他すべてとの比較)"),
    "ranks_note": Phrase(
        "Left: precision (upwards) over recall; right: recall over false positives; axes from 0 to 1, dashed: chance. All "
        "out-of-fold predictions together, so folds whose probabilities lie apart cost a little.",
        "左は縦が適合率・横が再現率、右は縦が再現率・横が偽陽性率。軸は 0～1、破線は偶然の水準。全 fold の OOF をまとめて"
        "描くため、fold 間で確率の高さがずれていると少し低めに出ます。",
    ),
    "ranks_worst": Phrase("The {shown} with the lowest average precision, of {total}.", "{total} 件中、AP の低い {shown} 件。"),
    "ranks_some": Phrase(
        "The {shown} with the lowest average precision among the {looked} of {total} with the lowest F1.",
        "全 {total} 件のうち F1 の低い {looked} 件から、AP の低い {shown} 件。",
    ),
    "ranks_numbers": Phrase("AP {ap}, AUC {auc}; {rows} rows", "AP {ap}、AUC {auc}、{rows} 行"),
    "ranks_alt": Phrase("{curve} of {label}", "{label} の {curve}"),
    "curve_pr": Phrase("precision–recall", "PR 曲線"),
    "curve_roc": Phrase("ROC", "ROC 曲線"),
    "calibration_title": Phrase("Reliability of the probabilities", "確率の信頼性"),
    "calibration_axes": Phrase(
        "Across: probability said, upwards: share that was right; dashed: equal. One dot for each of {bins} groups of about "
        "equal size, with 95 % intervals.",
        "横軸は予測した確率、縦軸は当たった割合で、破線上なら一致。点はほぼ同じ件数の {bins} グループ、縦線は 95 % 区間。",
    ),
    "calibration_words": Phrase(
        "Says {said} on average and is right in {hit}. Expected calibration error {ece}; right probabilities would show "
        "{chance} on as many rows by chance.",
        "平均 {said} と答え、正解は {hit}。校正誤差 (ECE) {ece}。正しい確率でも、この件数なら偶然に {chance} ほど出ます。",
    ),
    "calibration_sure": Phrase("The probabilities are too sure.", "確率は自信過剰です。"),
    "calibration_unsure": Phrase("The probabilities are not sure enough.", "確率は控えめすぎます。"),
    "calibration_uneven": Phrase(
        "They are off beyond chance, yet neither too high nor too low on the whole: see where the dots leave the line.",
        "偶然を超えるずれがありますが、全体として高すぎるとも低すぎるとも言えません。点が破線から離れる所を見てください。",
    ),
    "calibration_fine": Phrase(
        "No departure beyond what chance makes of so many rows.", "この件数で偶然を超えるずれは見られません。"
    ),
    "threshold_title": Phrase("Scores over the threshold", "しきい値とスコア"),
    "threshold_of": Phrase("{label} is told from the threshold on.", "確率がしきい値以上なら {label} と答えます。"),
    "threshold_all": Phrase("One threshold for all labels; means over the labels.", "全ラベル共通のしきい値。値はラベル平均。"),
    "threshold_words": Phrase(
        "Best {name} {best} at {at}, {half} at 0.5 (dashed). Chosen on the very rows it is counted on, so it is optimistic.",
        "{name} の最良は {at} で {best}、0.5 (破線) では {half}。選んだ行そのもので数えているので甘めの値です。",
    ),
    "seed_title": Phrase("Seeds beside folds", "シードと fold のばらつき"),
    "seed_oof": Phrase("mean of its whole OOF", "OOF 全体の平均"),
    "seed_folds": Phrase("spread over its folds", "fold 間のばらつき"),
    "seed_words": Phrase(
        "With another seed the same fold moves by {within} (standard deviation); with another fold of the same seed by "
        "{between}.",
        "同じ fold でもシードを変えると {within} (標準偏差)、同じシードで fold を変えると {between} 動きます。",
    ),
    "seed_rules": Phrase(
        "The seed moves a fold's score as much as the choice of the fold does: compare over several seeds.",
        "シードだけで fold の違いと同じくらい動きます。比較には複数のシードを使ってください。",
    ),
    "cells_mode": Phrase("Numbers", "数字"),
    "cells_rows": Phrase("% of the truth (row)", "正解に対する % (行)"),
    "cells_columns": Phrase("% of the prediction (column)", "予測に対する % (列)"),
    "cells_counts": Phrase("counts", "件数"),
    "cells_order": Phrase("Order", "並び順"),
    "cells_by_class": Phrase("of the classes", "クラス順"),
    "cells_by_error": Phrase("most errors first", "誤りの多い順"),
    "cells_title": Phrase("Images of a cell", "マスの画像"),
    "cells_note": Phrase(
        "A number in the matrix leads to its images: errors with the most certain first, hits with the least certain first.",
        "行列の数字を選ぶと画像が出ます。誤りは自信の高い順、正解は自信の低い順です。",
    ),
    "cells_lead": Phrase("A number in the matrix leads to its images.", "行列の数字を選ぶと、その画像が出ます。"),
    "cells_pair": Phrase("{truth} taken for {predicted}", "{truth} を {predicted} と予測"),
    "cells_right": Phrase("{truth}, told rightly", "{truth} を正しく予測"),
    "cells_more": Phrase("and {count} more", "他 {count} 件"),
    "cells_some": Phrase(
        "Images of the {shown} fullest of {total} cells are kept in this page.",
        "このページには {total} マス中、件数の多い {shown} マスの画像を入れています。",
    ),
}
