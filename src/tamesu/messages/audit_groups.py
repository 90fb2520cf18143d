"""What an audit says of groups that must not be split, of the file that holds them, and of folds."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

BY_BOTH = Phrase("names and pixels agree", "名前と画素が一致")
BY_FORM = Phrase("the names alone; the pixels do not tell", "名前だけ（画素では判断できません）")
RULE_GAP = Phrase("a gap of more than {gap} begins a new group", "差が {gap} を超えると別のグループ")
RULE_ANEW = Phrase("counted anew in each `{inside}`", "番号は `{inside}` ごとに数え直し")
RULE_INSIDE = Phrase("equal numbers are one group", "同じ番号が 1 グループ")
RULE_TEXT = Phrase("equal texts are one group", "同じ文字列が 1 グループ")
RULE_SCENE = Phrase("a group ends where nothing looks alike across", "前後が似ていない所でグループが終わる")
TEST_NONE = Phrase("there are no test rows to compare with", "比べるテスト行はありません")
TEST_UNKNOWN = Phrase(
    "whether the test rows stand in the same groups their names do not tell",
    "テスト行が同じグループに入るかどうかは名前から分かりません",
)
TEST_APART = Phrase(
    "{share:.0%} of the test rows stand in these groups, so the leaderboard will not pay what random folds promise",
    "テスト行のうちこれらのグループに入るのは {share:.0%} なので、ランダム分割のスコアは leaderboard では出ません",
)
TEST_SHARED = Phrase(
    "{share:.0%} of the test rows stand in these groups too, so the leaderboard may pay for the same twins: look at both CVs",
    "テスト行の {share:.0%} も同じグループに入るため、leaderboard でも同じ恩恵がありえます。両方の CV を見てください",
)
FEATURES_NETWORK = Phrase("features of the frozen network", "固定したネットワークの特徴量")
FEATURES_LIKENESS = Phrase("cheap pixel features (no local weights)", "簡易な画素特徴量（ローカルの重みなし）")

ADOPT = Phrase(
    "then `tamesu audit --adopt` writes `groups: {path}` and a splitter that keeps them into "
    "competition.yaml{holds}; scores from before do not compare with those after",
    "`tamesu audit --adopt` を実行すると、competition.yaml に `groups: {path}` とグループを保つ splitter "
    "が書かれます{holds}。以前のスコアとは比べられなくなります",
)
GROUP_CAPTION = Phrase("a group of {count} images", "{count} 枚のグループ")
PAIR_CAPTION = Phrase(
    "neighbours in a group that look least alike (correlation {likeness:.2f})",
    "グループ内で最も似ていない隣どうし（相関 {likeness:.2f}）",
)
# What the file holds, where the finding counts otherwise.
HOLDS_SAME = Phrase("", "")
HOLDS_JOINED = Phrase(
    " (that file holds {all} groups, {count} of them of two rows and more with {rows} rows: {joined} that share a row are one "
    "group there)",
    "（このファイルのグループは {all} 個、うち 2 行以上は {count} 個 {rows} 行です。"
    "同じ行を含む{joined}は 1 つにまとめています）",
)
HOLDS_COPIES = Phrase(
    " (that file holds {all} groups, {count} of them of two rows and more with {rows} rows: copies that lie in one fold "
    "already are among them)",
    "（このファイルのグループは {all} 個、うち 2 行以上は {count} 個 {rows} 行です。同じ fold に入っているコピーも含みます）",
)
JOINED_HIDDEN = Phrase("groups found", "見つかったグループ")
JOINED_COPIES = Phrase("copies", "コピー")
JOINED_OWN = Phrase("groups of competition.yaml", "competition.yaml のグループ")
AND = Phrase("{one} and {other}", "{one}と{other}")
ADOPT_NONE = Phrase(
    "joined, they are one group of all rows, of which no folds can be made: leave the surplus rows out of the train table",
    "まとめると全行が 1 グループになり、fold に分けられません。余分な行を学習の表から外してください",
)

MESSAGES: dict[str, Message] = {
    "AUDIT_LEAK_GROUPS": Message(
        "random folds leak: `{field}` tells which images belong together ({rule}): {groups} groups of {rows} of "
        "{total} rows. "
        "Evidence: {by}: {near:.0%} of neighbours in a group look alike, {far:.0%} of those between groups; about "
        "{precision:.0%} "
        "of the pairs are right. On {features} CV is {random:.3f} with random folds and {grouped:.3f} with groups kept "
        "together "
        "({metric}): {difference:.3f} [{low:.3f}, {high:.3f}] of such a score is memory, not skill; {split:.0%} of "
        "the grouped "
        "rows are validated beside their own group now; {test}",
        "look at the pictures; {adopt}",
        "ランダム分割ではリークします。`{field}` から同じ対象の画像が分かります（{rule}）: {total} 行中 {rows} 行、"
        "{groups} グループ。"
        "根拠: {by}。グループ内の隣どうしは {near:.0%}、グループ間では {far:.0%} が似ており、組のおよそ "
        "{precision:.0%} が正しい組です。"
        "{features}での CV はランダム分割で {random:.3f}、グループを保つと {grouped:.3f}（{metric}）。"
        "差 {difference:.3f} [{low:.3f}, {high:.3f}] は実力ではなく記憶です。"
        "今の fold ではグループの行の {split:.0%} が、同じグループの行で学習した状態で検証されています。{test}",
        "画像を確認してください。{adopt}",
    ),
    "AUDIT_GROUPS_KEPT": Message(
        "the folds keep the groups of `{field}` together ({rule}): {groups} groups of {rows} of {total} rows; {by}. Split at "
        "random they would flatter a score by {difference:.3f} [{low:.3f}, {high:.3f}] ({metric} {random:.3f} instead of "
        "{grouped:.3f} on {features})",
        "nothing needs to be done",
        "今の fold は `{field}` のグループを保っています（{rule}）: {total} 行中 {rows} 行、{groups} グループ。{by}。"
        "ランダムに分けると {difference:.3f} [{low:.3f}, {high:.3f}] 甘くなります"
        "（{features}で {metric} {grouped:.3f} が {random:.3f} に）",
        "何もする必要はありません",
    ),
    "AUDIT_GROUPS_ALSO": Message(
        "`{field}` tells of groups as well ({rule}): {groups} groups of {rows} of {total} rows; {by}; CV {random:.3f} "
        "with random "
        "folds, {grouped:.3f} with these kept together (difference {difference:.3f} [{low:.3f}, {high:.3f}])",
        "compare them with the groups above; `{path}` holds those above",
        "`{field}` からもグループが分かります（{rule}）: {total} 行中 {rows} 行、{groups} グループ。{by}。CV "
        "はランダム分割で "
        "{random:.3f}、これらを保つと {grouped:.3f}（差 {difference:.3f} [{low:.3f}, {high:.3f}]）",
        "上のグループと見比べてください。`{path}` にあるのは上のグループです",
    ),
    "AUDIT_GROUPS_SUSPECT": Message(
        "`{field}` has the form of groups ({rule}): {groups} groups of {rows} of {total} rows. The pixels of "
        "neighbours are not "
        "alike, but on {features} CV is {random:.3f} with random folds and {grouped:.3f} with them kept together ({metric}): "
        "{difference:.3f} [{low:.3f}, {high:.3f}] may be a leak; {test}",
        "ask what `{field}` stands for (patient, photographer, day, place); if test rows come from others, set "
        "`groups:` to it "
        "and take a splitter that keeps groups",
        "`{field}` はグループの形をしています（{rule}）: {total} 行中 {rows} 行、{groups} グループ。"
        "隣どうしの画素は似ていませんが、"
        "{features}での CV はランダム分割で {random:.3f}、グループを保つと {grouped:.3f}（{metric}）。"
        "差 {difference:.3f} [{low:.3f}, {high:.3f}] はリークかもしれません。{test}",
        "`{field}` が何を表すか（患者、撮影者、日、場所）を確かめ、テストが別のものなら `groups:` に指定して、"
        "グループを保つ splitter にしてください",
    ),
    "AUDIT_GROUPS_UNMEASURED": Message(
        "`{field}` tells which images belong together ({rule}): {groups} groups of {rows} of {total} rows; {by}: "
        "{near:.0%} of "
        "neighbours in a group look alike, {far:.0%} of those between groups. What it is worth could not be measured "
        "(too few "
        "groups, or no target); {split:.0%} of these rows are validated beside their own group now; {test}",
        "look at the pictures; {adopt}",
        "`{field}` から同じ対象の画像が分かります（{rule}）: {total} 行中 {rows} 行、{groups} グループ。{by}。"
        "グループ内の隣どうしは "
        "{near:.0%}、グループ間では {far:.0%} が似ています。スコアへの影響は測れません（グループが少ないか目的変数がない）。"
        "今の fold ではこれらの行の {split:.0%} が同じグループの行で学習した状態で検証されています。{test}",
        "画像を確認してください。{adopt}",
    ),
    "AUDIT_GROUPS_HARMLESS": Message(
        "groups, no measurable leak: `{field}` has {groups} groups of {rows} of {total} rows ({rule}); on {features} CV is "
        "{random:.3f} with random folds and {grouped:.3f} with them kept together ({metric}, difference {difference:.3f} "
        "[{low:.3f}, {high:.3f}])",
        "nothing needs to be done; if test rows come from other groups, setting `groups:` costs little",
        "グループはありますが、測れるリークはありません。`{field}`: {total} 行中 {rows} 行、{groups} "
        "グループ（{rule}）。{features}での CV は"
        "ランダム分割で {random:.3f}、グループを保つと {grouped:.3f}（{metric}、差 {difference:.3f} [{low:.3f}, "
        "{high:.3f}]）",
        "何もする必要はありません。テストが別のグループなら、`groups:` を指定しても損はわずかです",
    ),
    "GROUPS_NO_FILE": Message(
        "there is no file {path!r} beside competition.yaml",
        "write it with `tamesu audit`, or name a column of the train table",
        "competition.yaml の横に {path!r} がありません",
        "`tamesu audit` で作るか、学習の表の列名を指定してください",
    ),
    "GROUPS_NO_COLUMN": Message(
        "a file of groups needs a column {column!r}; it has {known}",
        "name the columns as the competition's id column and `group`",
        "グループのファイルには列 {column!r} が必要です（あるのは {known}）",
        "列名を competition.yaml の id 列と `group` にしてください",
    ),
    "GROUPS_TWICE": Message(
        "rows that stand in two groups: {count} (line {lines})",
        "leave one line for each id",
        "{count} 行が 2 つのグループに入っています（{lines} 行目）",
        "id ごとに 1 行だけ残してください",
    ),
    "GROUPS_MISSING": Message(
        "rows without a group: {rows}: {examples}",
        "add them, each with a group of its own where it belongs to none; or run `tamesu audit` again",
        "{rows} 行にグループがありません: {examples}",
        "行を加えてください（どれにも属さない行は 1 行だけのグループに）。`tamesu audit` をやり直しても構いません",
    ),
    "ADOPT_BY_HAND": Message(
        "the file leaves no safe place for a change",
        "write these lines by hand: {lines}",
        "安全に書き換えられる場所がありません",
        "次の行を手で書いてください: {lines}",
    ),
}
