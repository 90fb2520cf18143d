"""What an audit says of shortcuts: facts beside the thing that tell its label; and of names, row order and colour."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "AUDIT_SHORTCUT": Message(
        "the label can be told from {family} alone: {unit} {score:.2f}, where chance is {chance:.2f} and the best of 999 "
        "shuffles {bound:.2f}; a network may learn that instead of the thing, and CV would not notice",
        "ask whether test has the same habit; if not, take it away (crop, pad, recompress or jitter all images alike) and "
        "see with `tamesu try` what CV loses",
        "{family}だけでラベルが分かります: {unit} {score:.2f}（偶然なら {chance:.2f}、ラベルを混ぜた 999 回の"
        "最高は {bound:.2f}）。ネットワークが被写体でなくこれを覚えても、CV では気づけません",
        "テストにも同じ癖があるか確かめてください。なければ、全画像で揃えて（切り抜き・余白・再圧縮・色の揺らぎ）癖を消し、"
        "CV がどれだけ下がるかを `tamesu try` で見てください",
    ),
    "AUDIT_SHORTCUT_SOME": Message(
        "facts beside the thing tell something of the label ({unit}; chance {chance:.2f}): {families}",
        "usual, since things have colours and shapes; look at it again if test scores fall short of CV",
        "被写体以外の統計からもラベルが少し分かります（{unit}、偶然なら {chance:.2f}）: {families}",
        "物には色や形があるので普通のことです。テストのスコアが CV に届かないときに見直してください",
    ),
    "AUDIT_ORDER_SORTED": Message(
        "the table is sorted by class, so the row number tells the label ({unit} {score:.2f}); harmless: tamesu shuffles rows",
        "never use row order or ids as `columns:`, and never split this table without shuffling",
        "表がクラス順に並んでいるため、行番号でラベルが分かります（{unit} {score:.2f}）。tamesu は行を混ぜるので無害です",
        "行の順序や id を `columns:` に使わず、混ぜずに分割しないでください",
    ),
    "AUDIT_ORDER_TELLS": Message(
        "the row number tells something of the label ({unit} {score:.2f}, chance {chance:.2f}): neighbours in the "
        "table belong together; no network sees it",
        "look for groups (one shoot, one patient) among neighbours before trusting random folds; never use row order as "
        "`columns:`",
        "行番号からラベルが少し分かります（{unit} {score:.2f}、偶然なら {chance:.2f}）。表で隣り合う行に関係があります。"
        "ネットワークには見えません",
        "ランダムな fold を信じる前に、隣り合う行がグループ（同じ撮影・同じ患者）でないか見てください。"
        "行の順序を `columns:` に使わないでください",
    ),
    "AUDIT_NAMES_TELL": Message(
        "names of {share:.0%} of the test files spell a label ({example!r}): the test can be read off its names; no "
        "network sees it",
        "tell the host; do not use it, private test files will not have such names",
        "テストファイルの {share:.0%} は名前にラベルが入っています（{example!r}）。名前で答えが分かりますが、"
        "ネットワークには見えません",
        "主催者に知らせ、使わないでください。private のファイル名は違うはずです",
    ),
}

# What a probe reads.
PROBES: dict[str, Phrase] = {
    "size": Phrase("image size and shape", "画像の寸法と縦横比"),
    "border": Phrase("the colour of the border", "縁の色"),
    "colour": Phrase("the mean colour", "平均色"),
    "compression": Phrase("file size per pixel", "1 画素あたりのファイルサイズ"),
    "format": Phrase("format, mode and camera", "形式・モード・カメラ"),
    "time": Phrase("the time taken (EXIF)", "撮影時刻（EXIF）"),
    "order": Phrase("row order", "行の順序"),
}
