"""Messages about runs: their files, locks and states."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "RUN_NONE": Message(
        "there is no run yet",
        "train one: `tamesu train base`",
        "run がまだありません",
        "`tamesu train base` で学習してください",
    ),
    "RUN_UNKNOWN": Message(
        "there is no run {name!r}",
        "the runs are: {known}",
        "run {name!r} はありません",
        "ある run: {known}",
    ),
    "RUN_AMBIGUOUS": Message(
        "{name!r} is the beginning of several runs",
        "write more of one of: {known}",
        "{name!r} で始まる run が複数あります",
        "次のどれかがわかるまで続きを書いてください: {known}",
    ),
    "RUN_DAMAGED": Message(
        "this run cannot be opened: {detail}",
        "`tamesu doctor --repair` moves it aside; `tamesu train` makes it anew",
        "この run は開けません: {detail}",
        "`tamesu doctor --repair` で脇に移し、`tamesu train` で作り直してください",
    ),
    "RUN_NOT_FINISHED": Message(
        "no seed of this run has all its folds trained",
        "go on with `tamesu train {recipe}`",
        "この run には全 fold が済んだ seed がありません",
        "`tamesu train {recipe}` で続けてください",
    ),
    "RUN_NO_TEST": Message(
        "this run predicted no test rows",
        "write `test:` into competition.yaml and train; a quick look never predicts them",
        "この run はテスト行を予測していません",
        "competition.yaml に `test:` を書いて学習してください。--quick は予測しません",
    ),
    "RUN_OTHER_DATA": Message(
        "the labels of {target} are not those this run was trained on",
        "bring the table back, or train again: the run of the changed table gets a name of its own",
        "{target} のラベルが、この run を学習したときと違います",
        "表を戻すか、学習し直してください。変えた表の run は別の名前になります",
    ),
    "RUN_COPY": Message(
        "this is a copy of {other}: the same run under another name",
        "delete or move away one of the two; it is not counted twice",
        "{other} と同じ run の複製です",
        "どちらかを消すか移してください。二重には数えません",
    ),
    "RUN_LEFTOVER": Message(
        "a temp file that a killed process left",
        "`tamesu doctor --repair` removes it",
        "強制終了されたプロセスの一時ファイルです",
        "`tamesu doctor --repair` で消せます",
    ),
    "FOLDS_DAMAGED": Message(
        "the fold table is damaged: {detail}",
        "bring it back from a copy, or remove it and run `tamesu split`: the same settings give the same folds",
        "分割表が壊れています: {detail}",
        "控えから戻すか、消して `tamesu split` してください。同じ設定なら同じ分割になります",
    ),
    "JOB_DAMAGED": Message(
        "damaged: {detail}",
        "`tamesu doctor --repair` moves the job aside; `tamesu train` trains it again",
        "壊れています: {detail}",
        "`tamesu doctor --repair` で脇に移し、`tamesu train` で学習し直してください",
    ),
    "JOURNAL_TORN": Message(
        "the journal has {bytes} torn bytes at its end and bad lines {lines}; whole records are kept",
        "nothing to do: `tamesu train` or `tamesu doctor --repair` moves the torn end into a side file",
        "記録の末尾 {bytes} バイトと行 {lines} が壊れています。無事な記録は残ります",
        "操作は不要です。`tamesu train` か `tamesu doctor --repair` が壊れた末尾を別ファイルに移します",
    ),
    "DEVICE_UNKNOWN": Message(
        "there is no device {name!r} here",
        "take one of: auto, {known}",
        "デバイス {name!r} はここにありません",
        "次から選んでください: auto, {known}",
    ),
    "PARALLEL_WRONG": Message(
        "{value!r} is not a number of jobs to run at once",
        "set it to a whole number from 1, or unset it",
        "{value!r} は同時に動かすジョブの数ではありません",
        "1 以上の整数にするか、設定を外してください",
    ),
    "JOB_OTHER_DATA": Message(
        "the rows, labels, images or plugins are no longer those of this run",
        "bring the files back, or run the same command again: changed data make a run with a name of its own",
        "行・ラベル・画像・プラグインのどれかが、この run のものではなくなりました",
        "ファイルを戻すか、同じコマンドをもう一度実行してください。変えたデータの run は別の名前になります",
    ),
    "IMAGES_NONE": Message(
        "there is no image in this folder",
        "name a folder that holds JPEG, PNG, WebP, TIFF, GIF, BMP or AVIF files",
        "このフォルダに画像がありません",
        "JPEG, PNG, WebP, TIFF, GIF, BMP, AVIF のあるフォルダを指定してください",
    ),
    "IMAGES_UNREADABLE": Message(
        "not one training image can be read",
        "look at the first reasons below; `train.image` in competition.yaml says where the images are",
        "読める学習画像が 1 枚もありません",
        "下の理由を見てください。画像の場所は competition.yaml の `train.image` です",
    ),
    "FOLDER_READ_ONLY": Message(
        "this folder may not be written to",
        "make it yours, or copy the competition to a folder that is",
        "このフォルダには書き込めません",
        "書き込めるようにするか、書き込めるフォルダにコンペを複製してください",
    ),
    "FOLDER_NO_COMPETITION": Message(
        "there is no competition.yaml here",
        "go to the competition's folder, name it with --folder, or start one with `tamesu init`",
        "competition.yaml がありません",
        "コンペのフォルダへ移るか --folder で指定するか、`tamesu init` で始めてください",
    ),
}
