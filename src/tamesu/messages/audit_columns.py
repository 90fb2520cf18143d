"""What an audit says of columns beside the image, and of classes as frozen features see them."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "AUDIT_COLUMN_CONSTANT": Message(
        "the same in every row of train: {columns}",
        "leave them out of `columns:`; they teach nothing",
        "学習データの全行で同じ値の列: {columns}",
        "`columns:` に入れないでください。何も学べません",
    ),
    "AUDIT_COLUMN_ID": Message(
        "different in every row of train, like an id or a free text: {columns}",
        "leave them out of `columns:`; a network would learn rows by heart",
        "学習データの全行で異なる値の列（id か自由記述）: {columns}",
        "`columns:` に入れないでください。行を丸暗記するだけです",
    ),
    "AUDIT_COLUMN_TRAIN_ONLY": Message(
        "known in train only: {columns}; they cannot be inputs, but a network may learn to tell them",
        "declare them as targets with `known_in: train` and try each as a head with a small weight (docs/heads.md)",
        "学習データだけにある列: {columns}。入力には使えませんが、ネットワークに予測させることはできます",
        "`known_in: train` のターゲットとして宣言し、重みの小さいヘッドとして一つずつ試してください (docs/heads.md)",
    ),
    "AUDIT_COLUMN_TELLS": Message(
        "{column!r} tells the label: each of its {values} values has one label only, and test has the column too; as an "
        "input it is a leak, and CV would be far too good if test's values mean something else",
        "do not put it into `columns:` before you know why; ask the host",
        "列 {column!r} でラベルが決まります（{values} 種類の値それぞれにラベルは一つ）。テストにもある列なので、入力に使うと"
        "リークです。テストで意味が違えば CV は大きく外れます",
        "理由が分かるまで `columns:` に入れず、主催者に確認してください",
    ),
    "AUDIT_COLUMN_TELLS_TRAIN": Message(
        "{column!r} tells the label: each of its {values} values has one label only; test does not have the column",
        "it is the label in other words: never an input; as an auxiliary head it adds something only where it is finer",
        "列 {column!r} でラベルが決まります（{values} 種類の値それぞれにラベルは一つ）。テストにはない列です",
        "ラベルの言い換えなので入力には使えません。補助ヘッドとして役立つのは、ラベルより細かい場合だけです",
    ),
    "AUDIT_COLUMN_GROUPS": Message(
        "rows with the same {column!r} ({values} values) always share their label, and test has other values: things, "
        "patients or shoots, of which train holds several pictures",
        "if they are, write `groups: {column}` into competition.yaml, so that no fold knows them from training",
        "{column!r} が同じ行（{values} 種類）は必ず同じラベルで、テストの値はすべて別です。同じ被写体・患者・撮影の画像が"
        "複数あると思われます",
        "そうなら competition.yaml に `groups: {column}` を書き、検証側の被写体を学習で見ないようにしてください",
    ),
    "AUDIT_CELLS_MISSING": Message(
        "empty cells (train → test): {cells}",
        "as an input, an empty number becomes the mean of the training fold with a flag, an empty text no category; "
        "as a target, the row teaches nothing about it",
        "空のセル（学習 → テスト）: {cells}",
        "入力では、空の数値は学習 fold の平均とフラグ、空の文字列はどのカテゴリでもない扱いです。ターゲットでは、その行は"
        "その列について何も教えません",
    ),
    "AUDIT_CELLS_TELL": Message(
        "whether {column!r} is empty tells the class: {inside:.0%} are empty in {labels}, {outside:.0%} in the others",
        "if test is filled in another way, leave the column out of `columns:`: its flag for empty cells would teach this",
        "{column!r} が空かどうかでクラスが分かります: {labels} では {inside:.0%}、他では {outside:.0%} が空です",
        "テストの埋まり方が違うなら `columns:` から外してください。空欄フラグがこれを学んでしまいます",
    ),
    "AUDIT_CLASS_MIX": Message(
        "test seems to have its classes in other shares than train (train → test, as a probe on frozen features sees "
        "it): {classes}",
        "a network learns the shares of train: under accuracy or log loss try `logit_adjustment` or another `sampler`, and "
        "read CV per class",
        "テストはクラスの割合が学習と違うようです（学習 → テスト、固定した特徴による推定）: {classes}",
        "ネットワークは学習データの割合を覚えます。正解率や log loss なら `logit_adjustment` や `sampler` を試し、CV "
        "はクラスごとに見てください",
    ),
    "AUDIT_HARD_TO_SEE": Message(
        "{count} of {all} classes are hard to see: features of a frozen network tell less than half of their rows (→ "
        "what they are taken for): {classes}; balanced accuracy over all {score:.2f}",
        "look at the pictures: is the sign small (larger `image.size`, crops), or not in the pictures at all "
        "(auxiliary heads, `columns:`, or labels that cannot be told apart)",
        "{all} クラス中 {count} クラスは画像から見分けにくいようです。固定した特徴で当たるのは半分未満です（→ "
        "間違え先）: {classes}。全体の balanced accuracy は {score:.2f}",
        "画像を見てください。手がかりが小さいなら `image.size` を上げるか切り抜き、画像にないなら補助ヘッドや "
        "`columns:` を試し、区別できないラベルでないかも確かめてください",
    ),
}
