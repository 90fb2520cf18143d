"""What is said about heads: where they read, what they learn, and what does not go together."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message, Phrase

MESSAGES: Mapping[str, Message] = {
    "BACKBONE_TAP": Message(
        "{backbone} has no stage {tap} to read; it has {count}: {known}",
        "write one of these numbers, or `last`",
        "{backbone} に段 {tap} はありません。{count} 段あります: {known}",
        "この番号のどれかか `last` を書いてください",
    ),
    "BACKBONE_BRANCH": Message(
        "a head cannot have its own copy of the last {branch} stages of {backbone} ({count} stages)",
        "write a smaller number; 0 shares all of them",
        "{backbone} ({count} 段) の最後の {branch} 段をヘッド専用に複製できません",
        "もっと小さい数にしてください。0 なら全段を共有します",
    ),
    "BACKBONE_NO_TOKEN": Message(
        "{backbone} has no class token for this pooling",
        "take another pooling, such as `average`, or a vision transformer with a class token",
        "{backbone} にはこのプーリングが読むクラストークンがありません",
        "`average` など別のプーリングにするか、クラストークンを持つ ViT にしてください",
    ),
    "HEAD_KEY": Message(
        "`{key}` says nothing for this head: {problem}",
        "leave it out",
        "このヘッドで `{key}` は意味を持ちません: {problem}",
        "この行を消してください",
    ),
    "HEAD_DECODER": Message(
        "the decoder {decoder} needs maps of several sizes, and {backbone} gives {found}",
        "take `decoder: linear`, or a backbone whose stages shrink",
        "デコーダー {decoder} には大きさの違う特徴マップが必要ですが、{backbone} が出すのは {found} です",
        "`decoder: linear` にするか、段ごとに縮むバックボーンにしてください",
    ),
    "HEAD_NEEDS_EXTRA": Message(
        "the decoder {decoder} comes from segmentation_models_pytorch, which is not installed",
        'run: pip install "tamesu[dense]"',
        "デコーダー {decoder} には segmentation_models_pytorch が必要ですが、入っていません",
        '次を実行してください: pip install "tamesu[dense]"',
    ),
    "HEAD_NO_PREDICTION": Message(
        "the heads of the main target {target} compare images and predict nothing: {heads}",
        "add a head with a loss that predicts, such as {known}",
        "主ターゲット {target} のヘッドは画像どうしを比べるだけで、予測をしません: {heads}",
        "{known} など、予測する損失のヘッドを加えてください",
    ),
    "HEAD_LABELS": Message(
        "nothing says which labels the mask {target} has, so no head can learn it",
        "write `labels` (or `values`) of the target in competition.yaml, the background first",
        "マスク {target} のラベルが書かれていないため、ヘッドで学習できません",
        "competition.yaml のターゲットに `labels` (または `values`) を背景から順に書いてください",
    ),
    "SAMPLER_KIND": Message(
        "a sampler goes by labels, and the main target {target} is of kind {kind}",
        "leave `sampler` out; it is for kinds {kinds}",
        "サンプラーはラベルに基づきますが、主ターゲット {target} は {kind} 型です",
        "`sampler` を外してください。使えるのは {kinds} 型です",
    ),
    "CONSTRAINT_KIND": Message(
        "the constraint {name} is for kind {kinds}; {target} is of kind {kind}",
        "leave it out; for kind {kind} there are: {known}",
        "制約 {name} は {kinds} 型用です。{target} は {kind} 型です",
        "制約を外してください。{kind} 型に使えるもの: {known}",
    ),
    "CONSTRAINT_VALUES": Message(
        "{count} rows of {target} break the rule of {name}, so no output could ever reach them: {examples} (lines {lines})",
        "mend the rows, or change the constraint's options",
        "{target} の {count} 行が {name} の制約に反するため、出力が届きません: {examples}({lines} 行目)",
        "行を直すか、制約のオプションを変えてください",
    ),
    "COLUMNS_NO_TABLE": Message(
        "{run} sees columns of the table beside the image, and a folder of images has no table",
        "predict the test rows (`tamesu predict`), or train a recipe without `columns`",
        "{run} は画像のほかに表の列も使うため、表のない画像フォルダーは予測できません",
        "テスト行を予測する (`tamesu predict`) か、`columns` のないレシピを学習してください",
    ),
    "COLUMNS_EMPTY": Message(
        "`columns` names no column",
        "write columns under `numeric` or `category`, or leave `columns` out",
        "`columns` に列が 1 つもありません",
        "`numeric` か `category` に列名を書くか、`columns` を消してください",
    ),
    "COLUMNS_MANY": Message(
        "the column {column} has {count} different texts in {rows} rows, more than the {most} that can each have an input",
        "leave it out: it names rows rather than kinds; or put rare texts together in a column of their own",
        "列 {column} には {rows} 行に {count} 種類の文字列があり、1 つずつ入力にできる {most} 種類を超えています",
        "外してください (種類ではなく行の名前のようです)。まれな値をまとめた列を作る方法もあります",
    ),
    "COLUMNS_TARGET": Message(
        "the column {column} holds the target {target}: the network would read the answer",
        "leave it out of `columns`",
        "列 {column} はターゲット {target} の答えそのものです",
        "`columns` から外してください",
    ),
    "COLUMNS_MISSING": Message(
        "the {part} table has no column {column}; it has: {known}",
        "mend the name; the network needs it for every row that it predicts",
        "{part} の表に列 {column} がありません。ある列: {known}",
        "名前を直してください。予測するすべての行に必要です",
    ),
    "COLUMNS_NUMBER": Message(
        "{count} cells of the column {column} are no numbers: {examples}",
        "write it under `category`, or mend the cells",
        "列 {column} の {count} 個のセルが数ではありません: {examples}",
        "`category` に書くか、セルを直してください",
    ),
    "LOSS_COUNTS": Message(
        "the loss {name} weighs classes by their numbers of images, and a {kind} has none",
        "take a loss that needs no counts, such as {known}",
        "損失 {name} はクラスごとの画像数で重みを決めますが、{kind} 型には画像数がありません",
        "{known} など、画像数を使わない損失にしてください",
    ),
}

DENSE_ONLY = Phrase("it is for targets in the picture (mask, map)", "画像内のターゲット (mask, map) 用です")
NOT_DENSE = Phrase("a head for a mask or map has a decoder instead", "mask・map のヘッドでは代わりにデコーダーを使います")
NOT_FEATURES = Phrase(
    "its loss compares features and has no outputs to constrain", "この損失は特徴を比べるもので、制約する出力がありません"
)
NOT_COSINES = Phrase("its loss reads cosines, which nothing else may bend", "この損失は余弦を読むため、ほかの変換はできません")
NO_HIDDEN = Phrase("there is no hidden layer (`hidden: 0`)", "隠れ層がありません (`hidden: 0`)")
