"""What an audit says of copies."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "AUDIT_COPIES_ACROSS_FOLDS": Message(
        "{rows} of {total} train rows ({share:.1%}) are validated by a network that was trained on a copy of the "
        "same picture; sets of copies across folds: {sets} ({how}). On these rows a score is memory, not skill",
        "look at the pictures; {adopt}",
        "学習データ {total} 行のうち {rows} 行（{share:.1%}）は、同じ画像のコピーで学習したネットワークに検証されています。"
        "fold をまたぐコピーが {sets} 組あります（{how}）。これらの行のスコアは実力ではなく記憶です",
        "画像を確認してください。{adopt}",
    ),
    "AUDIT_COPIES_TRAIN_TEST": Message(
        "{rows} of {total} test rows show a picture that is in train as well ({how}), and its label with it: {examples}. The "
        "public score can be better than skill there, and CV does not see it; the host may have known",
        "look at the copies; read the rules before you use what they give away, and trust CV where the two scores differ",
        "テスト {total} 行のうち {rows} 行は、学習データにもある画像です（{how}）。ラベルも分かってしまいます: {examples}。"
        "その分 public スコアは実力より高くなりえますが、CV には表れません。主催者が承知している場合もあります",
        "コピーを確認してください。利用する前に規約を読み、public スコアと食い違うときは CV を信じてください",
    ),
    "AUDIT_COPIES_CONFLICT": Message(
        "files in several rows with different labels: {sets} (in {rows} rows): {examples}. At most one label of each is "
        "right; the others teach what is wrong and count as errors",
        "look at them and mend the labels: `tamesu audit --relabel` writes a worksheet",
        "同じファイルなのにラベルの違う行があります（{sets} 組、{rows} 行）: {examples}。正しいラベルは多くても 1 つで、"
        "残りは誤りを教え、採点でも誤りになります",
        "画像を見てラベルを直してください。`tamesu audit --relabel` で作業表を作れます",
    ),
    "AUDIT_COPIES_CLASSES": Message(
        "pictures in several rows with different labels, altered: {sets} ({how}; in {rows} rows): {examples}. At most one "
        "label of each is right, unless mirroring or cutting changes what is right",
        "look at them and mend the labels: `tamesu audit --relabel` writes a worksheet",
        "加工された同じ画像なのにラベルの違う行があります（{sets} 組、{rows} 行。{how}）: {examples}。"
        "反転や切り抜きで答えが変わる課題でないかぎり、正しいラベルは多くても 1 つです",
        "画像を見てラベルを直してください。`tamesu audit --relabel` で作業表を作れます",
    ),
    "AUDIT_COPIES_INSIDE": Message(
        "sets of copies inside one fold or inside test: {sets} ({how}; {rows} rows). No score is false for them, but such "
        "pictures count more than once",
        "nothing needs to be done; to count each once, leave the surplus rows out of the train table",
        "1 つの fold の中、またはテストの中だけのコピーが {sets} 組あります（{rows} 行。{how}）。スコアを狂わせはしませんが、"
        "同じ画像が重複して数えられます",
        "何もする必要はありません。1 回だけ数えたい場合は、余分な行を学習の表から外してください",
    ),
    "AUDIT_COPIES_MANY": Message(
        "pictures that are there more than {many} times: {sets}, the most frequent in {rows} rows (first {first}; {how}): "
        "placeholders, a fixed camera, or a video",
        "look at some of them; leave placeholders out of the train table, and keep shots of one place in one fold (`groups`)",
        "{many} 回を超えて現れる画像が {sets} 種類あり、最多は {rows} 行です（先頭は {first}。{how}）。"
        "代わりの画像（placeholder）、固定カメラ、動画などが考えられます",
        "いくつか見てください。placeholder なら学習の表から外し、同じ場所の撮影なら同じ fold に保ってください（`groups`）",
    ),
}

WAYS: dict[str, Phrase] = {
    "mirrored": Phrase("{count} mirrored", "左右反転 {count}"),
    "cut": Phrase("{count} cut", "切り抜き {count}"),
    "toned": Phrase("{count} brighter or darker", "明るさの変更 {count}"),
    "saved": Phrase("{count} saved again or resized", "再保存・拡大縮小 {count}"),
}


SURE = 0.99

EQUAL_CAPTION = Phrase("equal files", "同じファイル")
ALTERED_CAPTION = Phrase("altered copies, correlation {score:.2f}", "加工されたコピー（相関 {score:.2f}）")


def tell_ways(equal: int, pairs: int, ways: Mapping[str, int], precision: float) -> Phrase:
    """Of which kind copies are.

    Args:
        equal: sets of equal files.
        pairs: of altered files.
        ways: in how many of the pairs, by key of `WAYS`.
        precision: share of the pairs that is right.

    Examples:
        >>> tell_ways(2, 3, {"cut": 3, "mirrored": 1}, 0.96).en
        '2 of equal files; 3 pairs of altered ones: 1 mirrored, 3 cut; about 96% of the pairs are right'
    """
    english, japanese = [], []
    if equal:
        english.append(f"{equal} of equal files")
        japanese.append(f"同じファイル {equal} 組")
    if pairs:
        known = [(WAYS[key], ways[key]) for key in WAYS if ways.get(key)]
        english.append(
            ("1 pair" if pairs == 1 else f"{pairs} pairs")
            + " of altered ones: "
            + ", ".join(way.en.format(count=count) for way, count in known)
        )
        japanese.append(f"加工された {pairs} ペア: " + "、".join(way.ja.format(count=count) for way, count in known))
        sure = precision > SURE
        english.append(f"{'more than 99%' if sure else f'about {precision:.0%}'} of the pairs are right")
        japanese.append(f"ペアの{' 99% 以上' if sure else f'およそ {precision:.0%} '}が正しい組")
    return Phrase("; ".join(english), "。".join(japanese))
