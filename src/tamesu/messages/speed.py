"""What the verb `speed` and its page say."""

from __future__ import annotations

from typing import Any

from tamesu.messages.message import Phrase, speak

PHRASES: dict[str, Phrase] = {
    "measuring": Phrase("timing networks", "推論時間を計測中"),
    "wrote": Phrase("wrote {path}", "書きました: {path}"),
    "wanders": Phrase(
        "{count} of {total} networks: one pass in ten took more than 1.5 times the median, so the machine was busy; "
        "`tamesu speed --again` on an idle one tells more",
        "{total} 件中 {count} 件で、10 回に 1 回は中央値の 1.5 倍を超えました。ほかの処理が動いていたようです。"
        "空いているときに `tamesu speed --again` で測り直してください",
    ),
    "title": Phrase("Score against time", "スコアと推論時間"),
    "group": Phrase(
        "{device}: {name}, {threads} thread(s), torch {torch}", "{device}: {name}、{threads} スレッド、torch {torch}"
    ),
    "here": Phrase("this machine", "このマシン"),
    "elsewhere": Phrase(
        "measured elsewhere: these times do not compare with those above", "別のマシンで計測: 上の時間とは比較できません"
    ),
    "chart": Phrase("CV {metric} over milliseconds an image", "1 枚あたりのミリ秒と CV {metric}"),
    "axis": Phrase("ms an image, batch 1", "1 枚あたり ms (バッチ 1)"),
    "axis_log": Phrase("ms an image, batch 1, log scale", "1 枚あたり ms (バッチ 1、対数)"),
    "front": Phrase(
        "no other run beats it (times as near as their own spread count as equal)",
        "これを上回る実行はない (ばらつき以内の時間差は同じとみなす)",
    ),
    "others": Phrase("other runs", "その他の実行"),
    "note": Phrase(
        "Time: the median pass of one image through one network, times its test-time views; the image is decoded and on the "
        "device already. The CV score is reached with one network. Bars: standard error.",
        "時間は 1 枚を 1 つのネットワークに通した中央値 × TTA の枚数。画像はデコード済みでデバイス上にあります。"
        "CV スコアは 1 つのネットワークで出した値です。縦線は標準誤差。",
    ),
    "note_folds": Phrase(
        "Not all of these runs have the same folds, so their scores compare less well.",
        "fold が異なる実行が混じっているため、スコアの比較は割り引いて見てください。",
    ),
    "note_cost": Phrase(
        "Cost of a million images, one at a time, at {price} an hour (your figure): by one network, and by all of the run, "
        "which a submission averages. Larger batches cost less.",
        "100 万枚を 1 枚ずつ処理する費用 (1 時間 {price}、指定の単価)。1 つのネットワークと、提出で平均する全ネットワーク。"
        "バッチを大きくすれば安くなります。",
    ),
    "column_run": Phrase("run", "実行"),
    "column_score": Phrase("CV {metric}", "CV {metric}"),
    "column_ms": Phrase("ms an image", "ms/枚"),
    "column_p90": Phrase("p90", "p90"),
    "column_views": Phrase("views", "TTA"),
    "column_networks": Phrase("networks", "ネット数"),
    "column_parameters": Phrase("parameters", "パラメータ"),
    "column_weights": Phrase("MiB", "MiB"),
    "column_precision": Phrase("precision", "精度"),
    "column_size": Phrase("px", "px"),
    "column_cost": Phrase("cost per million", "100 万枚の費用"),
    "column_whole": Phrase("by all networks", "全ネット"),
    "nothing": Phrase(
        "No run is complete and scored yet; `tamesu train` makes one.",
        "完了して採点済みの実行がまだありません。`tamesu train` で作れます。",
    ),
    "made": Phrase(
        "Made by tamesu {version}; this file needs no network.",
        "tamesu {version} が作成。このファイルはネットワークなしで開けます。",
    ),
}


def tell(key: str, language: str | None = None, **values: Any) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> tell("axis", "en")
        'ms an image, batch 1'
    """
    return speak(PHRASES, key, language, **values)
