"""The words about heads and other terms of the loss, in English and Japanese."""

from __future__ import annotations

from tamesu.messages.message import Phrase

HEAD_WORDS: dict[str, Phrase] = {
    "section_heads": Phrase("Heads", "ヘッド"),
    "heads_note": Phrase(
        "Where an auxiliary head and {main} both read, the gradients of their weighted losses meet. Share: how much of both is "
        "the auxiliary head's. Cosine: 1 when both pull the same way, 0 when they have nothing to do with one another, −1 when "
        "they pull against one another. Measured on a few batches of every epoch; mean over jobs ± spread.",
        "補助ヘッドと {main} が共に読む特徴マップでは、それぞれの重み付き損失の勾配が出会います。"
        "割合: 両者のうち補助ヘッドの分。コサイン: 同じ向きなら 1、無関係なら 0、逆向きなら −1。"
        "エポックごとに数バッチで測定し、ジョブの平均 ± ばらつきで示します。",
    ),
    "heads_unmeasured": Phrase(
        "The journals of this run hold no gradients of its heads.", "この実行のジャーナルには、ヘッドの勾配の記録がありません。"
    ),
    "term": Phrase("term", "項"),
    "loss_by_weight": Phrase("loss × weight", "損失 × 重み"),
    "times_main": Phrase("weighted loss ÷ main", "重み付き損失 ÷ 主"),
    "gradient_share": Phrase("share of the gradient", "勾配の割合"),
    "gradient_cosine": Phrase("cosine, later epochs", "コサイン (後半)"),
    "balance_factor": Phrase("factor at the end", "最後の倍率"),
    "main_head": Phrase("main", "主"),
    "pulls": Phrase("Gradients beside the main head", "主ヘッドと並べた勾配"),
    "pull_of": Phrase("Gradient of {head} beside {main}", "{main} に対する {head} の勾配"),
    "share_key": Phrase("share", "割合"),
    "cosine_key": Phrase("cosine", "コサイン"),
    "other_terms": Phrase("Penalties", "ペナルティ"),
    "factors": Phrase("Factors of the balance", "balance の倍率"),
    "factor_of": Phrase("Factor of {term}", "{term} の倍率"),
}
