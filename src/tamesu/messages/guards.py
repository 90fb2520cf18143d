"""Messages about terms of the loss that pull against one another, outweigh one another, or do nothing."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "GUARD_PULLS": Message(
        "the head {head!r} pulls against {main!r}: where both read, the mean cosine between their gradients is {cosine} in the "
        "later epochs ({spread}), and {share} of the gradient is its own",
        "try first: `{command}`; the run's report has the whole list",
        "ヘッド {head!r} は {main!r} の足を引っ張っています: 両者が読む特徴マップでの勾配のコサインは、"
        "後半のエポックで平均 {cosine} ({spread})。勾配に占める割合は {share} です",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "GUARD_OUTWEIGHS": Message(
        "the head {head!r} outweighs {main!r}: where both read, {share} of the gradient is its own ({spread}), and its "
        "weighted loss is {times} times the main one's; {reason}",
        "try first: `{command}`; the run's report has the whole list",
        "ヘッド {head!r} が {main!r} を圧倒しています: 両者が読む特徴マップで、勾配の {share} がこのヘッドのもの ({spread})、"
        "重み付き損失は主ヘッドの {times} 倍です。{reason}",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "GUARD_TERM_OUTWEIGHS": Message(
        "the term {head!r} outweighs {main!r}: with its weight it is {times} times the main loss ({spread})",
        "try first: `{command}`; the run's report has the whole list",
        "損失の項 {head!r} が {main!r} を圧倒しています: 重みを掛けた値が主損失の {times} 倍です ({spread})",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "GUARD_IDLE": Message(
        "the head {head!r} does nothing for {main!r}: where both read, {share} of the gradient is its own",
        "try first: `{command}`; the run's report has the whole list",
        "ヘッド {head!r} は {main!r} に何の影響も与えていません: 両者が読む特徴マップで、このヘッドの勾配は {share} です",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "GUARD_RISES": Message(
        "the training loss of {head!r} rises since epoch {epoch} ({before} → {after}) while that of {falls} falls",
        "try first: `{command}`; the run's report has the whole list",
        "{head!r} の学習損失がエポック {epoch} から上がっています ({before} → {after})。その間、{falls} は下がっています",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    "GUARD_MAIN_RISES": Message(
        "the training loss of the main head {head!r} rises since epoch {epoch} ({before} → {after}) while that of {falls} "
        "falls: the network learns something else in its place",
        "try first: `{command}`; the run's report has the whole list",
        "主ヘッド {head!r} の学習損失がエポック {epoch} から上がっています ({before} → {after})。その間、"
        "{falls} は下がっており、ネットワークは別のことを学んでいます",
        "まず `{command}` を試してください。続きの候補は実行のレポートにあります",
    ),
    # Before training
    "SCALE_RAW": Message(
        "{target!r} is learnt in its own unit (`scaling: none`), in which its values are about {size} (standard deviation "
        "{std}): beside a main loss near 1 it takes the gradient for itself, or is not felt",
        "learn it in units of its standard deviation: `heads.{head}.scaling: standard`",
        "{target!r} は元の単位のまま (`scaling: none`) 学習されます。値はおよそ {size} (標準偏差 {std}) で、"
        "1 前後の主損失に対して勾配を独占するか、まったく効かなくなります",
        "標準偏差を単位にしてください: `heads.{head}.scaling: standard`",
    ),
    "SCALE_TAILS": Message(
        "{target!r} is stretched by a few rows: {count} lie far out, up to {largest} (median {median}, {times} times the usual "
        "spread away); in units of its standard deviation all other rows look the same",
        "look whether they are mistakes; else {way}, or `heads.{head}.loss: huber`",
        "{target!r} は少数の行に引き伸ばされています: {count} 行が大きく外れ、最大 {largest} "
        "(中央値 {median}、通常のばらつきの {times} 倍)。標準偏差を単位にすると、残りの行はほぼ同じ値に見えます",
        "誤りでないか確かめ、正しければ{way}か、`heads.{head}.loss: huber` にしてください",
    ),
    # The ready queue
    "SWEEP_KEY": Message(
        "{key!r} cannot be swept by itself",
        "name the weight of a head, `heads.size.weight`; give values of any other key after it, `key=1,2,3`",
        "{key!r} だけでは候補を並べられません",
        "`heads.size.weight` のようにヘッドの重みを書いてください。他のキーは `key=1,2,3` のように値を並べます",
    ),
    "SWEEP_HEAD": Message(
        "the recipe has no head called {head!r}",
        "take one of: {known}",
        "レシピに {head!r} というヘッドはありません",
        "あるもの: {known}",
    ),
    "SWEEP_MAIN": Message(
        "{head!r} is the head that tells {main!r}: it cannot be switched off, and the other weights are measured by its own",
        "sweep a head that helps: `--sweep heads.{example}.weight`",
        "{head!r} は {main!r} を予測する主ヘッドです。外すことはできず、他の重みはこれを基準にしています",
        "補助のヘッドを指定してください: `--sweep heads.{example}.weight`",
    ),
}

# How to pull far values in.
WAY_LOG = Phrase("learn its logarithm (a column with log1p of it)", "対数の列 (log1p) を学習する")
WAY_ROOT = Phrase("learn its signed root (a column with it)", "符号つき平方根の列を学習する")

# How sure a number is.
SPREAD = Phrase("spread over {jobs} jobs {spread}", "{jobs} ジョブ間のばらつき {spread}")
ONE_JOB = Phrase("one job alone", "1 ジョブのみ")

# Why one head outweighs another.
REASON_UNSCALED = Phrase(
    "its target is learnt in its own unit (`scaling: none`), in which its values are about {size}",
    "ターゲットが元の単位のまま (`scaling: none`) で学習されており、値はおよそ {size} です",
)
REASON_LOGITS = Phrase(
    "its loss {loss!r} multiplies what it reads by {scale}, so its gradients are large by nature",
    "損失 {loss!r} は入力を {scale} 倍するため、もともと勾配が大きくなります",
)
REASON_FACTOR = Phrase("the balance gives it {factor} times its weight", "balance がこの重みを {factor} 倍にしています")
REASON_WEIGHT = Phrase(
    "its weight {weight} is too much for a loss of this size", "この大きさの損失に対して、重み {weight} は大きすぎます"
)

# What to try next; the command stands after each.
STEP_SCALING = Phrase("learn it in units of its standard deviation", "標準偏差を単位にして学習する")
STEP_LIGHTER = Phrase(
    "a weight at which about a quarter of the gradient is its own", "勾配に占める割合が約 4 分の 1 になる重み"
)
STEP_HEAVIER = Phrase("a weight at which about a tenth of the gradient is its own", "勾配に占める割合が約 10 分の 1 になる重み")
STEP_LESS = Phrase("weaker", "弱める")
STEP_MORE = Phrase("stronger", "強める")
STEP_SWEEP = Phrase(
    "the ready queue: a third of its weight, three times it, a branch of its own, and without it",
    "一括の候補: 重み ×1/3、×3、専用ブランチ、このヘッドなし",
)
STEP_BRANCH = Phrase("give it its own copy of the last stage", "最後のステージを専用に複製する")
STEP_TAP = Phrase("let it read an earlier stage", "一つ手前のステージを読ませる")
STEP_OFF = Phrase("leave it out", "外す")
STEP_HUBER = Phrase("a loss that grows no faster than the error", "誤差に対して線形にしか増えない損失にする")
STEP_BALANCE = Phrase("let the weights be found while training", "重みを学習中に決めさせる")
STEP_RANGE_TEST = Phrase("look for the learning rate: the steps may be too large", "学習率を探す (大きすぎるかもしれない)")
