"""What an audit says of CV beside the leaderboard, and of colour."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "AUDIT_LB_AGREES": Message(
        "CV and public scores order {runs} runs alike (Spearman {rho:.2f}, p {p:.3f}); public less CV: {gap:+.4g} on average",
        "trust CV for choices; a constant gap does no harm",
        "CV と public スコアは {runs} 個の run を同じように並べます（スピアマン {rho:.2f}、p {p:.3f}）。public と CV "
        "の差は平均 {gap:+.4g} です",
        "選択は CV を信じてください。差が一定なら害はありません",
    ),
    "AUDIT_LB_UNSURE": Message(
        "{runs} runs do not show whether CV and public scores go together (Spearman {rho:.2f}, p {p:.2f}; public less CV: "
        "{gap:+.4g} on average)",
        "submit runs whose CV is far apart, then note their scores with `tamesu submit --public`; to look at "
        "meanwhile: {causes}",
        "{runs} 個の run では、CV と public スコアが連動するか分かりません（スピアマン {rho:.2f}、p {p:.2f}、public "
        "と CV の差は平均 {gap:+.4g}）",
        "CV が大きく違う run を提出し、`tamesu submit --public` でスコアを記録してください。その間に見る順: {causes}",
    ),
    "AUDIT_LB_APART": Message(
        "CV and public scores do not go together over {runs} runs (Spearman {rho:.2f}, p {p:.2f}; public less CV: "
        "{gap:+.4g} on average)",
        "look in this order: {causes}",
        "{runs} 個の run で CV と public スコアが連動していません（スピアマン {rho:.2f}、p {p:.2f}、public と CV の差は平均 "
        "{gap:+.4g}）",
        "この順に調べてください: {causes}",
    ),
    "AUDIT_COLOUR": Message(
        "colour is worth {gain:+.3f} (95 %: {low:+.3f} to {high:+.3f}) to a frozen network: {colour:.3f} on the "
        "pictures, {grey:.3f} on grey ones",
        "keep colours; be careful with `grayscale`, `hue` and other colour augmentations, and try them one by one",
        "固定したネットワークでは、色の価値は {gain:+.3f}（95 %: {low:+.3f} から {high:+.3f}）です: カラー "
        "{colour:.3f}、グレー {grey:.3f}",
        "色を残してください。`grayscale` や色相などの拡張は慎重に、一つずつ試してください",
    ),
    "AUDIT_COLOUR_LITTLE": Message(
        "a frozen network does without colour: {colour:.3f} on the pictures, {grey:.3f} on grey ones (difference "
        "{gain:+.3f}, 95 %: {low:+.3f} to {high:+.3f})",
        "try `grayscale` and strong colour augmentations, which keep it from leaning on light and cameras",
        "固定したネットワークは色なしでも変わりません: カラー {colour:.3f}、グレー {grey:.3f}（差 {gain:+.3f}、95 %: "
        "{low:+.3f} から {high:+.3f}）",
        "`grayscale` や強い色の拡張を試してください。光やカメラへの依存を減らせます",
    ),
    "AUDIT_COLOUR_HARMS": Message(
        "colour misleads a frozen network: {colour:.3f} on the pictures, {grey:.3f} on grey ones (difference "
        "{gain:+.3f}, 95 %: {low:+.3f} to {high:+.3f})",
        "try `grayscale` with p 1.0, and ask what the colours of the training images come from",
        "色が固定したネットワークを惑わせています: カラー {colour:.3f}、グレー {grey:.3f}（差 {gain:+.3f}、95 %: "
        "{low:+.3f} から {high:+.3f}）",
        "`grayscale` を p 1.0 で試し、学習画像の色が何に由来するか確かめてください",
    ),
    "AUDIT_ALL_GREY": Message(
        "all {count} images are grey",
        "leave colour augmentations out (saturation, hue, channel shuffles); brightness and contrast remain",
        "全 {count} 枚がグレーです",
        "色の拡張（彩度・色相・チャンネル入れ替え）は外してください。明るさとコントラストは使えます",
    ),
    "AUDIT_SOME_GREY": Message(
        "{share:.1%} of the images are grey, the others have colours (train {train:.1%}, test {test:.1%})",
        "try `grayscale` with a small p, so that grey images are nothing new",
        "画像の {share:.1%} がグレーで、残りはカラーです（学習 {train:.1%}、テスト {test:.1%}）",
        "`grayscale` を小さな p で試し、グレー画像に慣れさせてください",
    ),
}

CAUSES: dict[str, Phrase] = {
    "leak": Phrase(
        "the leaks found above: they make every CV false, and the more a run learns by heart the more",
        "上で見つかったリーク（CV はすべて偽りになり、丸暗記する run ほど高く出ます）",
    ),
    "noise": Phrase(
        "noise: the runs differ by less than seeds do, so their order means nothing",
        "ノイズ（run の差がシードの揺れより小さく、順位に意味がありません）",
    ),
    "drift": Phrase(
        "drift: test images differ from training images (above); score the test-like training rows alone",
        "ドリフト（上のとおりテスト画像が違います。テストに似た学習行だけで採点してみてください）",
    ),
    "shortcut": Phrase(
        "shortcuts that test may not share (above)",
        "テストでは通用しないかもしれない近道（上）",
    ),
    "small": Phrase(
        "a small public test: of n rows, an accuracy a moves by √(a (1 - a) / n) by luck",
        "public テストの小ささ（n 行なら正解率 a は偶然で √(a (1 - a) / n) 動きます）",
    ),
    "unmeasured": Phrase(
        "noise that was never measured: `tamesu try --noise`",
        "未測定のノイズ（`tamesu try --noise` で測れます）",
    ),
}


def number_phrases(phrases: Sequence[Phrase]) -> Phrase:
    """Phrases as a numbered row.

    Examples:
        >>> number_phrases([Phrase("leaks", "リーク"), Phrase("noise", "ノイズ")]).en
        '1. leaks; 2. noise'
    """
    return Phrase(
        "; ".join(f"{place}. {one.en}" for place, one in enumerate(phrases, 1)),
        "、".join(f"{place}. {one.ja}" for place, one in enumerate(phrases, 1)),
    )
