"""What is said of the probes before a training: the range test of learning rates, and the search for a batch size."""

from __future__ import annotations

from typing import Any

from tamesu.messages.message import Message, Phrase, speak

MESSAGES: dict[str, Message] = {
    "LR_RANGE": Message(
        "a range test from {first:g} to {last:g} has no room",
        "let the last rate be larger than the first; both above 0",
        "学習率の範囲 {first:g} から {last:g} では試せません",
        "最後の学習率を最初より大きくし、どちらも 0 より大きくしてください",
    ),
    "LR_STEPS": Message(
        "{steps} steps are too few for a range test",
        "take at least {least}",
        "{steps} ステップでは学習率の範囲を試せません",
        "{least} 以上にしてください",
    ),
    "LR_NO_CURVE": Message(
        "the loss is no number after {steps} step(s), at a rate of {rate:.1e}",
        "begin lower (`--from`); if that does not help, look at loss and labels with `tamesu train {recipe} --overfit 1`",
        "{steps} ステップ目（学習率 {rate:.1e}）で loss が数値でなくなりました",
        "`--from` を小さくしてください。直らなければ `tamesu train {recipe} --overfit 1` で loss とラベルを確認してください",
    ),
    "BATCH_NONE": Message(
        "not even a batch of {size} fits into the memory of {device}",
        "lower `image.size`, take a smaller backbone, freeze stages (`freeze`), or set `precision: bf16`",
        "バッチ {size} でも {device} のメモリに入りません",
        "`image.size` を下げる、小さい backbone にする、`freeze` を使う、`precision: bf16` にする、のどれかを試してください",
    ),
}

