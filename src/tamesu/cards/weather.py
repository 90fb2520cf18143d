"""Cards of light, weather and dirt between the scene and the picture."""

from __future__ import annotations

from tamesu.cards.card import Card, Touch, add
from tamesu.messages.message import Phrase

COLOUR: frozenset[Touch] = frozenset({"colour"})
DETAIL: frozenset[Touch] = frozenset({"detail"})

CARDS = (
    Card(
        "shadow",
        "weather",
        Phrase("a tree, a hand or the photographer in the light", "木や手や撮影者が落とす影"),
        Phrase(
            "Documents under a lamp, streets, products, leaves. Choose "
            "`shape` and `darkness` after real ones: blob for hands, "
            "stripe for frames.",
            "照明の下の書類、街路、商品、葉に。`shape` と `darkness` は実際の影に合わせる（手なら blob、窓枠なら stripe）。",
        ),
        Phrase(
            "Scans and slides have no lamp in front. Dark patches may be the class itself: bruises, stains, leaks.",
            "スキャンや標本に影は落ちない。打ち身、しみ、漏れのように、暗い部分がクラスそのもののことがある。",
        ),
        add("shadow", p=0.3),
    ),
    Card(
        "glare",
        "weather",
        Phrase("sun, lamp or flash on something shiny", "太陽、照明、フラッシュの照り返し"),
        Phrase(
            "Screens, cards, packages, endoscopy, windscreens.",
            "画面、カード、包装、内視鏡、フロントガラスに。",
        ),
        Phrase(
            "It hides what is under it; near-white findings (exudates, scratches) look the same.",
            "下にあるものを隠す。白っぽい所見（滲出物や傷）と見分けがつかない。",
        ),
        add("glare", p=0.1),
    ),
    Card(
        "vignette",
        "weather",
        Phrase("dark corners of a cheap lens or a tube", "周辺光量の落ちるレンズや鏡筒"),
        Phrase(
            "Microscopes, endoscopes, dermoscopy, old photographs, when only some pictures have it.",
            "顕微鏡、内視鏡、ダーモスコピー、古い写真のうち、一部だけに見られるときに。",
        ),
        Phrase(
            "If all pictures have the same vignette already, nothing is gained.",
            "どの画像も同じように暗いなら得るものはない。",
        ),
        add("vignette", p=0.2),
    ),
    Card(
        "fog",
        "weather",
        Phrase("fog, smoke, a steamed-up lens", "霧、煙、レンズの曇り"),
        Phrase(
            "Driving, drones, fixed outdoor cameras, when the test spans other seasons than training.",
            "運転、ドローン、屋外の定点カメラで、テストの季節が学習と違うときに。",
        ),
        Phrase(
            "It thickens towards the top, for the ground is below: not "
            "for pictures from above, and never when weather or smoke is "
            "the class.",
            "地面が下という前提で上ほど濃くなるので、真上からの画像には合わない。天気や煙がクラスなら使わない。",
        ),
        add("fog", p=0.1),
    ),
    Card(
        "rain",
        "weather",
        Phrase("falling rain between camera and scene", "カメラと景色の間に降る雨"),
        Phrase(
            "Outdoor cameras whose training days were dry.",
            "晴れの日ばかりで学習する屋外カメラに。",
        ),
        Phrase(
            "Real rain also wets the ground and bends light on the lens; this does not. Indoors it is only noise.",
            "本物の雨は路面を濡らしレンズに滴を残すが、これは線だけである。室内ではただの雑音になる。",
        ),
        add("rain", p=0.1),
        touches=DETAIL,
    ),
    Card(
        "dust",
        "weather",
        Phrase("specks on film, sensor or slide", "フィルム、センサー、標本の塵"),
        Phrase(
            "Scanned film and slides, old cameras, microscopy.",
            "スキャンしたフィルムや標本、古いカメラ、顕微鏡に。",
        ),
        Phrase(
            "When the task is to find specks (defects, colonies, stars), it makes some that no label knows.",
            "欠陥、コロニー、星など点を見つける課題では、ラベルにない点を作る。",
        ),
        add("dust", p=0.2),
        touches=DETAIL,
    ),
    Card(
        "scratches",
        "weather",
        Phrase("scratched film, glass or metal", "フィルム、ガラス、金属の擦り傷"),
        Phrase(
            "Archives and film, and inspection where harmless scratches must be overlooked.",
            "古い資料やフィルム、無害な傷を無視すべき外観検査に。",
        ),
        Phrase(
            "If a scratch is a defect to be found, every sample with one is labelled wrongly.",
            "傷が検出すべき欠陥なら、傷を付けた画像のラベルはすべて誤りになる。",
        ),
        add("scratches", p=0.2),
        touches=DETAIL,
    ),
)
