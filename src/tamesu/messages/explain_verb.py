"""What the verb `explain` and its page say besides the findings."""

from __future__ import annotations

from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    "title": Phrase("{run}: what is wrong, and what to try", "{run}: どこが悪いか、次に何を試すか"),
    "eyebrow": Phrase("Diagnosis", "診断"),
    "scanning": Phrase("looking at the images", "画像を調べています"),
    "heating": Phrase("asking the networks where they look", "ネットワークの見ている場所を調べています"),
    "embedding": Phrase("looking for alike training images", "似た学習画像を探しています"),
    "memorising": Phrase("trying to memorise a few images", "数枚を丸暗記できるか試しています"),
    "wrong_learning": Phrase(
        "Mend this first: what else fails follows from it", "まずこれを直してください。他の不調はその結果です"
    ),
    "something": Phrase("It learns, and here is what holds it back", "学習はできています。伸びを妨げているのは次の点です"),
    "good": Phrase("Nothing is evidently wrong with the learning", "学習に明らかな問題は見つかりません"),
    "nothing": Phrase(
        "no fault was found in how it learned, nor a part of the data on which it fails",
        "学習の仕方にも、特定のデータでの失敗にも、問題は見つかりませんでした",
    ),
    "first": Phrase("First to look at: {head}", "まず確認: {head}"),
    "ideas": Phrase("To try: paste into ideas.yaml", "試す: ideas.yaml に貼り付け"),
    "then": Phrase("then", "その後"),
    "steps": Phrase("To look first", "先に調べる"),
    "rows": Phrase("rows judged", "判定した行"),
    "jobs": Phrase("jobs", "ジョブ"),
    "no_heat": Phrase("no heat maps: {reason}", "ヒートマップなし: {reason}"),
    "no_memory": Phrase("not asked to memorise: {reason}", "丸暗記テストなし: {reason}"),
    "no_neighbours": Phrase("no alike training images: {reason}", "似た学習画像なし: {reason}"),
    "wrote": Phrase("wrote {page} and {file}", "{page} と {file} を書きました"),
    "paste": Phrase("in ideas.yaml:", "ideas.yaml に:"),
    "made_by": Phrase("Made by tamesu {version} in {seconds} s.", "tamesu {version} が {seconds} 秒で作成。"),
}


def say(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> say("no_heat", "en", reason="no head")
        'no heat maps: no head'
    """
    return speak(PHRASES, key, language, **values)
