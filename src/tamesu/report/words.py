"""Every word of the report's own, in English and Japanese; those about verdicts stand in `verdict_words`."""

from __future__ import annotations

from dataclasses import dataclass

from tamesu.messages import Language
from tamesu.messages.message import Phrase
from tamesu.messages.report_curves import CURVE_WORDS
from tamesu.report.fonts import can_draw
from tamesu.report.head_words import HEAD_WORDS
from tamesu.report.standing_words import STANDING_WORDS
from tamesu.report.verdict_words import VERDICT_WORDS

RUN_WORDS: dict[str, Phrase] = {
    # headline
    "title": Phrase("Report: {run}", "レポート: {run}"),
    "cv": Phrase("CV {metric}", "CV {metric}"),
    "undefined": Phrase("undefined", "未定義"),
    "higher": Phrase("higher is better", "大きいほど良い"),
    "lower": Phrase("lower is better", "小さいほど良い"),
    "standard_error": Phrase("standard error", "標準誤差"),
    "spread": Phrase("spread over folds", "fold 間のばらつき"),
    "rows": Phrase("rows", "行"),
    "rows_scored": Phrase("rows scored", "採点した行"),
    "of_rows": Phrase("of {total}", "{total} 行中"),
    "folds": Phrase("folds", "fold"),
    "folds_times": Phrase("{folds} × {repeats} repeats", "{folds} × {repeats} 回"),
    "seeds": Phrase("seeds", "シード"),
    "unreadable": Phrase("unreadable images", "読めない画像"),
    "diverged": Phrase("diverged jobs", "発散したジョブ"),
    "no_question": Phrase("This recipe asks no question yet.", "このレシピにはまだ問いが書かれていません。"),
    "error_note": Phrase(
        "Folds share training rows, so the standard error is a little too small.",
        "fold どうしは学習行を共有するため、標準誤差はやや小さめに出ます。",
    ),
    "look_at": Phrase("What to look at", "確認すべき点"),
    "nothing_wrong": Phrase("Nothing unusual was found.", "目立った問題は見つかりませんでした。"),
    "note_quick": Phrase(
        "This was a quick look at a subset; its score says little and cannot be compared.",
        "これは一部の行だけを使った試し実行です。スコアは目安にすぎず、他の実行とは比較できません。",
    ),
    "note_leaks": Phrase(
        "The audit had found that these folds leak, and the run was trained all the same ({leaks}): its score is too good.",
        "この fold は監査でリークが見つかっていますが、承知のうえで学習しました（{leaks}）。スコアは甘くなっています。",
    ),
    "note_unfinished": Phrase(
        "{missing} of {total} jobs are not done; `tamesu train {recipe}` goes on with them.",
        "{total} 個中 {missing} 個のジョブが終わっていません。`tamesu train {recipe}` で続きから再開します。",
    ),
    "note_no_seed": Phrase(
        "No seed has all its folds trained yet, so there is no CV score.",
        "すべての fold の学習が終わったシードがまだないため、CV スコアはありません。",
    ),
    "note_diverged": Phrase(
        "The loss stopped being a number in {jobs}; a lower learning rate or clip_grad_norm usually helps.",
        "{jobs} で損失が数値でなくなりました。学習率を下げるか clip_grad_norm を設定すると、たいてい直ります。",
    ),
    "note_undefined": Phrase(
        "The score of {jobs} is undefined (for instance, a class is missing among the fold's rows).",
        "{jobs} のスコアは未定義です (その fold に現れないクラスがある場合など)。",
    ),
    "note_damaged": Phrase(
        "{jobs}: files are damaged; `tamesu doctor` says what can be done.",
        "{jobs}: ファイルが壊れています。対処は `tamesu doctor` で確認できます。",
    ),
    "note_journal": Phrase(
        "{jobs}: lines of the journal are damaged and left out of the curves.",
        "{jobs}: ジャーナルに壊れた行があり、曲線から除きました。",
    ),
    "note_unreadable": Phrase(
        "{rows} images could not be read; their rows are left out of every score here.",
        "{rows} 枚の画像を読めませんでした。該当する行はここでのどのスコアにも含まれません。",
    ),
    # sections
    "contents": Phrase("Contents", "目次"),
    "section_folds": Phrase("Folds", "fold ごとのスコア"),
    "section_curves": Phrase("Curves", "学習曲線"),
    "section_target": Phrase("Target", "ターゲット"),
    "section_inputs": Phrase("Inputs", "入力画像"),
    "section_recipe": Phrase("Recipe", "レシピ"),
    "section_origin": Phrase("Data and environment", "データと環境"),
    "environment": Phrase("Environment", "環境"),
    "section_reproduce": Phrase("Reproduce", "再現方法"),
    # fold table
    "repeat": Phrase("repeat", "反復"),
    "fold": Phrase("fold", "fold"),
    "seed": Phrase("seed", "シード"),
    "score": Phrase("score", "スコア"),
    "state": Phrase("state", "状態"),
    "whole_oof": Phrase("whole OOF", "OOF 全体"),
    "not_counted": Phrase("Jobs that are not counted", "集計に入っていないジョブ"),
    "state_new": Phrase("not begun", "未開始"),
    "state_running": Phrase("running", "実行中"),
    "state_stopped": Phrase("stopped", "中断"),
    "state_damaged": Phrase("damaged", "破損"),
    "state_diverged": Phrase("diverged at epoch {epoch}, step {step}", "エポック {epoch}、ステップ {step} で発散"),
    "state_waiting": Phrase("done; its seed is not", "完了 (同じシードの他の fold が未完)"),
    "all_folds": Phrase("All {count} folds", "全 {count} fold"),
    "lowest_folds": Phrase("The {count} worst folds", "最も悪い {count} fold"),
    "dots_title": Phrase("{metric} of each fold", "fold ごとの {metric}"),
    "dots_note": Phrase(
        "Dots: jobs. Line: the CV score; band: ± its standard error.", "点: 各ジョブ。線: CV スコア、帯: ± 標準誤差。"
    ),
    # curves
    "no_curves": Phrase("No job has finished an epoch yet.", "まだ 1 エポックも終わっていません。"),
    "epoch": Phrase("epoch", "エポック"),
    "train": Phrase("train", "学習"),
    "val": Phrase("validation", "検証"),
    "mean_of": Phrase("thick: mean of {jobs} jobs, thin: each", "太線: {jobs} ジョブの平均、細線: 各ジョブ"),
    "mean_band": Phrase("line: mean of {jobs} jobs, band: 10 to 90 % of them", "線: {jobs} ジョブの平均、帯: 10～90 %"),
    "one_job": Phrase("one job", "1 ジョブ"),
    "loss_of": Phrase("Loss of {target}", "{target} の損失"),
    "metric_of": Phrase("Validation {metric}", "検証 {metric}"),
    "log_scale": Phrase("log scale", "対数軸"),
    "learning_rate": Phrase("Learning rate", "学習率"),
    "seconds_per_epoch": Phrase("Seconds per epoch", "1 エポックの秒数"),
    "whole_epoch": Phrase("whole epoch", "エポック全体"),
    "only_training": Phrase("training alone", "学習のみ"),
    "time_words": Phrase(
        "{seconds} per epoch ({train} of it training), {total} for all {jobs} jobs; peak memory {memory} MiB.",
        "1 エポック {seconds} (うち学習 {train})、全 {jobs} ジョブで {total}。最大メモリ {memory} MiB。",
    ),
    "overfitting": Phrase(
        "Over-fitting in {target}: since epoch {epoch} the validation loss rises ({val_before} → {val_after}) "
        "while the training loss falls ({train_before} → {train_after}).",
        "{target} で過学習: エポック {epoch} 以降、学習損失は下がる ({train_before} → {train_after}) 一方で、"
        "検証損失は上がっています ({val_before} → {val_after})。",
    ),
    "metric_improved": Phrase(
        "Meanwhile {metric} still improved ({before} → {after}): the network grows over-confident rather than worse.",
        "その間も {metric} は良くなっています ({before} → {after})。予測が悪くなったのではなく、自信過剰になっています。",
    ),
    "by_heart": Phrase(
        "Over-fitting in {target}: the training rows are known by heart (training loss {train}), and the validation loss stays "
        "far above ({val}).",
        "{target} で過学習: 学習データをほぼ丸暗記しています (学習損失 {train})。検証損失はずっと高いままです ({val})。",
    ),
    "still_falling": Phrase(
        "The validation loss of {target} was still falling at the last epoch; more epochs may help.",
        "{target} の検証損失は最後のエポックでもまだ下がっています。エポックを増やす余地があります。",
    ),
    "level": Phrase(
        "The validation loss of {target} has levelled off and does not rise.",
        "{target} の検証損失は下がりきって横ばいで、上昇は見られません。",
    ),
    # targets
    "no_oof": Phrase(
        "Out-of-fold predictions are shown once a seed has all its folds.",
        "全 fold が終わったシードができると、OOF 予測を表示します。",
    ),
    "counted": Phrase(
        "{rows} out-of-fold predictions; one per row, repeat and seed.", "OOF 予測 {rows} 件 (行 × 反復 × シードごとに 1 件)。"
    ),
    "left_out": Phrase(
        "Left out: {unreadable} with an unreadable image, {unlabelled} without a label.",
        "除外: 画像が読めないもの {unreadable} 件、ラベルがないもの {unlabelled} 件。",
    ),
    "next_steps": Phrase("What to try next, in this order:", "次に試すこと (この順で):"),
    "collapse_jobs": Phrase(
        "Collapse to one class in {jobs}: nearly every row there is called the same.",
        "{jobs} では予測がほぼ一つのクラスに偏っています。",
    ),
    "shares": Phrase("Rows of each class, and rows called it", "クラスごとの割合: 正解と予測"),
    "share_axis": Phrase("share of all rows", "全行に対する割合"),
    "share_true": Phrase("true share", "正解の割合"),
    "share_told": Phrase("predicted share", "予測の割合"),
    "share_labels": Phrase("Shares of each label, largest error first", "ラベルごとの割合 (誤差の大きい順)"),
    "share_mean_true": Phrase("mean true share", "正解の平均"),
    "share_mean_told": Phrase("mean predicted share", "予測の平均"),
    "share_error": Phrase("mean absolute error", "平均絶対誤差"),
    "share_correlation": Phrase("correlation", "相関"),
    "share_largest": Phrase("The largest share of each row", "各行で最大の割合"),
    "share_note": Phrase(
        "Below, each row counts for the label with its largest share.", "以下では、各行を最大の割合のラベルとして数えます。"
    ),
    "rule_title": Phrase("Decision rule fitted on out-of-fold predictions", "OOF に合わせた決め方"),
    "rule_factors": Phrase(
        "Prior correction: each class's probability is multiplied by a factor of its own before the largest is taken.",
        "事前確率の補正: 各クラスの確率に固有の倍率を掛けてから、最大のものを選びます。",
    ),
    "rule_thresholds": Phrase(
        "Each label has a threshold of its own, from which on it is told.", "ラベルごとに固有のしきい値を使います。"
    ),
    "rule_cuts": Phrase(
        "The label is told by where the expected label lies between cut points.",
        "期待値がどの区切りの間にあるかでラベルを決めます。",
    ),
    "rule_words": Phrase(
        "{metric} over all rows: {plain} as it is, {nested} when each fold is told by a rule fitted on the other folds "
        "({fitted} with one rule on the very rows it is fitted on). Gain a fold {gain}, spread over folds {spread}:",
        "全行の {metric}: そのまま {plain}、他の fold に合わせた規則で {nested} "
        "(合わせた行そのものでは {fitted})。fold ごとの改善 {gain}、fold 間のばらつき {spread}:",
    ),
    "rule_worth": Phrase("worth it.", "採用する価値があります。"),
    "rule_not_worth": Phrase(
        "not worth it, for the gain is not above its spread.", "改善がばらつきを超えないため、採用する価値はありません。"
    ),
    "rule_note": Phrase(
        "A decision rule fitted on out-of-fold predictions gains {gain} {metric} a fold:",
        "OOF に合わせた決め方で {metric} が fold ごとに {gain} 改善します:",
    ),
    "rule_without": Phrase("as it is", "そのまま"),
    "rule_with": Phrase("with a rule", "規則あり"),
    "rule_change": Phrase("change in recall", "再現率の変化"),
    "rule_number_factors": Phrase("factor", "倍率"),
    "rule_number_thresholds": Phrase("threshold", "しきい値"),
    "rule_number_cuts": Phrase("told from", "下限"),
    "rule_effect": Phrase(
        "As it is → with the rules of the other folds; the numbers are those of the rule fitted on all folds. "
        "One prediction a row: the mean over seeds.",
        "そのまま → 他の fold の規則。数値は全 fold に合わせた規則のもの。予測は行ごとに 1 件 (シードの平均)。",
    ),
    "rule_some": Phrase("The {shown} largest changes of {total}.", "{total} 件中、変化の大きい {shown} 件。"),
    "confusion": Phrase("Confusion matrix", "混同行列"),
    "confusion_note": Phrase(
        "Rows: truth, columns: prediction. Numbers are counts; shading is the share of the row (blue: right, orange: wrong).",
        "行が正解、列が予測。数字は件数、濃さは行内の割合 (青: 正解、橙: 誤り)。",
    ),
    "confusion_some": Phrase(
        "Only the {shown} most confused of {total} classes are shown; shares are of all rows of a class.",
        "{total} クラスのうち、取り違えの多い {shown} クラスだけを表示。割合はクラスの全行に対するものです。",
    ),
    "truth": Phrase("truth", "正解"),
    "prediction": Phrase("prediction", "予測"),
    "per_class": Phrase("Classes, worst F1 first", "クラス別 (F1 の低い順)"),
    "per_label": Phrase("Labels, worst average precision first", "ラベル別 (AP の低い順)"),
    "worst_of": Phrase("The {shown} worst of {total}.", "{total} 件中、下位 {shown} 件。"),
    "class": Phrase("class", "クラス"),
    "label": Phrase("label", "ラベル"),
    "predicted": Phrase("predicted", "予測数"),
    "precision": Phrase("precision", "適合率"),
    "recall": Phrase("recall", "再現率"),
    "f1": Phrase("F1", "F1"),
    "ap": Phrase("AP", "AP"),
    "positives": Phrase("with it", "正例"),
    "macro": Phrase("mean", "平均"),
    "threshold_note": Phrase(
        "F1, precision and recall at a probability of 0.5. AP: average precision over all thresholds.",
        "F1・適合率・再現率は確率 0.5 を境に計算。AP は全しきい値での平均適合率。",
    ),
    "pairs": Phrase("Most confused pairs", "取り違えの多い組"),
    "pair_count": Phrase("rows", "件数"),
    "pair_share": Phrase("share of the class", "クラス内の割合"),
    "no_errors": Phrase("Not one row is wrong.", "誤りは一件もありません。"),
    "scatter": Phrase("Prediction against truth", "予測と正解"),
    "residuals": Phrase("Residual (prediction − truth) against truth", "残差 (予測 − 正解) と正解"),
    "residual": Phrase("residual", "残差"),
    "value_words": Phrase(
        "RMSE {rmse}, MAE {mae}, R² {r2}, mean residual {bias}.", "RMSE {rmse}、MAE {mae}、R² {r2}、残差の平均 {bias}。"
    ),
    "largest_residuals": Phrase("Largest residuals", "残差の大きい行"),
    "bins_note": Phrase("Shading: rows per cell, log scale.", "濃さはマスごとの件数 (対数)。"),
    "main_target": Phrase("main target", "主ターゲット"),
    "kind_class": Phrase("class", "クラス分類"),
    "kind_ordinal": Phrase("ordinal", "順序つきクラス"),
    "kind_identity": Phrase("identity", "個体識別"),
    "kind_soft": Phrase("soft", "割合"),
    "kind_multilabel": Phrase("multilabel", "マルチラベル"),
    "kind_value": Phrase("value", "数値"),
    "kind_points": Phrase("points", "点"),
    "kind_mask": Phrase("mask", "マスク"),
    "kind_map": Phrase("map", "マップ"),
    # inputs
    "inputs_note": Phrase(
        "Training images of {job} as the network saw them in the first epoch, augmentations included, {size} px.",
        "{job} の学習画像。最初のエポックでネットワークに入力された状態 (データ拡張込み、{size} px) です。",
    ),
    "sheet_note": Phrase(
        "The contact sheet of this recipe: each image as it is, and as the first job saw it in its first epochs.",
        "このレシピのコンタクトシート。元の画像と、最初のジョブが各エポックで見た画像です。",
    ),
    "sheet_missing": Phrase(
        "`tamesu augment {recipe}` draws originals beside what is made of them; the sheet then stands here.",
        "`tamesu augment {recipe}` を実行すると、元の画像と拡張後の画像を並べたシートがここに入ります。",
    ),
    "inputs_missing": Phrase("No job has written its sample inputs yet.", "入力画像の見本はまだありません。"),
    # origin
    "recipe_note": Phrase(
        "With every default spelled out; saved as recipes/{name}.yaml it trains this very run.",
        "既定値もすべて記載。recipes/{name}.yaml として保存すれば、この実行そのものを学習します。",
    ),
    "data": Phrase("Data", "データ"),
    "train_rows": Phrase("train rows", "学習行"),
    "test_rows": Phrase("test rows", "テスト行"),
    "none": Phrase("none", "なし"),
    "groups": Phrase("groups", "グループ"),
    "fold_file": Phrase("folds file", "fold ファイル"),
    "target_words": Phrase(
        "{kind}, {labels} labels, {missing} rows without a value", "{kind}、ラベル {labels} 種、値なし {missing} 行"
    ),
    "target_value_words": Phrase("{kind}, {missing} rows without a value", "{kind}、値なし {missing} 行"),
    "target": Phrase("target {name}", "ターゲット {name}"),
    "digests": Phrase("Digests", "ダイジェスト"),
    "digest_run": Phrase("run", "実行"),
    "digest_recipe": Phrase("recipe", "レシピ"),
    "digest_data": Phrase("data", "データ"),
    "digest_folds": Phrase("folds", "fold"),
    "digest_weights": Phrase("weights", "重み"),
    "digest_plugins": Phrase("plugins", "プラグイン"),
    "no_environment": Phrase("environment.json is missing or damaged.", "environment.json がないか、壊れています。"),
    "reproduce_note": Phrase(
        "The name of a run ends in the digest of what decides its results: the same name, the same results.",
        "実行名の末尾は、結果を決めるものすべてのダイジェストです。名前が同じなら結果も同じです。",
    ),
    "git_note": Phrase(
        "There were changes without a commit; they are kept in runs/{run}/git.diff.",
        "コミットされていない変更がありました。runs/{run}/git.diff に保存してあります。",
    ),
    "made_by": Phrase(
        "Made by tamesu {version} out of runs/{run}; this file needs no network.",
        "tamesu {version} が runs/{run} から作成。このファイルはネットワークなしで開けます。",
    ),
    # notebook
    "whole_report": Phrase("The whole report: tamesu report {run}", "レポート全体: tamesu report {run}"),
    "whole_page": Phrase("With pictures: {page}", "画像付きのページ: {page}"),
    "notebook_more": Phrase("Not shown here: {count} more.", "ここに表示していないもの: 残り {count} 件。"),
    # terminal
    "say_cv": Phrase("CV {metric} {score}", "CV {metric} {score}"),
    "say_error": Phrase("standard error", "標準誤差"),
    "say_spread": Phrase("spread over folds {spread}", "fold 間のばらつき {spread}"),
    "say_rows": Phrase("{rows} rows", "{rows} 行"),
    "say_unreadable": Phrase(
        "{rows} of {total} rows; {unreadable} unreadable", "{total} 行中 {rows} 行、読めない画像 {unreadable}"
    ),
    "say_undefined": Phrase("CV {metric} undefined ({rows} rows)", "CV {metric} 未定義 ({rows} 行)"),
    "say_diverged": Phrase("diverged, not counted: {jobs}", "発散のため集計外: {jobs}"),
    "say_omitted": Phrase("... {count} more folds", "... 他 {count} fold"),
    "oof": Phrase("OOF", "OOF"),
    "and_more": Phrase("{first} and {more} more", "{first} 他 {more} 件"),
    "comma": Phrase(", ", "、"),
}

WORDS: dict[str, Phrase] = {**RUN_WORDS, **CURVE_WORDS, **HEAD_WORDS, **VERDICT_WORDS, **STANDING_WORDS}


@dataclass(frozen=True, slots=True)
class Words:
    """The report's words in one language.

    Examples:
        >>> Words("ja")("say_rows", rows=400), Words("en")("undefined")
        ('400 行', 'undefined')
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key, its placeholders filled."""
        phrase = WORDS[key]
        return phrase.say(self.language).format(**values)

    def list(self, names: list[str], limit: int = 5) -> str:
        """Names one after the other; after `limit` of them only how many there are more.

        Examples:
            >>> Words("en").list(["a", "b", "c"], limit=2)
            'a, b and 1 more'
        """
        first = self("comma").join(names[:limit])
        return first if len(names) <= limit else self("and_more", first=first, more=len(names) - limit)


def drawable_word(key: str, words: Words) -> str:
    """The words for a key as plots can show them: in English where no font has the letters of the page's language."""
    said = words(key)
    return said if can_draw([said]) else WORDS[key].en