PHRASES: dict[str, Phrase] = {
    "stopped": Phrase(
        "stopped by {signal}; nothing was written and nothing was changed",
        "{signal} で停止しました。何も書かず、何も変えていません",
    ),
    "wrote": Phrase("wrote {path}", "書きました: {path}"),
    # The range test
    "lr_running": Phrase("learning rates", "学習率の範囲"),
    "lr_head": Phrase(
        "{recipe}: {steps} steps of {batch} images, rate {first} to {last} ({optimizer}, {device}, {precision})",
        "{recipe}: {batch} 枚 × {steps} ステップ、学習率 {first} から {last} ({optimizer}, {device}, {precision})",
    ),
    "lr_found": Phrase(
        "  the loss falls fastest at {suggested} and is least at {least}; worth a try: {lower} to {upper}",
        "  loss が最も速く下がるのは {suggested}、最小は {least}。試す範囲: {lower} から {upper}",
    ),
    "lr_breaks": Phrase("  at {breaks} it is back where it began", "  {breaks} で最初の値まで戻ります"),
    "lr_stayed": Phrase(
        "  up to {last} it never came back to where it began: the loss has a bound, or `--to` is to be larger",
        "  {last} までは最初の値に戻りませんでした（上限のある loss か、`--to` が小さい）",
    ),
    "lr_far_too_small": Phrase(
        "the recipe's {own} is FAR TOO SMALL: {below:.0f} times below {lower}; training would hardly move",
        "レシピの {own} は小さすぎます。{lower} の {below:.0f} 分の 1 で、学習がほとんど進みません",
    ),
    "lr_far_too_large": Phrase(
        "the recipe's {own} is FAR TOO LARGE: {above:.0f} times above {upper}; the loss only rises there",
        "レシピの {own} は大きすぎます。{upper} の {above:.0f} 倍で、loss は上がるだけです",
    ),
    "lr_small": Phrase(
        "the recipe's {own} is rather small: {below:.1f} times below {lower}",
        "レシピの {own} は小さめです（{lower} の {below:.1f} 分の 1）",
    ),
    "lr_large": Phrase(
        "the recipe's {own} is rather large: beyond {least} the loss rises again; with a warm-up it may still be right",
        "レシピの {own} は大きめです（{least} を超えると loss が上がり始めます）。warm-up があれば妥当なこともあります",
    ),
    "lr_fits": Phrase(
        "the recipe's {own} fits; a range test does not tell apart rates within a factor of three",
        "レシピの {own} は妥当です。3 倍以内の差は、このテストでは区別できません",
    ),
    "lr_flat": Phrase(
        "the loss falls at no rate within {steps} steps: take more (`--steps`), or see `tamesu train {recipe} --overfit 1`",
        "{steps} ステップではどの学習率でも loss が下がりません。`--steps` を増やすか、"
        "`tamesu train {recipe} --overfit 1` で確認してください",
    ),
    "lr_try": Phrase(
        "a range test sees the first steps alone; a whole training decides: {command}",
        "このテストが見るのは最初の数ステップだけです。学習全体で比べてください: {command}",
    ),
    "lr_title": Phrase("{recipe}: learning-rate range test", "{recipe}: 学習率の範囲テスト"),
    "lr_axis": Phrase("learning rate (grows from step to step)", "学習率（ステップごとに増加）"),
    "lr_loss": Phrase("training loss", "学習 loss"),
    "lr_batches": Phrase("single batches", "各バッチ"),
    "lr_smooth": Phrase("smoothed", "平滑化"),
    "lr_suggested": Phrase("suggested {rate}", "提案 {rate}"),
    "lr_own": Phrase("recipe {rate}", "レシピ {rate}"),
    "lr_own_below": Phrase("← recipe {rate}", "← レシピ {rate}"),
    "lr_own_above": Phrase("recipe {rate} →", "レシピ {rate} →"),
    "lr_range": Phrase("worth a try", "試す範囲"),
    # The batch size
    "batch_running": Phrase("batch sizes", "バッチサイズ"),
    "batch_head": Phrase(
        "{recipe} at {px} px on {device}, {precision}; its batch: {batch} × accumulate {accumulate}",
        "{recipe} {px} px、{device}、{precision}。レシピのバッチ: {batch} × accumulate {accumulate}",
    ),
    "batch_columns": Phrase("batch|images/s|memory|", "バッチ|枚/秒|メモリ|"),
    "batch_memory": Phrase("{gib:.2f} GiB", "{gib:.2f} GiB"),
    "batch_fits": Phrase("fits", "入る"),
    "batch_full": Phrase("out of memory", "メモリ不足"),
    "batch_over": Phrase("fits without the margin", "余裕なしなら入る"),
    "batch_unknown": Phrase("-", "-"),
    "batch_tried": Phrase(
        "found by training steps at each size; {margin:.0%} of {room:.1f} GiB are left free for validation and for pieces",
        "各サイズで実際に学習して確認。{room:.1f} GiB の {margin:.0%} は検証と断片化のために空けます",
    ),
    "batch_expected_how": Phrase(
        "found from the peaks of the sizes tried, {each:.1f} MiB an image more; {margin:.0%} of {room:.1f} GiB are left free. "
        "It is for one job at a time (`--parallel 1`)",
        "試したサイズの最大使用量から推定（1 枚あたり {each:.1f} MiB）。{room:.1f} GiB の {margin:.0%} は空けます。"
        "同時 1 ジョブ (`--parallel 1`) の場合です",
    ),
    "batch_unsaid": Phrase(
        "this system does not say how much memory is free: the largest size tried is told",
        "この環境では空きメモリが分からないため、試した最大のサイズを示します",
    ),
    "batch_largest": Phrase("largest that fits: {size} (a fold has {rows} rows)", "入る最大: {size}（fold の行数 {rows}）"),
    "batch_speed": Phrase("beyond {size} it gets no faster", "{size} より大きくしても速くなりません"),
    "batch_keep": Phrase(
        "the recipe's batch of {effective} fits at once; into recipes/{recipe}.yaml:",
        "レシピの実効バッチ {effective} はそのまま入ります。recipes/{recipe}.yaml へ:",
    ),
    "batch_divide": Phrase(
        "an effective batch of {effective} that fits; into recipes/{recipe}.yaml:",
        "実効バッチ {effective} をメモリに入る形で。recipes/{recipe}.yaml へ:",
    ),
    "batch_norm": Phrase(
        "the gradient is that of {effective} images, but batch norm sees {size} at a time: with few its statistics are noisy",
        "勾配は {effective} 枚分ですが、batch norm が見るのは {size} 枚ずつです。少ないと統計が荒れます",
    ),
    "batch_larger": Phrase(
        "a larger effective batch is another training, and often generalises worse: try it with its rate: {command}",
        "実効バッチを大きくすると別の学習になり、汎化が悪くなることもあります。学習率と一緒に試してください: {command}",
    ),
}


def tell(key: str, language: str | None = None, **values: Any) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> tell("wrote", "en", path="a.png")
        'wrote a.png'
    """
    return speak(PHRASES, key, language, **values)
