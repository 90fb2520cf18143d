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
}

WORKS = Phrase("works although it was expected not to", "効かないという予想に反して効きました")
HURTS = Phrase("hurts although it was expected to help", "効くという予想に反して悪化しました")
