"""What a name says: the words in column, file and folder names, in English and Japanese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

TRAIN = frozenset({"train", "training", "学習", "訓練"})
VAL = frozenset({"val", "valid", "validation", "dev", "検証"})
TEST = frozenset({"test", "testing", "テスト", "評価"})
SUBMISSION = frozenset({"submission", "submissions", "submit", "提出", "応募"})
MASK = frozenset(
    {"mask", "masks", "segmentation", "segmentations", "annotation", "annotations", "trimap", "trimaps", "depth", "マスク"}
)
IMAGE = frozenset(
    {"image", "images", "img", "imgs", "file", "filename", "filenames", "filepath", "path", "picture", "pictures", "photo"}
) | frozenset({"photos", "画像", "写真", "ファイル"})
IDENTITY = frozenset({"id", "ids", "uid", "uuid", "key", "index", "番号"})
LABEL = frozenset(
    {
        "label",
        "labels",
        "class",
        "classes",
        "category",
        "categories",
        "species",
        "breed",
        "tag",
        "tags",
        "target",
        "targets",
        "y",
    }
) | frozenset({"ラベル", "正解", "クラス", "種類", "カテゴリ", "分類", "品種"})
LABEL_ALONE = frozenset({"label", "labels", "class", "target", "y", "ラベル", "正解", "正解ラベル", "クラス"})
CODE = (LABEL - {"target", "targets", "y", "正解"}) | frozenset(
    {"digit", "digits", "type", "kind", "character", "文字", "数字"}
)
QUANTITY = frozenset(
    {
        "age",
        "price",
        "score",
        "count",
        "number",
        "weight",
        "height",
        "length",
        "width",
        "value",
        "temperature",
        "area",
        "volume",
    }
) | frozenset(
    {"rating", "quality", "amount", "angle", "distance", "年齢", "価格", "値段", "スコア", "個数", "重さ", "長さ", "値"}
)
GROUP = frozenset(
    {"patient", "patients", "subject", "subjects", "group", "groups", "person", "participant", "individual", "donor"}
) | frozenset({"specimen", "session", "video", "clip", "sequence", "患者", "被験者", "グループ", "個体", "人物", "動画"})
SPLIT = frozenset({"split", "fold", "folds", "kfold", "subset", "partition", "分割"})

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: cut at signs, digits, humps and where the script changes.

    Examples:
        >>> words_of("train_imageID"), words_of("SampleSubmission.csv"), words_of("患者ID")
        (('train', 'image', 'id'), ('sample', 'submission', 'csv'), ('患者', 'id'))
    """
    return tuple(word.lower() for word in WORD.findall(unicodedata.normalize("NFKC", name)))


def says(name: str, words: Iterable[str]) -> bool:
    """Whether a name holds one of the words: a whole word in Latin script, any part of it in Japanese.

    Examples:
        >>> says("patient_id", GROUP), says("impatient", GROUP), says("患者番号", GROUP)
        (True, False, True)
    """
    found = set(words_of(name))
    text = unicodedata.normalize("NFKC", name)
    return any(word in found if word.isascii() else word in text for word in words)


def is_submission_name(name: str) -> bool:
    """Whether a file's name says it is the form of a submission.

    Examples:
        >>> [is_submission_name(n) for n in ("sample_submission.csv", "sampleSubmission.csv", "samplesubmit.csv", "train.csv")]
        [True, True, True, False]
    """
    return says(name, SUBMISSION) or "submi" in name.lower()
