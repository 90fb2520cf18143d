"""Cards of heads: what else the network is told, where it reads, and what its outputs cannot break.

In a change MAIN stands for the main head and OTHER for one that helps; in a competition's folder the real names stand there.
"""

from __future__ import annotations

from tamesu.cards.card import Card
from tamesu.messages.message import Phrase

CARDS = (
    Card(
        "auxiliary_head",
        "heads",
        Phrase("tells the network something else that is known of the picture", "画像について他に分かっていることも教える"),
        Phrase(
            "Whenever train holds what test lacks: the head is thrown away at the end, so there is little to lose. "
            "The first idea to try.",
            "train にあって test にない情報があるなら、まず試す。ヘッドは最後に捨てるので、失うものはほとんどない。",
        ),
        Phrase(
            "A target of extreme scale, or one that needs other features, drags the main task down. The report's section on "
            "heads tells.",
            "桁の大きすぎる値や、必要な特徴が違うターゲットは主タスクの足を引っ張る。レポートの「ヘッド」の節で分かる。",
        ),
        {"heads.OTHER": {"loss": "smooth_l1", "weight": 0.3}},
    ),
    Card(
        "richer_labels",
        "heads",
        Phrase("shows where and what, not only which", "どのクラスかだけでなく、どこに何があるかも教える"),
        Phrase(
            "Masks, points or depth beside a class: nine times in ten they help, for they say which pixels decide.",
            "クラスの他にマスクや点や深度があるとき。どの画素が決め手かが伝わるので、十中八九は効く。",
        ),
        Phrase(
            "Marks of a few rows, or drawn for another purpose, teach the habits of who drew them.",
            "ごく一部の行にしかない、あるいは別の目的で描かれた印は、描いた人の癖を教えてしまう。",
        ),
        {"heads.OTHER": {"loss": "cross_entropy", "weight": 0.3}},
    ),
    Card(
        "poorer_labels",
        "heads",
        Phrase("tells again what the main label says already", "主ラベルですでに分かることを、もう一度教える"),
        Phrase(
            "Seldom: a target that follows from the main label adds nothing new, though for thousands of classes it may "
            "order them. The same attribute given image by image is another matter.",
            "主ラベルから決まるターゲットは新しい情報を持たず、めったに効かない。"
            "クラスごとでなく画像ごとに付けた属性なら話は別。",
        ),
        Phrase(
            "It takes capacity and a share of the gradient for nothing.",
            "容量と勾配の一部を、見返りなしに持っていく。",
        ),
        {"heads-": "OTHER"},
    ),
    Card(
        "coarser_class",
        "heads",
        Phrase("teaches the species beside the individual", "個体と一緒に種も教える"),
        Phrase(
            "Identities with few images each: the coarser class has many, and gives the features a frame.",
            "個体ごとの画像が少ないとき。粗いクラスには枚数があり、特徴の骨組みになる。",
        ),
        Phrase(
            "When the coarser class is plain to see it is learnt at once, and gives nothing after that.",
            "粗いクラスが一目で分かるなら、すぐ学び終わって何も与えなくなる。",
        ),
        {"heads.OTHER": {"loss": "cross_entropy", "weight": 0.3}},
    ),
    Card(
        "difference",
        "heads",
        Phrase("teaches how a value changes: velocity, acceleration", "値の変化（速度や加速度）も教える"),
        Phrase(
            "Values along frames or time: the change comes free of any labelling, and it has helped in driving and motion.",
            "フレームや時刻に沿った値に。ラベル付けの手間なしに得られ、運転や動きの課題で効いてきた。",
        ),
        Phrase(
            "From a single picture a velocity can often not be seen; then it is noise.",
            "一枚の画像から速度が読み取れないことも多く、そのときはただの雑音になる。",
        ),
        {"heads.OTHER": {"loss": "smooth_l1", "weight": 0.3}},
    ),
    Card(
        "bins",
        "heads",
        Phrase("asks in which interval a value lies", "値がどの区間に入るかを当てさせる"),
        Phrase(
            "Regression as classification, beside the number or in its place: robust to outliers, and it can say two things "
            "at once.",
            "回帰を分類として、数値と並べて、または代わりに。外れ値に強く、二つの可能性を同時に言える。",
        ),
        Phrase(
            "Edges cut through equal rows, and a class has no order unless the kind is ordinal.",
            "ほぼ同じ行が境目で分かれる。種類を ordinal にしないと順序は伝わらない。",
        ),
        {"heads.OTHER": {"loss": "coral", "weight": 0.3}},
    ),
    Card(
        "neck",
        "heads",
        Phrase("widens what all heads share", "全ヘッドが共有する層を足して広げる"),
        Phrase(
            "Several heads on a narrow backbone: room for what each needs. Quick to try.",
            "細いバックボーンに複数のヘッドがあるとき、それぞれが必要とする特徴の置き場になる。手軽に試せる。",
        ),
        Phrase(
            "A new layer starts from nothing: with few rows it over-fits.",
            "新しい層は初期値から学ぶので、行が少ないと過学習する。",
        ),
        {"neck": 512},
    ),
    Card(
        "branch",
        "heads",
        Phrase("gives a head its own copy of the last stage", "最後のステージをヘッド専用に複製する"),
        Phrase(
            "Tasks with other needs (where against what, number against class): apart at the end, together at the start.",
            "必要な特徴が違うタスク（位置と種類、数値とクラス）を、前半は共有し後半で分ける。",
        ),
        Phrase(
            "It costs the time and memory of one more stage, and close tasks lose what they shared.",
            "ステージ一つ分の時間とメモリがかかる。似たタスクでは共有の利点を失う。",
        ),
        {"heads.OTHER.branch": 1},
    ),
    Card(
        "attention",
        "heads",
        Phrase("looks where one learnt mask says", "学習した一枚のマスクの場所を見る"),
        Phrase(
            "Small objects and fine classes on a busy ground; its mask can be looked at afterwards.",
            "背景の雑多な画像の小さな物体や、細かなクラス分けに。マスクは後で確認できる。",
        ),
        Phrase(
            "When the whole picture decides (style, scene, light), average pooling knows more.",
            "画面全体で決まる課題（画風、場面、光）では平均のほうが多くを見ている。",
        ),
        {"pooling": "attention"},
    ),
    Card(
        "multi_head_attention",
        "heads",
        Phrase("looks at several places at once", "複数の場所を同時に見る"),
        Phrase(
            "When parts decide: beak and wing, several lesions. `diversity` keeps the masks apart.",
            "部分の組み合わせで決まるとき（くちばしと翼、複数の病変）。`diversity` でマスクを散らす。",
        ),
        Phrase(
            "Without diversity the masks all look at one place; features grow with their number.",
            "diversity がないと全マスクが同じ場所を見る。特徴の数もマスクの数だけ増える。",
        ),
        {"pooling": {"multi_head_attention": {"heads": 4, "diversity": 0.1}}},
    ),
    Card(
        "gem",
        "heads",
        Phrase("weighs strong responses more than the mean does", "平均より強い反応を重く見る"),
        Phrase(
            "Retrieval, identities, small findings: between average and maximum, and the power is learnt.",
            "検索、個体識別、小さな所見に。平均と最大の中間で、べき指数も学習する。",
        ),
        Phrase(
            "A single bright artefact weighs more too.",
            "一点だけの強いノイズも重く見てしまう。",
        ),
        {"pooling": "gem"},
    ),
    Card(
        "dropout",
        "heads",
        Phrase("hides features at random before the last layer", "最後の層の前で特徴を無作為に隠す"),
        Phrase(
            "When the validation loss rises while the training loss falls; 0.2 to 0.5.",
            "学習損失が下がる一方で検証損失が上がるときに。0.2～0.5。",
        ),
        Phrase(
            "In short fine-tuning it only slows learning down; numbers become less exact.",
            "短い微調整では学習が遅くなるだけのことも。回帰では値がぼやける。",
        ),
        {"heads.MAIN.dropout": 0.3},
    ),
    Card(
        "hidden",
        "heads",
        Phrase("gives a head a layer of its own", "ヘッドに専用の中間層を持たせる"),
        Phrase(
            "A head that needs other features than its neighbours, cheaper than a branch.",
            "他のヘッドと違う特徴が必要なときに。ブランチより安上がり。",
        ),
        Phrase(
            "With few rows one more layer is one more chance to over-fit.",
            "行が少ないと、層が一つ増えた分だけ過学習しやすい。",
        ),
        {"heads.OTHER.hidden": 256},
    ),
    Card(
        "uncertainty",
        "heads",
        Phrase("learns how much each term of the loss weighs", "損失の各項の重みを学習する"),
        Phrase(
            "Three heads or more, whose weights nobody wants to search one by one.",
            "ヘッドが三つ以上あり、重みを一つずつ探したくないときに。",
        ),
        Phrase(
            "It favours what is easy: the main task may end with less weight than it deserves.",
            "易しいものを優先するので、主タスクの重みが足りなくなることがある。",
        ),
        {"balance": "uncertainty"},
    ),
    Card(
        "gradnorm",
        "heads",
        Phrase("keeps all terms learning at one pace", "全項の学習の速さをそろえる"),
        Phrase(
            "When one head races ahead and the others starve; it looks at gradients, not at losses.",
            "一つのヘッドだけが先に進み、他が育たないときに。損失でなく勾配を見る。",
        ),
        Phrase(
            "What helps the main task need not learn as fast as it does; and it costs a backward pass a head.",
            "補助は主タスクと同じ速さで学ぶ必要がない。ヘッドごとに逆伝播の手間もかかる。",
        ),
        {"balance": "gradnorm"},
    ),
    Card(
        "box",
        "heads",
        Phrase("answers within bounds, whatever the picture", "答えが必ず範囲に収まる"),
        Phrase(
            "Percentages, scores, coordinates: a rule built in is learnt by nobody and broken by nobody.",
            "割合、点数、座標に。組み込んだ規則は学ぶ必要がなく、破られることもない。",
        ),
        Phrase(
            "Many values on the very bound are hard to reach, for the layer flattens there.",
            "境界ちょうどの値が多いと、その付近で平らになるため届きにくい。",
        ),
        {"heads.MAIN.constraint": {"box": {"low": 0.0, "high": 1.0}}},
    ),
    Card(
        "disc",
        "heads",
        Phrase("answers radius and direction instead of x and y", "x, y の代わりに半径と方向で答える"),
        Phrase(
            "Two numbers with x² + y² bounded: gaze, wind, points of a circle.",
            "x² + y² に上限のある二つの値（視線、風、円内の点）に。",
        ),
        Phrase(
            "At the centre the direction is undefined, and rows there teach it noise.",
            "中心では方向が定まらず、その行が雑音を教える。",
        ),
        {"heads.MAIN.constraint": "disc"},
    ),
    Card(
        "simplex",
        "heads",
        Phrase("answers shares that add up", "足して一定になる割合で答える"),
        Phrase(
            "Compositions: parts of a whole, votes, areas. All columns are learnt together.",
            "全体の内訳（構成比、票、面積）に。全列をまとめて学ぶ。",
        ),
        Phrase(
            "Rounded columns that do not add up exactly carry their rounding into every share.",
            "丸めで合計がずれた列では、その誤差がすべての割合に及ぶ。",
        ),
        {"heads.MAIN.constraint": "simplex"},
    ),
    Card(
        "angle",
        "heads",
        Phrase("answers a direction, not a number", "数値でなく向きで答える"),
        Phrase(
            "Headings, hues, hours of the day: the output need not jump where the circle closes.",
            "方位、色相、時刻のように一周する値に。つなぎ目で出力が飛ばずに済む。",
        ),
        Phrase(
            "The loss still sees 359 and 1 as far apart; two columns, cosine and sine under `unit_vector`, have no seam.",
            "損失から見れば 359 と 1 は遠いまま。余弦と正弦の 2 列に `unit_vector` を使えば、つなぎ目はない。",
        ),
        {"heads.MAIN.constraint": "angle"},
    ),
    Card(
        "at_most",
        "heads",
        Phrase("never expects more events than there can be", "起こりうる数より多くの事象を予測しない"),
        Phrase(
            "One onset a day, two ends of a bone: the rule is in the target, and no later step has to mend the answer.",
            "一日に入眠は一回、骨の端は二つ、といった課題に。規則がターゲットに入り、後処理での修正が要らない。",
        ),
        Phrase(
            "A row that breaks the rule cannot be told at all; look for such rows first.",
            "規則を破る行は表せない。そのような行がないか先に確かめる。",
        ),
        {"heads.MAIN.constraint": {"at_most": {"n": 1}}},
    ),
    Card(
        "edge_smoothness",
        "heads",
        Phrase("lets a map change only where the picture does", "画像が変わる場所でだけマップの変化を許す"),
        Phrase(
            "Depth and other dense values from sparse or noisy labels; a light weight is enough.",
            "ラベルがまばらか雑音の多い深度などの密な値に。軽い重みで足りる。",
        ),
        Phrase(
            "Print on a flat wall is no edge of depth, and thin things are smoothed away.",
            "平らな壁の模様は深度の縁ではない。細い物は均されて消える。",
        ),
        {"penalties+": {"edge_smoothness": {"of": "OTHER", "weight": 0.1}}},
    ),
    Card(
        "conservation",
        "heads",
        Phrase("punishes answers that break a law of nature", "自然法則に反する答えを罰する"),
        Phrase(
            "Numbers that must balance, such as inflow, outflow and storage: a light weight, from "
            "physics that everybody agrees on.",
            "流入・流出・貯留のように釣り合うべき値に。誰もが認める物理だけを、軽い重みで。",
        ),
        Phrase(
            "A law whose fields are not all in the data is a guess, and a wrong law is worse than none.",
            "必要な量がデータにそろわない法則は憶測で、誤った法則はないより悪い。",
        ),
        {"penalties+": {"conservation": {"expression": "(inflow - outflow - storage)**2", "weight": 0.1}}},
    ),
)
