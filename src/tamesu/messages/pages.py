"""The words of the local pages, and why a request is refused."""

from __future__ import annotations

from tamesu.messages import pages_augmentations, pages_ensembles, pages_gallery, pages_relabel, pages_words
from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "PAGE_NO_IDEA": Message(
        "ideas.yaml has no idea {name!r}",
        "add it there, or try one of those that are there",
        "ideas.yaml にアイデア {name!r} がありません",
        "ideas.yaml に書き足すか、そこにあるアイデアを選んでください",
    ),
    "PAGE_NO_RECIPE": Message(
        "there is no recipe {name!r}",
        "these are there: {known}",
        "レシピ {name!r} がありません",
        "あるもの: {known}",
    ),
    "PAGE_BUSY": Message(
        "{idea!r} is being tried already",
        "wait for its verdict, or stop it: what is trained is kept",
        "すでに {idea!r} を試しています",
        "判定を待つか、停止してください。学習済みの分は残ります",
    ),
    "PAGE_NOTHING_RUNS": Message(
        "nothing that was begun on a page is running",
        "what was begun in a terminal ends there, with Ctrl-C",
        "ページから始めたもので実行中のものはありません",
        "ターミナルで始めたものは、そのターミナルで Ctrl-C を押して止めてください",
    ),
    "PAGE_NO_RUN": Message(
        "there is no run {name!r}",
        "the page of runs lists all that are there",
        "run {name!r} がありません",
        "ある run は run のページに並んでいます",
    ),
    "PAGE_NO_IMAGE": Message(
        "there is no image with the id {id!r}",
        "the page of the data lists all that are there",
        "id {id!r} の画像がありません",
        "ある画像はデータのページに並んでいます",
    ),
    "PAGE_RUN_BUSY": Message(
        "a process is working on the run {name!r}",
        "stop it first",
        "run {name!r} は実行中です",
        "先に停止してください",
    ),
    "PAGE_RUNS_FEW": Message(
        "{count} runs are chosen, and a comparison needs 2 to {most}",
        "choose them on the page of runs",
        "比較には 2～{most} 個の run が必要ですが、選ばれているのは {count} 個です",
        "run のページで選んでください",
    ),
    "PAGE_NOT_FOUND": Message(
        "there is nothing at this address",
        "begin again at /competition",
        "このアドレスには何もありません",
        "/competition から開き直してください",
    ),
    "PAGE_BODY": Message(
        "the body of the request is not what this address takes",
        "see docs/pages.md for what a program sends",
        "リクエストの本文が、このアドレスの受け取る形ではありません",
        "プログラムから送る形は docs/pages.md にあります",
    ),
    "PAGE_BROKEN": Message(
        "something went wrong while this page was made; the terminal in which `tamesu ui` runs says what",
        "the other pages go on working; `tamesu doctor` looks for damaged files",
        "このページの作成中に問題が起きました。詳細は `tamesu ui` を実行しているターミナルに出ています",
        "他のページは使えます。ファイルの破損は `tamesu doctor` で調べられます",
    ),
    "UI_PORT_TAKEN": Message(
        "port {port} is taken",
        "choose another with --port, or --port 0 for any that is free",
        "ポート {port} は使用中です",
        "--port で別の番号を指定するか、--port 0 で空いているものを選ばせてください",
    ),
    "UI_HOST": Message(
        "cannot listen on {host}: {reason}",
        "leave out --host, or name an address of this machine",
        "{host} で待ち受けできません: {reason}",
        "--host を外すか、このマシンのアドレスを指定してください",
    ),
    "UI_HOST_NEEDS_TOKEN": Message(
        "--host {host} lets other machines in, and there is no token for them",
        "set TAMESU_UI_TOKEN to at least {shortest} random letters; better: leave out --host and use an SSH tunnel",
        "--host {host} では他のマシンからも開けますが、トークンがありません",
        "TAMESU_UI_TOKEN に {shortest} 文字以上のランダムな文字列を設定してください。"
        "--host を外して SSH トンネルを使う方が安全です",
    ),
    "UI_EXTRA": Message(
        "the local pages need packages that are not installed ({name})",
        "pip install 'tamesu[ui]'",
        "ローカルページに必要なパッケージが入っていません ({name})",
        "pip install 'tamesu[ui]' を実行してください",
    ),
    **pages_augmentations.MESSAGES,
    **pages_ensembles.MESSAGES,
    **pages_relabel.MESSAGES,
    **pages_gallery.MESSAGES,
}

# Shown to whom was refused, in both languages.
REFUSALS: dict[str, Phrase] = {
    "host": Phrase("Refused: these pages are not at this address.", "拒否しました: このアドレスではページを開けません。"),
    "method": Phrase("Refused: no such method here.", "拒否しました: このメソッドは使えません。"),
    "origin": Phrase("Refused: the request comes from another page.", "拒否しました: 別のページからのリクエストです。"),
    "site": Phrase("Refused: the request comes from another page.", "拒否しました: 別のページからのリクエストです。"),
    "key": Phrase(
        "Open the address that `tamesu ui` printed in its terminal; after a restart it is another one.",
        "`tamesu ui` がターミナルに表示したアドレスを開いてください。再起動するとアドレスは変わります。",
    ),
    "once": Phrase(
        "This address works once, and was used already. Is the page still open in that browser, go on there; "
        "else start `tamesu ui` again.",
        "このアドレスは一度しか使えず、すでに使われています。同じブラウザで開いたページがあればそこで続け、"
        "なければ `tamesu ui` を起動し直してください。",
    ),
    "websocket": Phrase("Refused: there are no websockets here.", "拒否しました: WebSocket はありません。"),
    "json": Phrase("Refused: only JSON is taken here.", "拒否しました: JSON だけを受け付けます。"),
    "length": Phrase("Refused: the body is longer than anything needed here.", "拒否しました: 本文が長すぎます。"),
    "slow": Phrase("Refused: the request did not arrive in time.", "拒否しました: リクエストが時間内に届きませんでした。"),
}

PHRASES: dict[str, Phrase] = {
    "ui_open": Phrase(
        "open {address} (this address works once)", "{address} を開いてください (このアドレスは一度だけ使えます)"
    ),
    "ui_token": Phrase("for programs: the token is in {path}", "プログラム用のトークン: {path}"),
    "ui_no_token": Phrase(
        "the folder is read-only: pages open, nothing can be started, and programs have no token",
        "フォルダが読み取り専用です。ページは開けますが、実行の開始とプログラムからの利用はできません",
    ),
    "ui_wide": Phrase(
        "other machines can reach these pages over plain http; whoever listens on the network can read along",
        "他のマシンからも平文の http で開けます。ネットワーク上で盗み見られるおそれがあります",
    ),
    "ui_stop": Phrase("Ctrl-C ends it; what is being tried goes on", "Ctrl-C で終了します。試している最中のものは続きます"),
    **pages_words.PHRASES,
    **pages_augmentations.PHRASES,
    **pages_ensembles.PHRASES,
    **pages_relabel.PHRASES,
    **pages_gallery.PHRASES,
}


def say(key: str | Phrase, language: str, **values: object) -> str:
    """Words of the pages in a language, placeholders filled.

    Args:
        key: of `PHRASES`, or a phrase itself.
        language: `en` or `ja`.
        **values: fill the placeholders.

    Examples:
        >>> say("runs", "en"), say("jobs_done", "ja", done=3, jobs=5)
        ('Runs', '3 / 5 ジョブ')
    """
    phrase = PHRASES[key] if isinstance(key, str) else key
    return phrase.say(language).format(**values)
