"""The words of the list of ideas, in English and Japanese."""

from __future__ import annotations

from tamesu.messages.message import Phrase

STANDING_WORDS: dict[str, Phrase] = {
    # sections
    "list_keep": Phrase("kept", "採用"),
    "list_undecided": Phrase("undecided", "未決"),
    "list_same": Phrase("the same", "差なし"),
    "list_drop": Phrase("dropped", "不採用"),
    "list_elsewhere": Phrase("judged on another baseline only", "別のベースラインでだけ判定済み"),
    "list_untried": Phrase("not tried yet, in the order worth trying", "未試行 (試す価値の高い順)"),
    "list_surprising": Phrase("surprising", "予想に反した判定"),
    "list_suggested": Phrase("suggested: paste the line into ideas.yaml", "提案: この行を ideas.yaml に貼り付けます"),
    "list_none": Phrase("No idea yet: write one into ideas.yaml.", "アイデアはまだありません。ideas.yaml に書いてください。"),
    # about one idea
    "date": Phrase("date", "日付"),
    "list_works": Phrase("{idea}: kept, although expected: {expected}", "{idea}: 予想に反して採用 (予想: {expected})"),
    "list_hurts": Phrase("{idea}: dropped, although expected: {expected}", "{idea}: 予想に反して不採用 (予想: {expected})"),
    "list_twin": Phrase("the same change as {idea}", "{idea} と同じ変更"),
    "list_changed": Phrase("changed since its verdict", "判定の後に内容が変わっています"),
    "list_unqueued": Phrase("not in ideas.yaml", "ideas.yaml にはありません"),
    "list_by_hand": Phrase("dropped by hand", "手動で不採用"),
    "list_more": Phrase("about {count} more pairs would decide", "あと約 {count} ペアで決まる見込み"),
    "list_drowned": Phrase("the gain is smaller than the seed noise {noise}", "改善幅はシードによるブレ {noise} より小さい"),
    "list_keys": Phrase("changes {count} keys at once", "{count} 個のキーを同時に変更"),
    "list_recipe": Phrase("on {recipe}", "対象 {recipe}"),
}
