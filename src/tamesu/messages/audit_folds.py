"""What an audit advises about folds."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

WHY_GROUPS_CLASSES = Phrase(
    "groups stay whole, and classes are spread over the folds as evenly as the groups allow",
    "グループを分けず、その範囲でクラスを各 fold に均等に配る",
)
WHY_GROUPS = Phrase("groups stay whole", "グループを分けない")
WHY_CLASSES = Phrase("every fold has every class in its proportion", "どの fold にも全クラスが同じ割合で入る")
WHY_CLASSES_NEARLY = Phrase(
    "classes are spread over the folds as evenly as their rows allow", "行数の許す範囲でクラスを各 fold に均等に配る"
)
WHY_PLAIN = Phrase("there are neither classes nor groups to mind", "考慮すべきクラスもグループもない")
WHY_ORDER = Phrase("all test rows are later than the training rows in `{column}`", "`{column}` でテスト行はすべて学習行より後")

MESSAGES: dict[str, Message] = {
    "AUDIT_FOLDS_FIT": Message(
        "the folds fit: {current}, {n_splits} folds × {current_repeats}: {why}. A cheap probe's CV moves by "
        "{noise:.4f} (SD) from "
        "one split to another; which rows there are moves it by {sampling:.4f}, and no repeats lessen that",
        "nothing needs to be done; ideas are compared on the same folds, so their gains are far less noisy than the "
        "score itself",
        "今の fold は適切です: {current}、{n_splits} fold × {current_repeats}（{why}）。簡易な CV は分け方で "
        "{noise:.4f}（SD）、"
        "行の選ばれ方で {sampling:.4f} 動きます。後者は repeats では減りません",
        "何もする必要はありません。アイデアは同じ fold で比べるので、差のノイズはスコアのノイズよりずっと小さくなります",
    ),
    "AUDIT_FOLDS_ADVICE": Message(
        "other folds would suit better: {splitter}, {n_splits} folds × {repeats}, instead of {current} × "
        "{current_repeats}: {why}. A cheap "
        "probe's CV moves by {noise:.4f} (SD) from one split to another, so splitting them {repeats} × brings it "
        "within ±{wanted:.2g}; which "
        "rows there are moves it by {sampling:.4f}, and no repeats lessen that",
        "to have them: {line}",
        "別の fold が適切です: {current} × {current_repeats} より {splitter}、{n_splits} fold × {repeats}（{why}）。"
        "簡易な CV は分け方で "
        "{noise:.4f}（SD）動くため、{repeats} 回の繰り返しで ±{wanted:.2g} に収まります。行の選ばれ方では "
        "{sampling:.4f} 動き、"
        "これは繰り返しでは減りません",
        "反映するには: {line}",
    ),
    "AUDIT_FOLDS_REPEATS": Message(
        "the splitter fits ({current}: {why}), but a score would be surer if the rows were split anew {repeats} times instead "
        "of {current_repeats}: a cheap probe's CV moves by {noise:.4f} (SD) from one split to another, and the mean over these "
        "comes within ±{wanted:.2g}; which rows there are moves it by {sampling:.4f}, and no repeats lessen that",
        "to have them: {line}",
        "splitter は適切です（{current}、{why}）が、分け直す回数を {current_repeats} から {repeats} に"
        "増やすとスコアが安定します。簡易な CV は分け方で {noise:.4f}（SD）動き、"
        "この回数の平均なら ±{wanted:.2g} に収まります。行の選ばれ方では "
        "{sampling:.4f} 動き、これは繰り返しでは減りません",
        "反映するには: {line}",
    ),
    "AUDIT_FOLDS_PLAIN": Message(
        "other folds would suit better: {splitter}, {n_splits} folds, instead of {current}: {why}",
        "to have them: {line}",
        "別の fold が適切です: {current} より {splitter}、{n_splits} fold（{why}）",
        "反映するには: {line}",
    ),
    "AUDIT_FOLDS_LARGE_GROUP": Message(
        "one group holds {rows} of {total} rows ({share:.0%}): the fold it is in will be larger than the others, and "
        "its score "
        "says little of anything else",
        "take fewer folds, or see whether the group is really one thing",
        "1 つのグループが {total} 行中 {rows} 行（{share:.0%}）を占めます。その fold だけ大きくなり、"
        "スコアもほぼそのグループだけのものになります",
        "fold を減らすか、本当に 1 つの対象かどうか確かめてください",
    ),
    "AUDIT_FOLDS_FEW_GROUPS": Message(
        "classes that stand in fewer groups than there are folds ({n_splits}): {classes}, {count} in all; in some "
        "folds they are never validated, and in others hardly learned",
        "take fewer folds, collect more, or judge these classes over all folds together (tamesu's scores do)",
        "{count} クラスは fold 数（{n_splits}）より少ないグループにしかありません: {classes}。検証されない fold や、"
        "ほとんど学習できない "
        "fold が生じます",
        "fold を減らすか、データを増やすか、全 fold をまとめて評価してください（tamesu のスコアはそうしています）",
    ),
    "AUDIT_TEST_LIKE": Message(
        "on rows that look like the test, accuracy is {weighed:.3f} instead of {plain:.3f} (out-of-fold, each row "
        "weighed by how "
        "test-like it is; difference {difference:+.3f} [{low:+.3f}, {high:+.3f}], worth {effective:.0f} rows)",
        "expect the leaderboard nearer to {weighed:.3f}, and look at ideas by their gain on these rows too; "
        "audit/test_like.csv has the chance of every row",
        "テストに似た行での accuracy は {plain:.3f} ではなく {weighed:.3f} です（out-of-fold をテストらしさで重み付け、"
        "差 {difference:+.3f} [{low:+.3f}, {high:+.3f}]、{effective:.0f} 行分）",
        "leaderboard は {weighed:.3f} に近いと考え、アイデアの効果はこれらの行でも見てください。"
        "各行のテストらしさは audit/test_like.csv にあります",
    ),
}
