"""What an audit says of image files."""

from __future__ import annotations

from tamesu.messages.message import Message, Phrase

MESSAGES: dict[str, Message] = {
    "AUDIT_UNREADABLE": Message(
        "{train} training and {test} test images cannot be read: {reasons}",
        "fetch these files again; until then tamesu leaves the training rows out, and predicts the test rows without "
        "their picture and flags them",
        "読めない画像が学習 {train} 枚、テスト {test} 枚あります: {reasons}",
        "取得し直してください。それまで学習の行は除外し、テストの行は画像なしで予測して印を付けます",
    ),
    "AUDIT_FILE_REMARKS": Message(
        "images were read with remarks: {remarks}",
        "look at one of each kind; docs/reference.md explains each code",
        "読めたが注意のある画像: {remarks}",
        "種類ごとに 1 枚は目で見てください。各コードの説明は docs/reference.md にあります",
    ),
    "AUDIT_FILES_MIXED": Message(
        "formats and modes are mixed: {kinds}; sizes go from {small} to {large} (middle {middle}, {sizes} in all)",
        "all become RGB with 8 bits; see that no format goes with a class or with test alone",
        "形式とモードが混在しています: {kinds}。寸法は {small} から {large}（中央 {middle}、全 {sizes} 種類）",
        "すべて 8 ビットの RGB にして使います。特定のクラスやテストだけの形式がないか見てください",
    ),
}

# Remarks of the scan worth telling, by code; what concerns metadata alone is not.
REMARKS: dict[str, Phrase] = {
    "IMG_16BIT_RANGE": Phrase("16 bits of unknown range", "範囲不明の 16 ビット"),
    "IMG_16BIT_SCALED": Phrase("16 bits, scaled", "16 ビット（8 ビットに変換）"),
    "IMG_CONVERTED": Phrase("converted to RGB", "RGB に変換"),
    "IMG_ALPHA_FLATTENED": Phrase("transparent, laid on white", "透過（白背景に合成）"),
    "IMG_TURNED": Phrase("turned upright by EXIF", "EXIF に従って回転"),
    "IMG_BAD_EXIF": Phrase("bad EXIF", "EXIF の破損"),
    "IMG_MULTI_FRAME": Phrase("several frames, the first used", "複数フレーム（先頭を使用）"),
    "IMG_NO_END_MARKER": Phrase("no end marker", "終端なし"),
    "IMG_DECODER_WARNING": Phrase("decoder warned", "デコーダーの警告"),
    "IMG_LARGE": Phrase("very large", "巨大"),
    "IMG_TINY": Phrase("tiny", "極小"),
    "IMG_EXTREME_RATIO": Phrase("extreme aspect ratio", "極端な縦横比"),
    "IMG_CONSTANT": Phrase("one colour only", "単色"),
}
