from __future__ import annotations

import pytest

from tamesu.errors import QuestionError
from tamesu.intake.class_folders import ClassFolders, common_depth, find_class_folders


def find(*images: str, level: int | None = None) -> ClassFolders:
    found = find_class_folders(images, level)
    assert found is not None
    return found


def test_plain_and_within_one_more_folder() -> None:
    assert find("cat/1.jpg", "dog/1.jpg").train == [("cat/1.jpg", "cat"), ("dog/1.jpg", "dog")]
    assert find("animals/cat/1.jpg", "animals/dog/1.jpg").train[0] == ("animals/cat/1.jpg", "cat")


def test_roles() -> None:
    found = find("Training/cat/1.jpg", "Training/dog/2.jpg", "valid/cat/3.jpg", "test/cat/4.jpg", "test/5.jpg", "x/6.jpg")
    assert found.train == [("Training/cat/1.jpg", "cat"), ("Training/dog/2.jpg", "dog")]
    assert found.val == [("valid/cat/3.jpg", "cat")]
    assert found.test == [("test/cat/4.jpg", "cat")]
    assert (found.unlabelled, found.loose) == (["test/5.jpg"], ["x/6.jpg"])


def test_japanese_roles() -> None:
    found = find("学習/猫/1.jpg", "学習/犬/2.jpg", "検証/猫/3.jpg", "テスト/4.jpg")
    assert (len(found.train), len(found.val), found.unlabelled) == (2, 1, ["テスト/4.jpg"])


def test_doubled_role_folders() -> None:
    found = find("seg_train/seg_train/sea/1.jpg", "seg_train/seg_train/hill/2.jpg", "seg_test/seg_test/sea/3.jpg")
    assert [label for _, label in found.train] == ["sea", "hill"] and found.test == [("seg_test/seg_test/sea/3.jpg", "sea")]


def test_a_class_called_train() -> None:
    found = find("bus/1.jpg", "car/2.jpg", "train/3.jpg")
    assert {label for _, label in found.train} == {"bus", "car", "train"}


def test_test_folder_beside_classes() -> None:
    found = find("cat/1.jpg", "dog/2.jpg", "test/3.jpg", "test/unknown/4.jpg")
    assert len(found.train) == 2 and found.unlabelled == ["test/3.jpg", "test/unknown/4.jpg"]


def test_a_folder_that_is_no_class_holds_unlabelled_images() -> None:
    assert find("train/cat/1.jpg", "train/dog/2.jpg", "test/all/3.jpg").unlabelled == ["test/all/3.jpg"]


@pytest.mark.parametrize(
    "images",
    [
        ["a.jpg", "b.jpg"],
        ["images/a.jpg", "images/b.jpg"],
        ["cat/a.jpg", "cat/b.jpg"],
        ["images/a.jpg", "masks/a.png"],
        ["train/a.jpg", "test/b.jpg"],
    ],
)
def test_folders_that_are_no_classes(images: list[str]) -> None:
    assert find_class_folders(images) is None


def test_deeper_folders_are_a_question() -> None:
    images = ["cat/siam/1.jpg", "cat/manx/2.jpg", "dog/pug/3.jpg"]
    with pytest.raises(QuestionError) as error:
        find_class_folders(images)
    assert error.value.codes == ("INTAKE_WHICH_LEVEL",)
    assert {label for _, label in find(*images, level=1).train} == {"cat", "dog"}
    assert {label for _, label in find(*images, level=2).train} == {"siam", "manx", "pug"}


def test_common_depth() -> None:
    assert common_depth([["a", "b", "1.jpg"], ["a", "c", "2.jpg"]]) == 1
    assert common_depth([["a", "1.jpg"], ["a", "2.jpg"]]) == 0
    assert common_depth([]) == 0
