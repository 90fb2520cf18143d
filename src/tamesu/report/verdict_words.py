"""The words about verdicts, in English and Japanese: table, plots and page of what `tamesu try` found."""

from __future__ import annotations

from tamesu.messages.message import Phrase

VERDICT_WORDS: dict[str, Phrase] = {
    # the verdicts
    "verdict_keep": Phrase("keep", "採用"),
    "verdict_drop": Phrase("drop", "不採用"),
    "verdict_same": Phrase("same", "差なし"),
    "verdict_undecided": Phrase("undecided", "未決"),
    "because_decided": Phrase("The pairs decided it.", "ペアの結果だけで決まりました。"),
    "because_failed": Phrase("A job of it diverged.", "ジョブが発散しました。"),
    "because_hopeless": Phrase("The race stopped it before its pairs were all trained.", "レースの途中で打ち切りました。"),
    "because_plan": Phrase("The pairs planned are all trained.", "予定したペアをすべて学習しました。"),
    "because_budget": Phrase("The budget ended first.", "先に予算が尽きました。"),
    "because_identical": Phrase("It trains the very run of the baseline.", "ベースラインとまったく同じ実行になります。"),
    "because_hand": Phrase("Decided by hand.", "手動で決めました。"),
    # a race while it runs
    "race_waiting": Phrase("waiting", "待機中"),
    "race_running": Phrase("running", "学習中"),
    "race_going_on": Phrase("going on", "続行"),
    "race_stopped": Phrase("stopped", "打ち切り"),
    "race_failed": Phrase("failed", "失敗"),
    # columns
    "idea": Phrase("idea", "アイデア"),
    "change": Phrase("change", "変更"),
    "keys": Phrase("{count} keys", "{count} 項目"),
    "pair_column": Phrase("pairs", "ペア"),
    "gain": Phrase("gain", "改善幅"),
    "interval": Phrase("95 % interval", "95 % 区間"),
    "better": Phrase("better", "改善確率"),
    "same_share": Phrase("same", "差なし確率"),
    "worse": Phrase("worse", "悪化確率"),
    "cost": Phrase("cost", "コスト"),
    "verdict": Phrase("verdict", "判定"),
    "chance": Phrase("chance", "採用見込み"),
    "baseline": Phrase("baseline", "ベースライン"),
    "recipe": Phrase("recipe", "レシピ"),
    "metric": Phrase("metric", "指標"),
    # sentences below a table
    "say_direction": Phrase(
        "{metric}: larger is better; a gain is an improvement.", "{metric}: 大きいほど良い指標。改善幅は＋が改善です。"
    ),
    "say_loss": Phrase(
        "{metric}: smaller is better; a gain is an improvement all the same: + means a smaller {metric}.",
        "{metric}: 小さいほど良い指標。改善幅は向きをそろえてあり、＋なら {metric} が下がっています。",
    ),
    "say_rope": Phrase("Gains within ±{rope} count as the same.", "±{rope} 以内の差は「差なし」とみなします。"),
    "say_rope_quarter": Phrase(
        "Gains within ±{rope} count as the same (a quarter of the seed noise).",
        "±{rope} 以内の差は「差なし」とみなします (シードによるブレの 1/4)。",
    ),
    "say_noise": Phrase(
        "Seed noise {noise}: how much the baseline's CV moves when only the seed changes.",
        "シードによるブレ {noise}: シードだけを変えたときにベースラインの CV が動く幅です。",
    ),
    "say_drowned": Phrase("* smaller than the seed noise: {ideas}.", "* シードによるブレより小さい改善幅: {ideas}。"),
    "say_more": Phrase("{idea}: about {count} more pairs would decide.", "{idea}: あと約 {count} ペアで決まる見込みです。"),
    "say_no_more": Phrase(
        "{idea}: at this gain no number of further seeds would decide.",
        "{idea}: 今の改善幅では、シードを増やしても決まる見込みがありません。",
    ),
    "say_hopeless": Phrase(
        "{idea}: stopped by the race (chance of a keep with all its pairs: {chance}).",
        "{idea}: レースで打ち切り (予定のペアをすべて学習しても採用になる確率 {chance})。",
    ),
    "say_stopped": Phrase("{idea}: stopped by the race.", "{idea}: レースで打ち切り。"),
    "say_budget": Phrase("{idea}: the budget ended before it was decided.", "{idea}: 決まる前に予算が尽きました。"),
    "say_identical": Phrase("{idea}: the very run of the baseline.", "{idea}: ベースラインとまったく同じ実行です。"),
    "say_twin": Phrase("{idea}: the same run as {twin}.", "{idea}: {twin} と同じ実行です。"),
    "say_hand": Phrase("{idea}: decided by hand.", "{idea}: 手動で決めました。"),
    "say_forced": Phrase(
        "{idea}: tried with --force, against competition.yaml, which forbids or does not declare {symmetries}; labels stayed.",
        "{idea}: competition.yaml で禁止または未宣言の {symmetries} を --force で試しました。ラベルは変えていません。",
    ),
    "say_failed": Phrase(
        "{idea}: diverged in {jobs}; its gain counts only the jobs that did not.",
        "{idea}: {jobs} で発散しました。改善幅は発散しなかったジョブだけの値です。",
    ),
    "say_second": Phrase(
        "{idea}: the second opinion disagrees: over images drawn anew the 95 % interval is {interval}.",
        "{idea}: 画像のブートストラップでは 95 % 区間が {interval} となり、判定と食い違います。",
    ),
    "say_false_keeps": Phrase(
        "Of {count} kept by their pairs, expected to be false: at most {false}.",
        "ペアの結果で採用した {count} 件のうち、誤りの期待値は最大 {false} 件です。",
    ),
    "no_verdicts": Phrase("No verdict yet.", "判定はまだありません。"),
    "more_ideas": Phrase("... {count} more", "... 他 {count} 件"),
    "note_drowned": Phrase(
        "Kept, though the gain is smaller than the seed noise: {ideas}.", "シードによるブレより小さい改善幅で採用: {ideas}。"
    ),
    # the page
    "section_verdicts": Phrase("Verdicts", "判定"),
    "forest_title": Phrase("Gain in {metric} over the baseline", "ベースラインに対する {metric} の改善幅"),
    "forest_note": Phrase(
        "Bar: 95 % interval; symbol: mean gain; dots: single pairs (repeat, fold, seed). "
        "Grey band: counts as the same; dashed: seed noise.",
        "横線: 95 % 区間、記号: 平均の改善幅、点: 各ペア (反復・fold・シード)。"
        "灰色の帯: 差なしとみなす範囲、破線: シードによるブレ。",
    ),
    "forest_beyond": Phrase("At the edge, beyond the axis: {count} dots.", "軸の外にある {count} 点は端に表示しています。"),
    "no_pairs": Phrase("no pairs", "ペアなし"),
    "worse_side": Phrase("worse", "悪化"),
    "better_side": Phrase("better", "改善"),
    "details": Phrase("Details of each verdict", "判定ごとの詳細"),
    "why": Phrase("why", "理由"),
    "expected": Phrase("expected", "予想"),
    "note": Phrase("note", "メモ"),
    "probabilities": Phrase("probabilities", "確率"),
    "probability_words": Phrase(
        "better {better}, same {same}, worse {worse}; a verdict needs {level}",
        "改善 {better}、差なし {same}、悪化 {worse} (判定には {level} が必要)",
    ),
    "cost_words": Phrase(
        "{cost} of the baseline's training time ({idea} beside {baseline} a job)",
        "学習時間はベースラインの {cost} (1 ジョブあたり {idea}、ベースライン {baseline})",
    ),
    "second_opinion": Phrase("second opinion", "ブートストラップ"),
    "second_words": Phrase(
        "images or groups drawn anew ({units} of them, {draws} draws), networks as they are: "
        "95 % interval {interval}, better {better}",
        "画像 (またはグループ) {units} 件を {draws} 回引き直し。モデルはそのまま: 95 % 区間 {interval}、改善確率 {better}",
    ),
    "second_disagrees": Phrase(
        "It disagrees with the verdict: the gain may be one of these very images.",
        "判定と食い違います。たまたまこの画像の組み合わせで出た差かもしれません。",
    ),
    "reached": Phrase("reached", "日時"),
    "commit": Phrase("commit", "コミット"),
    "commit_changed": Phrase("with changes not committed", "未コミットの変更あり"),
    "idea_run": Phrase("run of the idea", "アイデアの実行"),
    "baseline_run": Phrase("run of the baseline", "ベースラインの実行"),
    "noise": Phrase("seed noise", "シードによるブレ"),
    "changes": Phrase("Changes", "変更"),
    "no_changes": Phrase("none", "なし"),
    "by_pair": Phrase("Pair by pair", "ペアごと"),
    "pairs_some": Phrase(
        "The first {shown} of {total} pairs; the file {file} has them all.",
        "全 {total} ペアのうち先頭 {shown} ペア。すべては {file} にあります。",
    ),
    "by_fold": Phrase("Gain per fold", "fold ごとの改善幅"),
    "by_class": Phrase("Gain per class, worst first", "クラスごとの改善幅 (悪い順)"),
    "class_worst": Phrase("Classes that lose most", "最も悪化したクラス"),
    "class_best": Phrase("Classes that gain most", "最も改善したクラス"),
    "class_undefined": Phrase("undefined for {count} classes", "{count} クラスは未定義"),
    # score over time
    "section_history": Phrase("Score over time", "スコアの推移"),
    "history_title": Phrase("{metric} over the verdicts", "判定を重ねた {metric} の推移"),
    "history_note": Phrase(
        "Each symbol is a verdict, in the order reached; line: best so far, numbers: ideas adopted.",
        "記号は判定 (出た順)、線はここまでの最良、数字は採り入れたアイデア。",
    ),
    "history_empty": Phrase("No verdict with a score yet.", "スコアのある判定はまだありません。"),
    "history_left_out": Phrase("{count} verdicts without a score are left out.", "スコアのない {count} 件の判定は除きました。"),
    "history_beyond": Phrase("At the edge, beyond the axis: {count}.", "軸の外にある {count} 件は端に表示しています。"),
    "best_so_far": Phrase("best so far", "ここまでの最良"),
    "steps": Phrase("Ideas adopted", "採り入れたアイデア"),
    # headline of the page of verdicts
    "ideas_tried": Phrase("ideas tried", "試したアイデア"),
    "kept": Phrase("kept", "採用"),
    "dropped": Phrase("dropped", "不採用"),
    "count_same": Phrase("the same", "差なし"),
    "count_undecided": Phrase("undecided", "未決"),
    "pairs_trained": Phrase("pairs", "ペア"),
    "false_keeps": Phrase("expected false keeps", "誤採用の期待値"),
    "at_most": Phrase("at most {count}", "最大 {count}"),
    "unknown": Phrase("unknown", "不明"),
    "made_verdicts": Phrase(
        "Made by tamesu {version} out of the ledger in verdicts/; this file needs no network.",
        "tamesu {version} が verdicts/ の台帳から作成。このファイルはネットワークなしで開けます。",
    ),
}
