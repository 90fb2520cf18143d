"""Messages about the network: its backbone, its weight files, its losses and its optimizer."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "CKPT_UNREADABLE": Message(
        "the weight file {path} cannot be read ({reason})",
        "fetch it again and compare its size with the source's",
        "重みファイル {path} を読めません ({reason})",
        "もう一度入手し、配布元のサイズと比べてください",
    ),
    "CKPT_UNSAFE": Message(
        "the weight file {path} may hold a program that runs when it is opened; tamesu does not open it",
        "take the .safetensors file of the same weights, or convert it where you trust it",
        "重みファイル {path} は開くだけでプログラムが動くおそれがある形式のため、開きません",
        "同じ重みの .safetensors ファイルを使うか、信頼できる環境で変換してください",
    ),
    "CKPT_NOT_FINITE": Message(
        "the weight file {path} holds NaN or infinity ({count} tensors, first {name!r})",
        "take an earlier checkpoint: this one is of a training that had diverged",
        "重みファイル {path} に NaN または無限大があります ({count} 個のテンソル、最初は {name!r})",
        "発散した学習の重みです。それより前の重みを使ってください",
    ),
    "CKPT_SHAPE": Message(
        "{count} tensors of {path} have another shape than {backbone!r} has (first {name!r}: {found}, not {wanted})",
        "name the backbone that the weights are of",
        "{path} の {count} 個のテンソルの形が {backbone!r} と違います (最初は {name!r}: {found}、正しくは {wanted})",
        "その重みが作られた backbone の名前を書いてください",
    ),
    "CKPT_KEYS": Message(
        "the names in {path} are not those of {backbone!r}: {missing} missing (first {first_missing!r}), "
        "{unexpected} not known (first {first_unexpected!r})",
        "name the backbone that the weights are of; the file must use timm's names",
        "{path} の名前が {backbone!r} と合いません: 不足 {missing} 個 (最初は {first_missing!r})、"
        "余分 {unexpected} 個 (最初は {first_unexpected!r})",
        "その重みが作られた backbone の名前を書いてください。ファイルは timm の名前でなければなりません",
    ),
    "WEIGHTS_NO_FILE": Message(
        "there is no weight file {path}",
        "write `imagenet`, `none`, or the path of a .safetensors file, relative to the competition's folder",
        "重みファイル {path} がありません",
        "`imagenet`、`none`、または .safetensors ファイルのパス (コンペのフォルダーから) を書いてください",
    ),
    "WEIGHTS_NOT_FOUND": Message(
        "the weights of {backbone!r} ({repository}) are not in the cache and cannot be downloaded ({reason})",
        "download its model.safetensors elsewhere and write `weights: PATH`, or train from nothing with `weights: none`",
        "{backbone!r} の重み ({repository}) がキャッシュになく、ダウンロードもできません ({reason})",
        "別の場所で model.safetensors を入手して `weights: パス` と書くか、`weights: none` で初めから学習してください",
    ),
    "WEIGHTS_NOT_PUBLISHED": Message(
        "timm publishes no weights for {backbone!r} as a safetensors file",
        "take a backbone that has some, write `weights: PATH`, or train from nothing with `weights: none`",
        "{backbone!r} には timm が公開している safetensors の重みがありません",
        "重みのある backbone を選ぶか、`weights: パス` または `weights: none` と書いてください",
    ),
    "WEIGHTS_INPUT": Message(
        "the weights in {path} were made for {option} {found}, and the recipe would use {used}",
        "write `{option}: {found}` beside `weights`, or the other value if you mean it",
        "{path} の重みは {option} {found} で作られていますが、レシピでは {used} になります",
        "`weights` の横に `{option}: {found}` と書いてください。意図的なら使う値を明記してください",
    ),
    "BACKBONE_FROM_ADDRESS": Message(
        "{name!r} is an address, and tamesu fetches no code or settings from addresses",
        "write a timm name, and `weights: PATH` for a file of your own",
        "{name!r} はアドレスです。アドレスからコードや設定を取得することはしません",
        "timm の名前を書き、手元のファイルは `weights: パス` で指定してください",
    ),
    "BACKBONE_SIZE": Message(
        "{backbone!r} cannot take images of {size} x {size} pixels ({reason})",
        "write another `image.size`; its own is {own}",
        "{backbone!r} は {size} x {size} ピクセルの画像を扱えません ({reason})",
        "`image.size` を変えてください。本来の大きさは {own} です",
    ),
    "BACKBONE_NO_MAP": Message(
        "{backbone!r} gives no single feature map ({found})",
        "take another backbone",
        "{backbone!r} は単一の特徴マップを出しません ({found})",
        "別の backbone を選んでください",
    ),
    "BACKBONE_OPTION": Message(
        "{backbone!r} does not know {option!r} ({reason})",
        "leave it out",
        "{backbone!r} には {option!r} がありません ({reason})",
        "このオプションを消してください",
    ),
    "BACKBONE_STAGES": Message(
        "{stages} stages cannot be frozen: {backbone!r} has {known}",
        "write `freeze` between 0 and {known}",
        "{stages} 段は固定できません。{backbone!r} の段数は {known} です",
        "`freeze` は 0 から {known} の間で書いてください",
    ),
    "LOSS_WEIGHTS_COUNT": Message(
        "{found} class weights for {wanted} classes",
        "write one weight per class in the order of the labels, or `balanced`",
        "クラスの重みが {found} 個ですが、クラスは {wanted} 個です",
        "ラベルの順にクラスごとに一つ書くか、`balanced` と書いてください",
    ),
    "OPTIMIZER_OPTIONS": Message(
        "these options of optimizer {name!r} do not go together: {reason}",
        "change one of them",
        "optimizer {name!r} のオプションの組み合わせが正しくありません: {reason}",
        "どれかを変えてください",
    ),
}
