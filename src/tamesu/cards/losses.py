"""Cards of losses and samplers: how wrong an answer is, and how often a row is seen. MAIN stands for the main head."""

from __future__ import annotations

from tamesu.cards.card import Card
from tamesu.messages.message import Phrase

CARDS = (
    Card(
        "label_smoothing",
        "losses",
        Phrase("believes a label to nine tenths", "ラベルを九割だけ信じる"),
        Phrase(
            "Wrong or doubtful labels, and over-confidence. Begin with 0.1; for ambiguous annotation 0.2 has been right.",
            "誤りや迷いのあるラベル、自信過剰に。まず 0.1、曖昧なアノテーションでは 0.2 が合ったこともある。",
        ),
        Phrase(
            "For a metric that reads probabilities they come out too flat; near neighbours are treated as strangers.",
            "確率を見る指標では平らになりすぎる。似たクラスも無関係のクラスと同じに扱う。",
        ),
        {"heads.MAIN.loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    ),
    Card(
        "focal",
        "losses",
        Phrase("looks at what is still wrong", "まだ間違えているものに集中する"),
        Phrase(
            "Many easy rows of frequent classes drown the rare ones.",
            "多数派の易しい行に、少数派が埋もれるときに。",
        ),
        Phrase(
            "Wrong labels are what stays wrong: it studies them most. Its probabilities need correction.",
            "最後まで間違えるのは誤ラベルで、それを最も熱心に学んでしまう。確率は補正が要る。",
        ),
        {"heads.MAIN.loss": "focal"},
    ),
    Card(
        "class_weights",
        "losses",
        Phrase("makes a rare row count for more", "少数派の一行を重く数える"),
        Phrase(
            "Imbalance under a metric that counts every class the same (macro F1, balanced accuracy).",
            "クラスを平等に数える指標（macro F1、balanced accuracy）での不均衡に。",
        ),
        Phrase(
            "A class of a few rows with a hundredfold weight is learnt by heart; plain accuracy falls.",
            "数行しかないクラスに百倍の重みを付けると丸暗記になる。単純な正解率は下がる。",
        ),
        {"heads.MAIN.loss": {"cross_entropy": {"class_weights": "balanced"}}},
    ),
    Card(
        "balanced",
        "losses",
        Phrase("shows every class equally often", "どのクラスも同じ頻度で見せる"),
        Phrase(
            "Imbalance, with augmentation strong enough that repeated rows differ.",
            "不均衡なときに。繰り返す行が毎回変わるよう、拡張を十分にかける。",
        ),
        Phrase(
            "Rare rows are repeated until they are known by heart, and frequent ones are seen less.",
            "少数派は暗記するまで繰り返され、多数派は見る回数が減る。",
        ),
        {"sampler": "balanced"},
    ),
    Card(
        "square_root",
        "losses",
        Phrase("goes half the way to equal shares", "均等と元の割合の中間をとる"),
        Phrase(
            "When balanced is too much; a sound middle for long tails.",
            "balanced では行き過ぎのときに。長い裾に対する手堅い中間案。",
        ),
        Phrase(
            "With classes of nearly equal size it changes next to nothing.",
            "件数の近いクラスでは、ほとんど変わらない。",
        ),
        {"sampler": "square_root"},
    ),
    Card(
        "repeat_factor",
        "losses",
        Phrase("repeats only rows of labels below a share", "一定の割合に満たないラベルの行だけ繰り返す"),
        Phrase(
            "Long tails and several labels a row: frequent ones stay as they are.",
            "長い裾や複数ラベルに。多いものはそのまま残る。",
        ),
        Phrase(
            "A row with a rare and a frequent label repeats both.",
            "少ないラベルと多いラベルを併せ持つ行では、両方が増える。",
        ),
        {"sampler": "repeat_factor"},
    ),
    Card(
        "logit_adjustment",
        "losses",
        Phrase("takes the classes' shares out of the logits", "ロジットからクラスの割合を差し引く"),
        Phrase(
            "Imbalance under a metric that counts every class the same; no row is repeated or reweighted.",
            "クラスを平等に数える指標で。行の繰り返しも重み付けもしない。",
        ),
        Phrase(
            "If the test has the same shares and the metric counts rows, it gives them away.",
            "テストも同じ割合で、行を数える指標なら、その割合を捨てるだけ損になる。",
        ),
        {"heads.MAIN.loss": "logit_adjustment"},
    ),
    Card(
        "ldam",
        "losses",
        Phrase("keeps a wider margin around rare classes", "少数派のまわりに広い余白をとる"),
        Phrase(
            "Few rows of some classes: a margin generalises where a weight memorises.",
            "数の少ないクラスに。重みが暗記を招くところで、余白は汎化を助ける。",
        ),
        Phrase(
            "It reads cosines and needs its scale tuned; alone it is seldom enough.",
            "コサインを使うので scale の調整が要る。単独では足りないことが多い。",
        ),
        {"heads.MAIN.loss": "ldam"},
    ),
    Card(
        "kl_divergence",
        "losses",
        Phrase("matches a whole distribution of answers", "答えの分布全体を合わせる"),
        Phrase(
            "Soft targets: votes, shares, attribute tables. The first choice where columns add to 1.",
            "票、割合、属性表などの柔らかいターゲットに。合計が 1 の列なら第一候補。",
        ),
        Phrase(
            "For one label a row it is cross-entropy under another name.",
            "一行に一ラベルなら、別名の交差エントロピーにすぎない。",
        ),
        {"heads.MAIN.loss": "kl_divergence"},
    ),
    Card(
        "bce",
        "losses",
        Phrase("asks a yes or no of every label by itself", "ラベルごとに、はい・いいえを問う"),
        Phrase(
            "Several labels may hold, or none; soft shares that are no competition between labels.",
            "複数当てはまることも、一つも当てはまらないこともあるときに。ラベルどうしが競わない割合にも。",
        ),
        Phrase(
            "Where exactly one label is right it throws that knowledge away.",
            "ちょうど一つが正しい課題では、その知識を捨ててしまう。",
        ),
        {"heads.MAIN.loss": "bce"},
    ),
    Card(
        "symmetric_cross_entropy",
        "losses",
        Phrase("doubts labels that the network contradicts strongly", "ネットワークが強く否定するラベルを疑う"),
        Phrase(
            "Crowd-sourced or scraped labels with a few per cent wrong.",
            "クラウドソーシングやウェブ収集で、数パーセントの誤りがあるラベルに。",
        ),
        Phrase(
            "Rare and hard rows look like wrong ones.",
            "まれな行や難しい行は、誤ラベルと見分けがつかない。",
        ),
        {"heads.MAIN.loss": "symmetric_cross_entropy"},
    ),
    Card(
        "gce",
        "losses",
        Phrase("stands between cross-entropy and mean error", "交差エントロピーと平均誤差の中間に立つ"),
        Phrase(
            "More label noise than smoothing absorbs; `q` nearer to 1 doubts more.",
            "平滑化では吸収できないラベル誤りに。`q` が 1 に近いほど強く疑う。",
        ),
        Phrase(
            "It learns slowly, and many classes may not get off the ground.",
            "学習が遅く、クラスが多いと立ち上がらないことがある。",
        ),
        {"heads.MAIN.loss": {"gce": {"q": 0.5}}},
    ),
    Card(
        "triplet",
        "losses",
        Phrase("pulls the same class together and others apart", "同じクラスを近づけ、違うクラスを離す"),
        Phrase(
            "Beside cross-entropy as a regulariser, for fine classes and identities.",
            "交差エントロピーと並べる正則化として、細かなクラスや個体識別に。",
        ),
        Phrase(
            "A batch without two images of one class teaches nothing; its weight has to be small.",
            "同じクラスが二枚ないバッチからは何も学べない。重みは小さくする。",
        ),
        {"heads.near": {"target": "MAIN", "loss": "triplet", "weight": 0.1}},
    ),
    Card(
        "center",
        "losses",
        Phrase("gives every class a centre to gather at", "クラスごとの中心に集める"),
        Phrase(
            "Tight classes without pairs to mine: cheap, and it works with small batches.",
            "ペアを選ばずにクラスをまとめる。安価で、小さなバッチでも働く。",
        ),
        Phrase(
            "A class with several looks is squeezed to one; too much weight collapses all features.",
            "見え方が複数あるクラスも一点に押し込む。重みが大きいと特徴がつぶれる。",
        ),
        {"heads.centre": {"target": "MAIN", "loss": "center", "weight": 0.01}},
    ),
    Card(
        "arcface",
        "losses",
        Phrase("asks for a margin between directions", "方向どうしに角度の余白を求める"),
        Phrase(
            "Identities and retrieval, many classes with few images each; the standard there.",
            "個体識別や検索、画像の少ない多数のクラスに。その分野の定番。",
        ),
        Phrase(
            "With a handful of classes it is hard to train and gains nothing; the scale makes its gradients large.",
            "クラスが数個なら学習が難しいだけで得がない。scale のぶん勾配が大きい。",
        ),
        {"heads.angles": {"target": "MAIN", "loss": "arcface", "weight": 0.1}},
    ),
    Card(
        "coral",
        "losses",
        Phrase("asks at every grade whether it is passed", "段階ごとに、そこを超えるかを問う"),
        Phrase(
            "Grades in order: far mistakes cost more than near ones, as under kappa.",
            "順序のある段階に。kappa と同じく、大きく外すほど損をする。",
        ),
        Phrase(
            "All grades share one direction: what looks different from grade to grade is not told.",
            "全段階が一つの方向を共有するので、段階ごとに見た目が違う場合は表せない。",
        ),
        {"heads.MAIN.loss": "coral"},
    ),
    Card(
        "as_number",
        "losses",
        Phrase("tells a grade as a number and rounds it", "段階を数値として答え、丸める"),
        Phrase(
            "Grades at equal steps, under kappa or mean error; cut points can be fitted afterwards.",
            "等間隔の段階で、kappa や平均誤差の指標に。区切りは後から合わせられる。",
        ),
        Phrase(
            "The mean of two likely grades is one that nobody meant.",
            "二つの候補の平均は、誰も意図しない段階になる。",
        ),
        {"heads.MAIN.loss": "mse"},
    ),
    Card(
        "huber",
        "losses",
        Phrase("counts large errors by their size, not its square", "大きな誤差を二乗でなく大きさで数える"),
        Phrase(
            "Values with outliers, or wrong ones among them.",
            "外れ値や誤った値の混ざる数値に。",
        ),
        Phrase(
            "Under RMSE the outliers are what counts: it looks away from them.",
            "RMSE では外れ値こそ効くのに、そこから目をそらす。",
        ),
        {"heads.MAIN.loss": "huber"},
    ),
    Card(
        "wing",
        "losses",
        Phrase("cares for small errors more than others do", "小さな誤差も熱心に詰める"),
        Phrase(
            "Landmarks and exact positions, where the last pixels decide.",
            "最後の数画素で決まる、特徴点や精密な位置に。",
        ),
        Phrase(
            "Labels less exact than its bend (`omega`) are followed into their noise.",
            "曲がり目 (`omega`) より粗いラベルでは、雑音まで追いかける。",
        ),
        {"heads.MAIN.loss": "wing"},
    ),
)
