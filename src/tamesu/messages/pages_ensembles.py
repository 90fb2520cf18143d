"""What stands on the page of ensembles."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "BLEND_KIND": Message(
        "the target {target!r} is of kind {kind}, whose predictions are not averaged here",
        "runs of a target of kind class, ordinal, identity, multilabel, soft or value can be averaged",
        "ターゲット {target!r} は種類が {kind} で、予測の平均はここでは扱えません",
        "平均できるのは class、ordinal、identity、multilabel、soft、value のターゲットの run です",
    ),
    "BLEND_LARGE": Message(
        "{runs} runs of {rows} rows with {width} outputs each are more than a page can hold beside each other",
        "choose fewer runs",
        "{rows} 行 × {width} 出力の run {runs} 件は、ページで一度に扱える量を超えています",
        "選ぶ run を減らしてください",
    ),
    "BLEND_ROWS": Message(
        "there is no row that all the chosen runs have predicted out of fold",
        "choose runs with a complete seed; `tamesu train` goes on where a run stopped",
        "選んだ run のすべてが OOF 予測を持つ行がありません",
        "完了したシードのある run を選んでください。途中の run は `tamesu train` で続きから学習できます",
    ),
}

PHRASES: dict[str, Phrase] = {
    "ensembles": Phrase("Ensembles", "アンサンブル"),
    "ensembles_about": Phrase(
        "What the plain mean of out-of-fold predictions reaches. Nothing is trained or fitted here, nothing is written, and "
        "the public leaderboard is not used.",
        "OOF 予測を単純平均するとどうなるかを示します。学習や重みの最適化はせず、何も書き込みません。"
        "パブリックスコアも使いません。",
    ),
    "blend_need": Phrase(
        "This needs two runs that are comparable: the same folds, target, labels and metric, each with a finished seed.",
        "比較できる run が 2 件必要です。fold・ターゲット・ラベル・指標が同じで、それぞれ完了したシードのあるものに限ります。",
    ),
    "blend_need_more": Phrase(
        "There is one so far, {run}. A second recipe, or an idea that was tried, makes the pair:",
        "今は {run} だけです。別のレシピを学習するか、アイデアを試すと比べられます:",
    ),
    "blend_set": Phrase("The mean of all {count}", "{count} 件の平均"),
    "blend_best_single": Phrase("Best single run", "単独で最良の run"),
    "blend_score": Phrase("OOF {metric}", "OOF の {metric}"),
    "blend_better": Phrase("probability that it is better", "上回る確率"),
    "blend_members": Phrase("Runs", "平均する run"),
    "blend_mean_of": Phrase("mean of", "平均するもの"),
    "blend_alike": Phrase("How alike their errors are", "誤差の似かた"),
    "blend_alike_note": Phrase(
        "Above the diagonal: correlation of the out-of-fold errors. Below it: of the mistakes that either run makes, the share "
        "that both make. The less alike two equally good runs are, the more their mean gains.",
        "対角線の上: OOF 誤差の相関。下: どちらかが間違えた行のうち、両方が間違えた割合。"
        "同じくらい良い run なら、似ていないほど平均で伸びます。",
    ),
    "blend_alike_value": Phrase(
        "Correlation of the out-of-fold errors. The less alike two equally good runs are, the more their mean gains.",
        "OOF 誤差の相関。同じくらい良い run なら、似ていないほど平均で伸びます。",
    ),
    "blend_how": Phrase(
        "Each run's seeds are averaged first, so a single score here may be above the run's CV. {rows} rows that all runs have "
        "predicted count. The gain is the mean over {folds} folds with its 95 % interval, from the same test as verdicts.",
        "各 run はまずシード間で平均するため、単独のスコアも CV より高くなることがあります。"
        "対象は全 run が予測した {rows} 行です。差は {folds} fold の平均と 95 % 区間で、判定と同じ検定によります。",
    ),
    "blend_flatters": Phrase(
        "Members that are chosen by these very predictions look better than they are: of many sets the luckiest stands first. "
        "The best single run was chosen so, too. Believe a gain whose interval is above 0 and which you would have tried "
        "without looking.",
        "同じ OOF を見て組み合わせを選ぶと、実力より良く見えます。多くの候補の中で運の良いものが先頭に来るためです。"
        "単独最良の run も同じ OOF で選ばれています。"
        "信じてよいのは、区間が 0 より上にあり、見る前から試すつもりだった組み合わせです。",
    ),
    "blend_seeds": Phrase("seeds", "シード"),
    "blend_choose": Phrase("Choose the runs", "run を選ぶ"),
    "blend_choose_note": Phrase(
        "Comparable runs, the best first. Without a choice, the best {count} of different recipes are taken.",
        "比較できる run (良い順)。選ばないときは、レシピの異なる上位 {count} 件を使います。",
    ),
    "blend_show": Phrase("Average the chosen ones", "選んだものを平均"),
    "blend_most": Phrase(
        "At most {most} runs; the first {most} are taken.", "最大 {most} 件です。先頭の {most} 件を使います。"
    ),
    "blend_fewer": Phrase(
        "Of so many predictions only {count} runs are held beside each other.",
        "予測の数が多いため、並べるのは {count} 件までです。",
    ),
    "blend_chart": Phrase("Gain over the best single run", "単独最良との差"),
}
