"""The card of test-time augmentation."""

from __future__ import annotations

from tamesu.cards.card import Card
from tamesu.messages.message import Phrase

CARDS = (
    Card(
        "tta",
        "views",
        Phrase("looking twice before answering", "答える前にもう一度見直すこと"),
        Phrase(
            "A small gain that costs predictions alone, mostly with "
            "views that training has seen. Within an ensemble less is "
            "left of it: try both.",
            "予測の時間だけで得られる小さな改善で、学習で見せた見え方ほど効く。"
            "アンサンブルの中では効果が薄れるので、両方で比べる。",
        ),
        Phrase(
            "Views the network never saw pull the mean down. A view "
            "that changes the label has to be brought back: declare it "
            "under `symmetries`.",
            "学習で見ていない見え方は平均を悪くする。ラベルが変わる見え方は戻す必要があるので、`symmetries` に宣言する。",
        ),
        {"tta": ["horizontal_flip"]},
        symmetry="horizontal_flip",
    ),
)
