"""Why a card about optimisation does or does not fit a competition."""

from __future__ import annotations

from tamesu.messages.message import Phrase

USED = Phrase("the recipe has it ({key}: {value})", "レシピで使用中 ({key}: {value})")
TRANSFORMER = Phrase(
    "{backbone} is a transformer: AdamW and SGD with momentum are both in use for it",
    "{backbone} は Transformer 系。AdamW も momentum 付き SGD も使われています",
)
CNN = Phrase(
    "{backbone} is a CNN: AdamW is the start when nothing else is known, SGD the old hand",
    "{backbone} は CNN。まず AdamW、次の候補が昔からの SGD です",
)
SCRATCH = Phrase(
    "the backbone starts from nothing, so there is nothing to keep",
    "事前学習なしで始めるため、残すべきものがありません",
)
FEW_ROWS = Phrase("{rows} rows are few for a network of millions of weights", "{rows} 行は、数百万の重みに対して少数です")
MANY_ROWS = Phrase("{rows} rows: over-fitting is not the first worry", "{rows} 行あり、過学習は第一の心配ではありません")
SHORT = Phrase("{epochs} epochs are short for a restart", "{epochs} エポックは上げ直しには短めです")
CYCLES = Phrase(
    "{epochs} epochs: a warm-up of 1 and cycles of {first}, {second} and {third} end with the training",
    "{epochs} エポックなら、warm-up 1 と {first}・{second}・{third} の周期が学習の終わりに合います",
)
NO_SMALLER = Phrase("no smaller one of the series of {backbone} is known", "{backbone} より小さい同系列は登録されていません")
OWN_WEIGHTS = Phrase(
    "the weights are a file of yours: put the other network's beside it and name it under `weights`",
    "重みは手元のファイルです。もう一方の重みも置き、`weights` に書いてください",
)
ATTENTION_FROM_NOTHING = Phrase(
    "attention without pretrained weights needs far more images than most competitions have",
    "事前学習なしの attention には、たいていのコンペよりずっと多くの画像が要ります",
)
