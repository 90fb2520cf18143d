from __future__ import annotations

import pytest

from tamesu.intake.words import GROUP, IMAGE, LABEL, TEST, TRAIN, is_submission_name, says, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("train_images-224", ("train", "images", "224")),
        ("ImageId", ("image", "id")),
        ("patientID", ("patient", "id")),
        ("学習データ2", ("学習データ", "2")),
        ("ｉｍａｇｅ", ("image",)),  # full width
        ("", ()),
    ],
)
def test_words_of(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_latin_words_are_whole_and_japanese_ones_may_be_parts() -> None:
    assert says("test_images", TEST) and not says("latest", TEST) and not says("contest", TEST)
    assert says("テスト画像", TEST) and says("学習用", TRAIN) and says("画像ファイル名", IMAGE)
    assert says("subjectId", GROUP) and not says("subjective", GROUP)
    assert says("正解ラベル", LABEL)


def test_submission_names() -> None:
    assert is_submission_name("data/sample_submit.tsv") and is_submission_name("提出サンプル.csv")
    assert not is_submission_name("sample_images.csv")
