"""Messages about submission."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    "SUBMISSION_NO_SAMPLE": Message(
        "the competition names no sample submission, so the host's format is not known",
        "write `submission: {{sample: sample_submission.csv}}` in competition.yaml",
        "投稿ファイルの見本が指定されていないため、形式がわかりません",
        "competition.yaml に `submission: {{sample: sample_submission.csv}}` と書いてください",
    ),
    "SUBMISSION_NONE": Message(
        "there is no submission yet",
        "`tamesu submit` writes one",
        "提出ファイルがまだありません",
        "`tamesu submit` で作れます",
    ),
    "SUBMISSION_UNKNOWN": Message(
        "there is no submission {name!r}, or more than one begins like this",
        "name one of: {known}",
        "提出ファイル {name!r} がないか、そう始まるものが複数あります",
        "次の一つを指定してください: {known}",
    ),
    "SUBMISSION_READ_AS": Message(
        "the sample asks for {what}",
        "if that is wrong, say so: `platform: {{<name>: {{answer: label}}}}` (or code, probability, ranked)",
        "見本から、提出するのは{what}と判断しました",
        "違う場合は `platform: {{<名前>: {{answer: label}}}}`(または code, probability, ranked)と書いてください",
    ),
    "SUBMISSION_ANSWER": Message(
        "what column {column!r} is to hold cannot be told from the sample ({examples})",
        "write `platform: {{<name>: {{answer: ...}}}}` under `submission`, with one of: {choices}",
        "見本({examples})からは、列 {column!r} に何を書くのか決められません",
        "`submission` の下に `platform: {{<名前>: {{answer: ...}}}}` と書いてください。選択肢: {choices}",
    ),
    "SUBMISSION_POSITIVE": Message(
        "column {column!r} asks for one probability, and it does not say of which label: {labels}",
        "write `platform: {{<name>: {{positive: <label>}}}}` under `submission`",
        "列 {column!r} には確率を 1 つ書きますが、どのラベルの確率かわかりません: {labels}",
        "`submission` の下に `platform: {{<名前>: {{positive: <ラベル>}}}}` と書いてください",
    ),
    "SUBMISSION_COLUMNS": Message(
        "the columns do not fit: missing {missing}; not asked for {extra}",
        "make the columns exactly those of the sample; one column per label must be named as the labels are",
        "列が合いません。足りない列: {missing}、余分な列: {extra}",
        "見本とまったく同じ列にしてください。ラベルごとの列は、ラベルと同じ名前でなければなりません",
    ),
    "SUBMISSION_ROWS": Message(
        "the rows do not fit: {missing} ids of the sample are missing (such as {missing_examples}), {extra} are not in it "
        "(such as {extra_examples}), {doubled} stand twice (such as {doubled_examples})",
        "predict exactly the rows of the sample: look whether the test table and the sample belong together",
        "行が合いません。見本にあって足りない id: {missing} 件(例: {missing_examples})、見本にない id: {extra} 件"
        "(例: {extra_examples})、重複した id: {doubled} 件(例: {doubled_examples})",
        "見本と同じ行を予測してください。テストの表と見本が対応しているか確かめてください",
    ),
    "SUBMISSION_ROW_COUNT": Message(
        "there are {found} rows, and the sample has {wanted}; without an id column they go by order",
        "predict exactly the rows of the sample, or take the sample that has the ids",
        "{found} 行ありますが、見本は {wanted} 行です(id の列がないため、順番で対応させます)",
        "見本と同じ行数を予測するか、id の列がある見本を使ってください",
    ),
    "SUBMISSION_NO_IDS": Message(
        "the sample has no id column: rows stand in the order of the test table",
        "look whether that is the order the host wants",
        "見本に id の列がないため、テストの表の順に書きました",
        "主催者の求める順番かどうか確かめてください",
    ),
    "SUBMISSION_REORDERED": Message(
        "the {what} stand in another order than in the sample; they were matched by name",
        "nothing needs to be done; tamesu writes the sample's order",
        "{what}の順番が見本と違うため、名前で対応させました",
        "対応は不要です。tamesu は見本の順番で書き出します",
    ),
    "SUBMISSION_ENDING": Message(
        "the sample's ids have file endings that ours have not, or the reverse ({examples}); they were matched without",
        "nothing needs to be done; the sample's spelling is written",
        "見本の id と手元の id で拡張子の有無が違うため({examples})、拡張子を除いて対応させました",
        "対応は不要です。見本どおりの id を書き出します",
    ),
    "SUBMISSION_NOT_FINITE": Message(
        "{count} answers are blank, NaN or infinite (lines {lines}; {examples})",
        "look into the run that predicted them; nothing was written",
        "{count} 件の答えが空、NaN、または無限大です({lines} 行目、{examples})",
        "予測した run を調べてください。ファイルは書き出していません",
    ),
    "SUBMISSION_NOT_A_NUMBER": Message(
        "{count} answers in column {column!r} are words where the sample has numbers (lines {lines}; {examples})",
        "look at the host's rules: a sample often holds 0 in place of a label",
        "列 {column!r} の見本は数値ですが、{count} 件の答えが数値ではありません({lines} 行目、{examples})",
        "主催者の説明を確かめてください。見本ではラベルの代わりに 0 が入っていることもあります",
    ),
    "SUBMISSION_DELIMITER": Message(
        "the cells are divided by {found}, and in the sample by {wanted}",
        "write the file as the sample is written",
        "区切り文字が {found} ですが、見本では {wanted} です",
        "見本と同じ区切り文字で書いてください",
    ),
    "SUBMISSION_SEPARATOR": Message(
        "labels in one cell are divided by {separator!r}, and this stands inside a label: {examples}",
        "the host must want something else; look at its rules",
        "1 つのセルのラベルを {separator!r} で区切りますが、ラベルの中にも含まれています: {examples}",
        "主催者の説明を確かめてください",
    ),
    "SUBMISSION_ENCODING": Message(
        "the sample is written in {encoding}, which cannot hold {examples}",
        "save the sample as UTF-8, if the host accepts that",
        "見本の文字コード {encoding} では {examples} を書けません",
        "主催者が認めるなら、見本を UTF-8 で保存し直してください",
    ),
    "SUBMISSION_FALLBACK": Message(
        "{count} rows hold the class prior, since their images cannot be read: {examples}",
        "look at these images",
        "{count} 行は画像を読めないため、クラスの事前確率で答えています: {examples}",
        "これらの画像を確かめてください",
    ),
    "SUBMISSION_NO_LABEL": Message(
        "{count} rows have no label at all, none being above {threshold}",
        "where the host wants one at least, lower `threshold` under `platform`",
        "{count} 行では確率 {threshold} 以上のラベルがなく、空になります",
        "少なくとも 1 つ必要なら、`platform` の `threshold` を下げてください",
    ),
    "SUBMISSION_SPELLING": Message(
        "cells such as {examples} would not be read back as they are, in the sample's format",
        "rename these ids or labels; nothing was written",
        "見本の形式では、{examples} などのセルを正しく書けません",
        "これらの id やラベルの名前を変えてください。ファイルは書き出していません",
    ),
}
