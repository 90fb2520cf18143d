"""Messages about the files a user writes by hand: competition, recipes, ideas, and changes on the command line."""

from __future__ import annotations

from tamesu.messages.message import Message

MESSAGES: dict[str, Message] = {
    # The file as a whole
    "CONFIG_NO_FILE": Message(
        "there is no such file",
        "check the name; there are: {known}",
        "ファイルがありません",
        "名前を確かめてください。あるもの: {known}",
    ),
    "CONFIG_UNREADABLE": Message(
        "the file cannot be read ({reason})",
        "check that it is an ordinary file that you may read",
        "ファイルを読めません ({reason})",
        "読み取れる通常のファイルか確かめてください",
    ),
    "CONFIG_TOO_LARGE": Message(
        "the file is too large for one written by hand ({size}; the limit is {limit})",
        "keep settings here, and data in tables",
        "手書きのファイルとしては大きすぎます ({size}、上限 {limit})",
        "ここには設定だけを書き、データは表に置いてください",
    ),
    "CONFIG_ENCODING": Message(
        "the text is not UTF-8",
        "save the file as UTF-8",
        "文字コードが UTF-8 ではありません",
        "UTF-8 で保存し直してください",
    ),
    "CONFIG_EMPTY": Message(
        "the file is empty",
        "write the keys it needs, or make it anew with `tamesu init`",
        "ファイルが空です",
        "必要なキーを書くか、`tamesu init` で作り直してください",
    ),
    "CONFIG_SYNTAX": Message(
        "this cannot be read: {problem}",
        "mend this line or the one before it",
        "読み取れません: {problem}",
        "この行か一つ前の行を直してください",
    ),
    "CONFIG_TOO_DEEP": Message(
        "brackets or indents are nested more than {limit} deep",
        "write it flatter",
        "入れ子が {limit} 段を超えています",
        "入れ子を浅くしてください",
    ),
    "CONFIG_ALIASES": Message(
        "the aliases (`*name`) repeat too much, or repeat themselves",
        "write the values out, or let the recipe say `from:` another one",
        "エイリアス (`*name`) の繰り返しが多すぎるか、自分自身を指しています",
        "値を直接書くか、`from:` で別のレシピを引き継いでください",
    ),
    "CONFIG_UNSAFE_TAG": Message(
        "the tag {tag} is not allowed: this file is data, not a program",
        "remove the tag and write the value itself",
        "タグ {tag} は使えません。このファイルはデータであり、プログラムではありません",
        "タグを消して値そのものを書いてください",
    ),
    "CONFIG_SECRET": Message(
        "this looks like a pasted key, token or password (not shown)",
        "take it out of the file, and make a new one if the file was shared; tamesu needs no key here",
        "鍵・トークン・パスワードらしきものが書かれています（値は表示しません）",
        "ファイルから消し、共有済みなら作り直してください。ここに鍵は不要です",
    ),
    # Keys
    "CONFIG_DUPLICATE_KEY": Message(
        "the key {key!r} stands here twice (first on line {first})",
        "keep one of the two",
        "キー {key!r} が二度書かれています（最初は {first} 行目）",
        "どちらか一つを残してください",
    ),
    "CONFIG_UNKNOWN_KEY": Message(
        "there is no key {key!r} here",
        "the keys here are: {known}",
        "ここに {key!r} というキーはありません",
        "使えるキー: {known}",
    ),
    "CONFIG_MISSING_KEY": Message(
        "the key {key!r} is missing",
        "add it: `{key}: ...`",
        "キー {key!r} がありません",
        "`{key}: ...` を書き足してください",
    ),
    "CONFIG_AMBIGUOUS_KEY": Message(
        "{key!r} stands {count} times in this list",
        "write the whole list anew, so that it is clear which one is meant",
        "{key!r} はこのリストに {count} 回あります",
        "どれを指すか明らかになるよう、リスト全体を書き直してください",
    ),
    # Values
    "CONFIG_TYPE": Message(
        "{value} is not {expected}",
        "write {expected}",
        "{value} は不適切です。必要なもの: {expected}",
        "次のように書いてください: {expected}",
    ),
    "CONFIG_RANGE": Message(
        "{value} is out of range: {expected}",
        "write a value that fits: {expected}",
        "{value} は範囲外です: {expected}",
        "範囲に合う値を書いてください: {expected}",
    ),
    "CONFIG_AMBIGUOUS_NUMBER": Message(
        "{value} can be read as different numbers, or as text",
        "write the number plainly, or put text in quotes: '{value}'",
        "{value} は数としても文字列としても、何通りにも読めます",
        "数なら普通の形で、文字列なら引用符で囲んでください: '{value}'",
    ),
    "CONFIG_NAME": Message(
        "{name} cannot be a name",
        "take letters of any script, digits, '_', '-', '.'; at most 64, not beginning with '.' or '-'",
        "{name} は名前に使えません",
        "文字・数字・'_'・'-'・'.' で 64 字以内、先頭は '.' と '-' 以外にしてください",
    ),
    "CONFIG_DUPLICATE_SEED": Message(
        "the seed {seed} stands here twice: that would be two equal trainings",
        "keep one, or take another seed",
        "シード {seed} が二度あります。同じ学習を二回することになります",
        "一つにするか、別のシードにしてください",
    ),
    # Parts and their options
    "CONFIG_UNKNOWN_PART": Message(
        "there is no {kind} called {name!r}",
        "take one of: {known}",
        "{kind} に {name!r} はありません",
        "次から選んでください: {known}",
    ),
    "CONFIG_UNKNOWN_OPTION": Message(
        "{kind} {name!r} has no option {option!r}",
        "its options are: {known}",
        "{kind} {name!r} にオプション {option!r} はありません",
        "使えるオプション: {known}",
    ),
    "CONFIG_MISSING_OPTION": Message(
        "{kind} {name!r} needs the option {option!r}",
        "write it: `{name}: {{{option}: ...}}`",
        "{kind} {name!r} にはオプション {option!r} が必要です",
        "`{name}: {{{option}: ...}}` のように書いてください",
    ),
    # Changes
    "CONFIG_CHANGE": Message(
        "{text!r} is not a change",
        "write `key=value`, such as `epochs=3`, `augmentations+=vertical_flip` or `augmentations-=rotate`",
        "{text!r} は変更の形になっていません",
        "`key=value` の形で書いてください（例: `epochs=3`、`augmentations+=vertical_flip`、`augmentations-=rotate`）",
    ),
    "CONFIG_OTHER_PART": Message(
        "{key!r} goes into {named!r}, but the recipe has {there!r} there",
        "to take the other part, write `{part}: {{{named}: {{...}}}}`",
        "{key!r} は {named!r} を指していますが、レシピにあるのは {there!r} です",
        "別のパーツに替えるには `{part}: {{{named}: {{...}}}}` と書いてください",
    ),
    "CONFIG_SKIPPED_PART": Message(
        "{key!r} leaves out the part's name",
        "write {full!r}",
        "{key!r} にはパーツの名前が抜けています",
        "{full!r} と書いてください",
    ),
    "CONFIG_NOT_A_LIST": Message(
        "{key!r} is not a list: nothing can be added to it or taken from it",
        "set it instead: `{key}: ...`",
        "{key!r} はリストではないので、追加や削除はできません",
        "`{key}: ...` で値を設定してください",
    ),
    "CONFIG_NOT_IN_LIST": Message(
        "{name} does not stand in {key!r}",
        "there are: {known}",
        "{name} は {key!r} にありません",
        "あるもの: {known}",
    ),
    "CONFIG_FROM_CYCLE": Message(
        "the recipes follow each other in a circle: {chain}",
        "let one of them stand alone, without `from:`",
        "レシピの `from:` が輪になっています: {chain}",
        "どれか一つから `from:` を外してください",
    ),
    # What a competition says about itself
    "CONFIG_TARGET": Message(
        "the target {target!r} contradicts itself: {problem}",
        "mend `targets.{target}`",
        "ターゲット {target!r} の書き方に矛盾があります: {problem}",
        "`targets.{target}` を直してください",
    ),
    "CONFIG_UNKNOWN_TARGET": Message(
        "there is no target called {name!r}",
        "the targets of competition.yaml are: {known}",
        "{name!r} というターゲットはありません",
        "competition.yaml のターゲット: {known}",
    ),
    "CONFIG_OUTSIDE_FOLDER": Message(
        "{value} leads out of the data folder",
        "write a path inside it, or let `data:` name the folder above",
        "{value} はデータフォルダーの外を指しています",
        "中のパスを書くか、`data:` で上のフォルダーを指定してください",
    ),
    "CONFIG_UNKNOWN_CODE": Message(
        "{name!r} is not the code of a question",
        "write the code that stands in [brackets] in the message",
        "{name!r} という質問コードはありません",
        "メッセージの [ ] の中のコードを書いてください",
    ),
    # Whether the parts fit each other
    "CONFIG_LOSS_KIND": Message(
        "the loss {name!r} cannot learn {target!r}, a target of kind {kind!r}",
        "take one of: {known}",
        "損失 {name!r} は {kind!r} 型のターゲット {target!r} には使えません",
        "次から選んでください: {known}",
    ),
    "CONFIG_NO_MAIN_HEAD": Message(
        "no head learns {target!r}, the target that is scored",
        "add `heads: {{{target}: {{loss: ...}}}}`",
        "採点されるターゲット {target!r} を学習するヘッドがありません",
        "`heads: {{{target}: {{loss: ...}}}}` を書き足してください",
    ),
    "CONFIG_UNKNOWN_SYMMETRY": Message(
        "no augmentation makes use of a symmetry called {name!r}",
        "the symmetries are: {known}",
        "{name!r} という対称性を使う拡張はありません",
        "対称性の名前: {known}",
    ),
    # Plugins
    "PLUGIN_FAILED": Message(
        "the plugin could not be loaded: {error}",
        "mend it, or move it out of plugins/",
        "プラグインを読み込めません: {error}",
        "直すか、plugins/ の外へ移してください",
    ),
    "PLUGIN_CONTRACT": Message(
        "the {kind} {name!r} breaks a rule that every {kind} keeps: {rule}",
        "mend it; `tamesu.testing` holds the rules, docs/guide.md examples that keep them",
        "{kind} {name!r} が、すべての {kind} が守る規則を破っています: {rule}",
        "直してください。規則は `tamesu.testing`、守っている例は docs/guide.md にあります",
    ),
    "PLUGIN_OUTSIDE": Message(
        "the plugin is a link that leads out of plugins/",
        "copy the file into plugins/, so that what runs is what stands here",
        "プラグインが plugins/ の外へのリンクになっています",
        "実際に動くものがここに残るよう、ファイルを plugins/ にコピーしてください",
    ),
}
