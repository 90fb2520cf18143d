"""Advice about the queue and the ledger: what is seen, why it matters, and what to do next."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "ADVICE_AUX_DRAGS": Message(
        "the idea was dropped: the loss of {target!r} may pull the shared network away from {main!r}",
        "try weaker weights before giving it up: `{command}`",
        "不採用でした。{target!r} の補助ロスが共有ネットワークを {main!r} から引き離しているかもしれません",
        "諦める前に重みを弱めてみてください: `{command}`",
    ),
    "ADVICE_AUX_GIVE_UP": Message(
        "weakening the auxiliary loss of {target!r} does not help (weights tried: {weights})",
        'give it up: `tamesu ideas --drop {name} --why "no weight helps"`',
        "{target!r} の補助ロスは重みを弱めても効きません (試した重み: {weights})",
        '諦めどきです: `tamesu ideas --drop {name} --why "重みを変えても効かない"`',
    ),
    "ADVICE_UNEXPECTED_CUES": Message(
        "the augmentation {surprise}: a network uses cues nobody expects, so the reason may be wrong and the verdict right",
        "keep the verdict, and look at the images: `inputs.png` of the jobs, and the report of {run}",
        "このデータ拡張は{surprise}。ネットワークは思いもよらない手がかりを使うので、理屈のほうが誤りで判定が正しいことがあります",
        "判定はそのまま受け入れ、画像を見てください: 各ジョブの `inputs.png` と {run} のレポート",
    ),
    "ADVICE_ESSENTIAL_FIRST": Message(
        "all {count} ideas waiting turn parameters of the training, and no idea about data, input, augmentation, loss or "
        "network has been tried",
        "try essential changes first: they gain more, and the best parameters change with them",
        "未試行の {count} 個はどれも学習のパラメーター調整で、データ・入力・拡張・損失・ネットワークの案はまだ試していません",
        "本質的な変更から試してください。得るものが大きく、最適なパラメーターもそれで変わります",
    ),
    "ADVICE_MANY_LOOKS": Message(
        "{count} ideas were judged on the same folds: the best of many scores is too good, for it was chosen for being high",
        "before the final choice, compare the best ones on other folds: another `folds.seed` in competition.yaml",
        "同じ fold で {count} 個のアイデアを判定しました。多くの中の最良スコアは、高いから選ばれた分だけ甘くなります",
        "最終選択の前に、上位を別の fold で比べ直してください (competition.yaml の `folds.seed` を変える)",
    ),
    "ADVICE_SMALL_DATA": Message(
        "{rows} rows: this plan would miss a gain below about {gain} every other time",
        "where a gain would be smaller, choose by reason: train what should work, and chase neither CV nor LB",
        "{rows} 行では、およそ {gain} 未満の改善は二回に一回見落とします",
        "それより小さな差は理屈で選んでください。効くはずのものを学習し、CV や LB の上下を追わないこと",
    ),
    "ADVICE_LB_LOWER": Message(
        "the idea was kept on CV, yet its public score {idea} is worse than the baseline's {baseline}",
        "look at what is different in the test rows before building on it; one LB is one small sample, a CV is {pairs} pairs",
        "CV では採用ですが、public スコア {idea} はベースラインの {baseline} より悪くなっています",
        "積み重ねる前にテスト行の違いを調べてください。LB は小さな標本一つ、CV は {pairs} ペアです",
    ),
    "ADVICE_EDGE": Message(
        "the best value tried, {value}, is at the edge of {values}",
        "go on beyond it: `{command}`",
        "試した中で最良の {value} は範囲 {values} の端です",
        "その先も試してください: `{command}`",
    ),
    "ADVICE_BUDGET": Message(
        "the budget ended with {count} ideas not decided: {names}",
        "nothing is lost; the same command goes on from here: `{command}`",
        "予算が尽きました。決着していないアイデアは {count} 個: {names}",
        "ここまでの結果は残っています。同じコマンドで続きから再開できます: `{command}`",
    ),
    "ADVICE_COLLAPSE_MAJORITY": Message(
        "collapse to the majority class: {share} of the out-of-fold rows are called {label!r}, which {true_share} of them are; "
        "{silent} of {classes} classes are never predicted; balanced accuracy {balanced} (chance {chance}); "
        "{ranks} (AUC {auc})",
        "try first: `{command}`; the run's report has the whole list",
        "多数派クラスへの崩壊: OOF の {share} が {label!r} と予測されています (実際は {true_share})。"
        "{classes} クラス中 {silent} クラスは一度も予測されず、balanced accuracy は {balanced} (当てずっぽうで {chance})。"
        "{ranks} (AUC {auc})",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "ADVICE_COLLAPSE_CLASS": Message(
        "collapse to one class, and not the largest: {share} of the out-of-fold rows are called {label!r}, which {true_share} "
        "of them are; {silent} of {classes} classes are never predicted; balanced accuracy {balanced} (chance {chance}); "
        "{ranks} (AUC {auc})",
        "try first: `{command}`; the run's report has the whole list",
        "多数派でない一つのクラスへの崩壊: OOF の {share} が {label!r} と予測されています (実際は {true_share})。"
        "{classes} クラス中 {silent} クラスは一度も予測されず、balanced accuracy は {balanced} (当てずっぽうで {chance})。"
        "{ranks} (AUC {auc})",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "ADVICE_COLLAPSE_LABELS": Message(
        "{count} of {labels} labels are never told, though rows have them: {names}; no probability reaches {threshold}; "
        "{ranks} (AUC {auc})",
        "try first: `{command}`; the run's report has the whole list",
        "{labels} ラベル中 {count} 個は、正例があるのに一度も予測されていません: {names}。"
        "確率が一度も {threshold} に届きません。{ranks} (AUC {auc})",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "ADVICE_COLLAPSE_VALUE": Message(
        "collapse to a constant: every prediction{column} is about {value}; their spread is {spread} of the truth's, "
        "and R² is {r2}",
        "try first: `{command}`; the run's report has the whole list",
        "定数への崩壊: 予測{column}がどの行でもほぼ {value} です。予測のばらつきは正解の {spread}、R² は {r2}",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "ADVICE_DECIDED": Message(
        "told by a rule fitted on out-of-fold predictions: {metric} {plain} without it, {nested} with it on folds it had not "
        "seen (gain {gain} a fold, spread {spread}); {worth}",
        "look at the classes in the run's report; without `--decide` predictions go as they are",
        "OOF に合わせた決め方で予測しました。{metric}: なし {plain}、あり {nested} (未使用の fold で測定、"
        "fold ごとの改善 {gain}、ばらつき {spread})。{worth}",
        "クラスごとの変化は実行のレポートで確認できます。`--decide` を外すと元の予測のまま出力します",
    ),
    "ADVICE_DECIDE_NOTHING": Message(
        "there is nothing to decide: {metric} of a target of kind {kind} does not look at which labels are told",
        "leave `--decide` out",
        "決め方を変える余地がありません: {kind} 型での {metric} は、どのラベルと予測したかを見ません",
        "`--decide` を外してください",
    ),
}

WORKS = Phrase("works although it was expected not to", "効かないという予想に反して効きました")
HURTS = Phrase("hurts although it was expected to help", "効くという予想に反して悪化しました")

WORTH_IT = Phrase("worth it", "採用する価値があります")
NOT_WORTH_IT = Phrase("not worth it: the gain is not above its spread", "採用する価値はありません (改善がばらつきを超えません)")

# Whether a network that collapsed has learnt anything.
CLASSES_RANKED = Phrase(
    "the probabilities do tell the rows apart, only the decision does not",
    "確率は行を見分けており、崩れているのは決め方だけです",
)
CLASSES_UNRANKED = Phrase("the probabilities hardly tell the rows apart either", "確率もほとんど行を見分けていません")
CLASSES_UNKNOWN = Phrase("whether the probabilities tell the rows apart is unknown", "確率が行を見分けているかは不明です")

# What to try next; the command stands after each.
STEP_DECIDE = Phrase("move the decision: fitted on out-of-fold rows", "決め方を OOF に合わせて動かす")
STEP_PRETRAINED = Phrase("begin with pretrained weights instead of none", "事前学習済みの重みから始める")
STEP_OVERFIT = Phrase(
    "can it memorise a few images? if not, look for a fault first", "数枚を暗記できるか確かめる (できなければまず不具合を疑う)"
)
STEP_RANGE_TEST = Phrase("look for the learning rate", "学習率を探す")
STEP_RATES = Phrase("smaller steps, and larger ones", "学習率を下げる、上げる")
STEP_BALANCED = Phrase("show every class equally often", "どのクラスも同じ頻度で見せる")
STEP_EVEN_SAMPLER = Phrase("show the images as often as there are", "画像を元の頻度のまま見せる")
STEP_WEIGHTS = Phrase("give rare classes more weight in the loss", "損失で少数派クラスの重みを上げる")
STEP_FOCAL = Phrase("let the loss look at what is still wrong", "まだ間違えている行に損失を集中させる")
STEP_LONGER = Phrase("train longer", "長く学習する")
STEP_WARMUP = Phrase("begin softly", "学習率を徐々に上げて始める")
