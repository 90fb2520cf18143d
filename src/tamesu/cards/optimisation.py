"""Cards of optimisation: how large the steps are, what is moved at all, and in how large a network."""

from __future__ import annotations

from tamesu.cards.card import Card
from tamesu.messages.message import Phrase

CARDS = (
    Card(
        "sgd",
        "optimisation",
        Phrase("moves along the mean gradient, every weight at one rate", "平均の勾配に沿い、全部の重みを同じ学習率で動かす"),
        Phrase(
            "A transformer is often fine-tuned with it; and images like those of the pretraining, with a small rate "
            "that leaves the weights near where they are. Ask `tamesu lr` for its rate.",
            "Transformer の fine-tuning や、事前学習と似た画像で重みを大きく動かしたくないときに。"
            "学習率は `tamesu lr` で調べる。",
        ),
        Phrase(
            "Its rate is some hundred times that of AdamW, and there is no rate that is right for all. From scratch a "
            "transformer hardly learns with it.",
            "AdamW の百倍ほどの学習率が要り、どの課題にも合う値はない。事前学習なしの Transformer はほとんど学ばない。",
        ),
        {"optimizer": {"sgd": {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}}},
    ),
    Card(
        "cosine_restarts",
        "optimisation",
        Phrase("falls along a cosine, jumps up and falls again", "cosine で下げ、上げ直してまた下げる"),
        Phrase(
            "Long trainings: each jump may leave a narrow valley. Let `epochs` end with a cycle.",
            "長い学習では、上げ直しで狭い谷から抜けられることがある。`epochs` は周期の終わりに合わせる。",
        ),
        Phrase(
            "In a short fine-tuning every restart throws away what was settled.",
            "短い fine-tuning では、上げ直すたびに落ち着いたものを捨ててしまう。",
        ),
        {"schedule": {"cosine_restarts": {"first_epochs": 2, "factor": 2.0}}, "epochs": 14},
    ),
    Card(
        "plateau",
        "optimisation",
        Phrase("falls only where the training loss no longer does", "学習 loss が下がらなくなったら下げる"),
        Phrase(
            "When nobody knows how long the training has to be. It watches the training loss, so the scored fold stays honest.",
            "必要な学習の長さが分からないときに。見るのは学習 loss なので、評価 fold は汚れない。",
        ),
        Phrase(
            "With heavy augmentation the loss falls so slowly that it never triggers, or by chance.",
            "拡張が強いと loss の下がりが遅く、発動しなかったり、偶然に発動したりする。",
        ),
        {"schedule": {"plateau": {"patience": 2, "factor": 0.3, "warmup_epochs": 1}}, "epochs": 20},
    ),
    Card(
        "freeze",
        "optimisation",
        Phrase("leaves the first stages as they are", "はじめの段を動かさない"),
        Phrase(
            "Few images that look like those of the pretraining: less to forget, and faster.",
            "事前学習と似た画像が少しだけあるときに。忘れるものが減り、速くもなる。",
        ),
        Phrase(
            "Microscopes, X-rays, drawings: other edges and textures than photographs have to be learnt.",
            "顕微鏡、X 線、線画など、写真とは違う輪郭や模様は学び直す必要がある。",
        ),
        {"freeze": 2},
    ),
    Card(
        "layer_decay",
        "optimisation",
        Phrase("lets lower stages learn slower", "下の段ほどゆっくり学ぶ"),
        Phrase(
            "Between freezing and not: the usual way to fine-tune a transformer.",
            "凍結するかしないかの中間。Transformer の fine-tuning では定番。",
        ),
        Phrase(
            "A factor counts once a stage, and a transformer has a dozen: 0.5 all but freezes the lower half.",
            "倍率は段ごとに掛かる。段が十数ある Transformer では 0.5 で下半分がほぼ止まる。",
        ),
        {"layer_decay": 0.75},
    ),
    Card(
        "weight_decay",
        "optimisation",
        Phrase("pulls every weight towards zero", "重みをゼロへ引き戻す"),
        Phrase(
            "Train loss far below validation loss; try four times as much before anything costly.",
            "学習 loss が検証 loss よりずっと低いときに。手間のかかる対策の前に、まず四倍を試す。",
        ),
        Phrase(
            "In a short fine-tuning it changes little; with a large rate it un-learns the pretraining.",
            "短い fine-tuning ではほぼ変わらない。学習率が大きいと事前学習を消してしまう。",
        ),
        {"optimizer.adamw.weight_decay": 0.2},
    ),
    Card(
        "drop_path",
        "optimisation",
        Phrase("leaves out residual branches at random", "残差の枝をランダムに抜く"),
        Phrase(
            "Over-fitting in a deep network; transformers and ConvNeXt are rarely trained without.",
            "深いネットワークの過学習に。Transformer や ConvNeXt ではほぼ必ず使われる。",
        ),
        Phrase(
            "A network that does not yet fit the training rows learns even less.",
            "学習データにもまだ合わせられないネットワークは、さらに学べなくなる。",
        ),
        {"backbone.resnet18.drop_path_rate": 0.1},
    ),
    Card(
        "ema",
        "optimisation",
        Phrase("answers with the running mean of its weights", "重みの移動平均で答える"),
        Phrase(
            "Noisy ends: a large rate, small batches, wrong labels. It costs nothing in training.",
            "学習率が大きい、バッチが小さい、ラベルに誤りがあるなど、終わりが揺れるときに。学習の手間は増えない。",
        ),
        Phrase(
            "With fewer than a thousand steps 0.999 still remembers the start: take 0.99.",
            "千ステップに満たないと 0.999 は最初の重みを覚えたまま。0.99 にする。",
        ),
        {"ema": 0.99},
    ),
    Card(
        "clip_grad_norm",
        "optimisation",
        Phrase("shortens a gradient that is too long", "長すぎる勾配を縮める"),
        Phrase(
            "A loss that jumps or is no number now and then; transformers, and losses without a bound.",
            "loss がときどき跳ねる、数値でなくなるときに。Transformer や上限のない loss で。",
        ),
        Phrase(
            "Where every step is clipped it is only a smaller rate with another name.",
            "毎ステップ縮めるなら、名前を変えた小さな学習率にすぎない。",
        ),
        {"clip_grad_norm": 1.0},
    ),
    Card(
        "smaller_network",
        "optimisation",
        Phrase("has fewer weights to learn by heart with", "丸暗記するための重みを減らす"),
        Phrase(
            "Few rows and a train loss near zero. What it loses it may win back in a larger image.",
            "行が少なく、学習 loss がほぼゼロのときに。失った分は大きな画像で取り戻せることもある。",
        ),
        Phrase(
            "With good pretrained weights a larger network mostly wins, few rows or not.",
            "良い事前学習の重みがあれば、行が少なくてもたいてい大きいほうが勝つ。",
        ),
        {"backbone": "mobilenetv2_100"},
    ),
    Card(
        "other_family",
        "optimisation",
        Phrase("sees by attention in place of neighbours, or the other way round", "CNN と Transformer を入れ替えて見る"),
        Phrase(
            "Always worth one run of each: they err on other images, so that even a slightly weaker one helps an ensemble.",
            "一度は両方を試す価値がある。間違える画像が違うので、少し弱くてもアンサンブルに効く。",
        ),
        Phrase(
            "With the other's rate it looks worse than it is: optimizer, warm-up and rate go with it.",
            "相手の学習率のままでは実力より悪く見える。optimizer、warm-up、学習率も一緒に替える。",
        ),
        {
            "backbone": "vit_small_patch16_224",
            "optimizer": {"adamw": {"lr": 2e-4, "weight_decay": 0.05}},
            "schedule": {"cosine": {"warmup_epochs": 1}},
            "layer_decay": 0.75,
        },
    ),
)
