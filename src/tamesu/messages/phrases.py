"""What the verbs say while they work, in English and Japanese."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    "wrote": ("wrote {path}", "書きました: {path}"),
    "guess": ("  {what}: {value}  ({why})", "  {what}: {value}  ({why})"),
    "searching": ("augmentations on held-out images", "学習に使っていない画像での拡張の探索"),
    "tune_head": (
        "held-out loss {plain:.4f}; the {count} candidates that raise it least:",
        "学習に使っていない画像での loss {plain:.4f}。上昇が最も小さい候補 {count} 件:",
    ),
    "queued_idea": (
        "ideas.yaml has it as {name}: tamesu try {recipe} {name}",
        "ideas.yaml に {name} を書きました: tamesu try {recipe} {name}",
    ),
    "match_no_test": ("there are no test images to match", "合わせるテスト画像がありません"),
    "match_differs": (
        "  {name}: train {train:.3g}, test {test:.3g}: they differ (AUC {auc:.2f})",
        "  {name}: 学習 {train:.3g}, テスト {test:.3g}: 異なります (AUC {auc:.2f})",
    ),
    "match_alike": (
        "  {name}: train {train:.3g}, test {test:.3g}: alike (AUC {auc:.2f})",
        "  {name}: 学習 {train:.3g}, テスト {test:.3g}: 同じです (AUC {auc:.2f})",
    ),
    "look_brightness": ("brightness", "明るさ"),
    "look_contrast": ("contrast", "コントラスト"),
    "look_saturation": ("saturation", "彩度"),
    "look_sharpness": ("sharpness", "鮮明さ"),
    "look_warmth": ("warmth (red over blue)", "色温度 (赤/青)"),
    "why_found_policy": (
        "found by tamesu tune on held-out images of {recipe}; density matching promises nothing, try it",
        "tamesu tune が {recipe} の学習に使っていない画像で見つけた拡張。効くかどうかは試して確かめる",
    ),
    "why_match_test": (
        "leads from the look of the training images to that of the test images (pixels only)",
        "学習画像の見た目をテスト画像に近づける（画素だけを使用）",
    ),
    "sheet_recipe": (
        "{recipe}: each image as it is, and as the first job sees it in its first epochs",
        "{recipe}: 元の画像と、最初のジョブが各エポックで見る画像",
    ),
    "sheet_parts": ("single parts at strength {strengths}", "部品ひとつずつ: 強さ {strengths}"),
    "sheet_original": ("original", "元の画像"),
    "sheet_epoch": ("epoch {epoch}", "エポック {epoch}"),
    "sheet_strength": ("strength {strength}", "強さ {strength}"),
    "next": ("next: {command}", "次: {command}"),
    "no_faults": ("no faults found in {folder}", "{folder} に問題はありません"),
    "faults_found": ("{count} faults", "問題 {count} 件"),
    "folds": (
        "{rows} rows in {n_splits} folds, {repeats} repeat(s): folds/{name}",
        "{rows} 行を {n_splits} 分割 × {repeats} 回: folds/{name}",
    ),
    "decoding": ("decoding images", "画像を読み込み中"),
    "training": ("training", "学習中"),
    "run": (
        "run {name}: {todo} of {jobs} jobs to do ({device}, {precision}, {parallel} at once)",
        "run {name}: 全 {jobs} ジョブ中 {todo} 件 ({device}, {precision}, 同時に {parallel} 件)",
    ),
    "nothing_to_do": (
        "run {name}: all {jobs} jobs are done; nothing to do",
        "run {name}: {jobs} ジョブすべて完了済みです。することはありません",
    ),
    "job_done": (
        "{job}: {metric} {score} on {rows} rows ({time})",
        "{job}: {metric} {score} ({rows} 行, {time})",
    ),
    "worker_died": (
        "{job}: its process was ended ({how}); trying it once more from its last checkpoint",
        "{job}: プロセスが終了しました ({how})。最後のチェックポイントからもう一度試します",
    ),
    "worker_died_again": (
        "{job}: its process was ended twice ({how}). SIGKILL mostly means that memory ran out: use --parallel 1, a smaller "
        "batch_size or image.size. What is finished is kept; the same command goes on",
        "{job}: プロセスが 2 回終了しました ({how})。SIGKILL は多くの場合メモリ不足です。--parallel 1 を付けるか、batch_size "
        "か image.size を小さくしてください。済んだ分は残っています。同じコマンドで続きから再開できます",
    ),
    "memory_limits": (
        "{parallel} of {wanted} jobs at once: {free:.1f} GiB of memory are free, and a job may take {each:.1f}; "
        "--parallel overrules",
        "同時に動かすのは {wanted} 件ではなく {parallel} 件です: 空きメモリ {free:.1f} GiB、1 ジョブ最大 {each:.1f} GiB。"
        "--parallel で変えられます",
    ),
    "job_diverged": (
        "{job}: diverged at epoch {epoch}, step {step}: the loss is not a number; lower the learning rate, or set "
        "clip_grad_norm=1",
        "{job}: エポック {epoch} ステップ {step} で発散しました。学習率を下げるか clip_grad_norm=1 を試してください",
    ),
    "left_out": (
        "{count} of {rows} {part} images cannot be read and are left out: {names}",
        "{part} 画像 {rows} 枚中 {count} 枚が読めないため除外します: {names}",
    ),
    "kept_flagged": (
        "{count} of {rows} {part} images cannot be read; their rows keep the class prior and are flagged: {names}",
        "{part} 画像 {rows} 枚中 {count} 枚が読めません。行は残し、クラスの事前確率で予測して印を付けます: {names}",
    ),
    "image_notes": ("images: {count} × {code}", "画像: {count} 件 × {code}"),
    "changed_data": (
        "data changed since run {run}: {count} file(s), first {name}; this is a new run",
        "run {run} の後にデータが変わりました: {count} ファイル (最初は {name})。新しい run になります",
    ),
    "stopped": (
        "stopped by {signal}; everything so far is saved. Go on with the same command",
        "{signal} で停止しました。ここまでの結果は保存済みです。同じコマンドで続きから再開できます",
    ),
    "submission": ("wrote {path}: {rows} rows, {columns}", "書きました: {path} ({rows} 行, {columns})"),
    "overfit_pass": (
        "pass: {count} image(s) memorised in {steps} steps (loss {first:.3f} → {last:.4f})",
        "合格: {count} 枚を {steps} ステップで記憶しました (loss {first:.3f} → {last:.4f})",
    ),
    "overfit_fail": (
        "fail: {count} image(s) not memorised in {steps} steps (loss {first:.3f} → {last:.4f}). Look at: the labels of "
        "these rows ({ids}); inputs in {sheet}; the learning rate ({lr:g}); weight decay; frozen stages ({freeze})",
        "不合格: {count} 枚を {steps} ステップで記憶できません (loss {first:.3f} → {last:.4f})。確認: 行 {ids} のラベル、"
        "入力画像 {sheet}、学習率 ({lr:g})、weight decay、凍結した段数 ({freeze})",
    ),
    "quick": (
        "quick look: {rows} rows, {epochs} epoch(s), no test rows; its score says that things work, not how well",
        "お試し: {rows} 行, {epochs} エポック, テストなし。動作確認用で、スコアの良し悪しは判断できません",
    ),
    "damaged": (
        "run {run}: damaged jobs: {jobs}. `tamesu doctor --repair` moves them aside, then train again",
        "run {run}: 壊れたジョブ: {jobs}。`tamesu doctor --repair` で脇に移してから学習し直してください",
    ),
    "interrupted": (
        "stopped; what is finished is kept, the same command goes on",
        "中断しました。済んだ分は残っています。同じコマンドで続きから実行できます",
    ),
    "disk": (
        "{place}{reason}; what is finished is kept, run the same command again when this is mended",
        "{place}{reason}。済んだ分は残っています。直してから同じコマンドを実行してください",
    ),
    "submission_fits": ("{path} fits {sample}", "{path} は {sample} の形式に合っています"),
    "demo_start": (
        "tamesu demo: {train} real handwritten digits with labels; {test} labels are kept aside as the private leaderboard",
        "tamesu demo: 手書き数字 {train} 枚で学習し、ラベルを伏せた {test} 枚を private leaderboard とします",
    ),
    "demo_again": ("{path} is there already; going on from what is done", "{path} は既にあります。済んだところから続けます"),
    "demo_private": (
        "private score: accuracy {score:.4f} on {rows} digits nobody trained on",
        "private スコア: 学習に使っていない {rows} 枚で accuracy {score:.4f}",
    ),
    "demo_look": (
        "look at {page}, and around in {folder}/: competition.yaml, recipes/base.yaml, ideas.yaml, runs/, submissions/",
        "見るところ: {page} と {folder}/ の competition.yaml, recipes/base.yaml, ideas.yaml, runs/, submissions/",
    ),
    "suggest_auxiliary": (
        "{target!r} is known for the training rows and nobody learns it: an auxiliary loss costs nothing to try",
        "{target!r} は学習行で分かっているのに使われていません。補助ロスは試して損がありません",
    ),
    "noise_measuring": ("measuring the baseline's noise floor", "基準の seed によるばらつきを測定中"),
    "noise": (
        "noise floor: {metric} of a whole CV moves by ±{cv:.4g} with the seed alone (one job: ±{job:.4g}; {seeds} seeds); "
        "gains within ±{rope:.2g} count as the same",
        "ノイズの大きさ: seed を変えるだけで CV の {metric} は ±{cv:.4g} 動きます (1 ジョブでは ±{job:.4g}、{seeds} シード)。"
        "±{rope:.2g} 以内の差は「同じ」とみなします",
    ),
    "noise_unknown": (
        "the noise floor of {metric} is not known: `tamesu try --noise 3` measures it once",
        "{metric} のノイズの大きさは未測定です。`tamesu try --noise 3` で一度測れます",
    ),
    "plan_sees": (
        "up to {pairs} pairs an idea: a true gain of {gain:.2g} in {metric} is kept every other time, smaller ones seldom",
        "1 アイデアあたり最大 {pairs} 組: {metric} の真の改善が {gain:.2g} なら 2 回に 1 回は採用できます。"
        "それより小さい改善はたいてい見逃します",
    ),
    "racing": ("{ideas} idea(s) racing ({left})", "{ideas} 件のアイデアを比較中 ({left})"),
    "race_left": ("at most {jobs} more jobs, {time}", "残り最大 {jobs} ジョブ、{time}"),
    "twin_of": (
        "{idea} is the same run as {other}: told, not trained again",
        "{idea} は {other} と同じ run です。学習し直さず、同じ結果とします",
    ),
    "stacking": ("kept ideas together: {name}", "採用したアイデアを重ねて試します: {name}"),
    "stack_clash": (
        "{idea} contradicts a better idea that was kept, and is left out of the stack",
        "{idea} は、より良い採用済みのアイデアと両立しないため、重ねる対象から外します",
    ),
    "climbing": (
        "climbing: {name} is the new baseline; {count} idea(s) left to try on it",
        "次の段へ: {name} を新しい基準として、残り {count} 件を試します",
    ),
    "all_tried": (
        "every idea has its verdict already; nothing to do",
        "すべてのアイデアに判定があります。することはありません",
    ),
    "history_step": ("{time}  {score:.4f}  {name}", "{time}  {score:.4f}  {name}"),
    "names_are_cards": (
        "names belong to --cards: tamesu ideas --cards {names}",
        "名前は --cards と一緒に書きます: tamesu ideas --cards {names}",
    ),
    "advice": ("advice", "助言"),
    "damaged_verdicts": (
        "{count} file(s) in verdicts/ are damaged and left out: {names}",
        "verdicts/ のファイル {count} 件が壊れているため除きました: {names}",
    ),
    "dropped": ("{idea}: dropped by hand ({path})", "{idea}: 手動で不採用にしました ({path})"),
    "precision": (
        "measuring which precision pays on this machine",
        "この機械でどの精度 (fp32/bf16) が速いか測定中",
    ),
}


def phrase(key: str, language: str | None = None, **values: object) -> str:
    """A phrase, filled in, in the user's language.

    Examples:
        >>> phrase("wrote", "en", path="a.csv")
        'wrote a.csv'
    """
    from tamesu.messages import choose_language

    english, japanese = PHRASES[key]
    return (japanese if (language or choose_language()) == "ja" else english).format(**values)
