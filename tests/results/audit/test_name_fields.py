"""What names, columns and EXIF are made of."""

from __future__ import annotations

import uuid
from datetime import datetime

import numpy as np
import pytest

from tamesu.results.audit.name_fields import (
    Field,
    is_number,
    read_columns,
    read_counter,
    read_exif,
    read_names,
    read_times,
    read_told,
    strip_ending,
)


def told(fields: list[Field]) -> dict[str, tuple[str, ...]]:
    return {field.name: field.texts for field in fields}


def test_counters_words_and_folders() -> None:
    names = ["x/left_001.png", "x/right_001.png", "y/left_002.png", "y/right_010.png"]
    fields = read_names(names)
    assert told(fields) == {
        "{folder 1}": ("x", "x", "y", "y"),
        "{a}_#": ("left", "right", "left", "right"),
        "a_{#}": ("001", "001", "002", "010"),
    }
    assert [field.source for field in fields] == ["folder", "name", "name"]
    counter = fields[2].numbers
    assert counter is not None
    assert counter.tolist() == [1, 1, 2, 10]
    assert fields[0].numbers is None
    assert fields[1].numbers is None


def test_japanese_names_whatever_the_form_of_their_letters() -> None:
    names = [f"患者ガ{patient}_{side}.png" for patient in (12, 13) for side in ("右", "左")]
    wanted = {"患者ガ{#}_a": ("12", "12", "13", "13"), "患者ガ#_{a}": ("右", "左", "右", "左")}
    assert told(read_names(names)) == wanted
    # macOS writes ガ as カ and a mark of its own, which is no letter.
    assert told(read_names([name.replace("ガ", "カ\u3099") for name in names])) == wanted


def test_full_width_digits_count() -> None:
    field = read_names(["写真１２.jpg", "写真１３.jpg"])[0]
    assert field.numbers is not None
    assert (field.name, field.numbers.tolist()) == ("写真{#}", [12, 13])


def test_ids_without_endings() -> None:
    assert told(read_names(["p7-1", "p8-1"])) == {"p{#}-#": ("7", "8")}
    # A number behind a dot is no ending.
    assert told(read_names(["p7.001", "p7.002"])) == {"p#.{#}": ("001", "002")}
    assert told(read_names(["p7.1.jpg", "p7.2.jpg"])) == {"p#.{#}": ("1", "2")}
    assert told(read_names(["7", "8"])) == {"{#}": ("7", "8")}


def test_a_date_in_a_name_is_three_numbers() -> None:
    names = ["2021-03-05_a", "2021-04-06_a", "2021-04-07_a"]
    assert told(read_names(names)) == {"#-{#}-#_a": ("03", "04", "04"), "#-#-{#}_a": ("05", "06", "07")}


def test_names_of_several_patterns_say_something_where_they_have_the_place() -> None:
    names = [f"exp{row}_num_{row * 10}.jpg" for row in range(9)] + ["readme (2).jpg"]
    fields = read_names(names)
    assert [field.name for field in fields] == ["exp{#}_num_#", "exp#_num_{#}"]
    assert fields[1].texts == (*(str(row * 10) for row in range(9)), "")
    assert fields[1].numbers is not None
    assert fields[1].numbers.tolist() == [row * 10 for row in range(9)] + [0]
    assert fields[1].told.tolist() == [True] * 9 + [False]


def test_patterns_of_few_names_are_left_out() -> None:
    names = [f"a_{row}" for row in range(81)] + [f"b-{row}" for row in range(19)]
    assert [field.name for field in read_names(names)] == ["a_{#}"]
    assert [field.name for field in read_names([*names, "b-19"])] == ["a_{#}"]
    both = read_names([f"a_{row}" for row in range(80)] + [f"b-{row}" for row in range(20)])
    assert [field.name for field in both] == ["a_{#}", "b-{#}"]


def test_huge_numbers_are_texts() -> None:
    field = read_names(["n123456789012345678.jpg", "n999999999999999999.jpg"])[0]
    assert field.numbers is not None
    assert field.numbers.tolist() == [123456789012345678, 999999999999999999]
    huge = read_names(["n1234567890123456789.jpg", "n999999999999999999.jpg"])[0]
    assert huge.numbers is None
    assert huge.texts == ("1234567890123456789", "999999999999999999")


@pytest.mark.parametrize("names", [[], [""], ["", ""], ["a.jpg"], ["a.jpg", "a.jpg"], ["_", "-"], ["x/a", "x/a"]])
def test_names_that_tell_nothing(names: list[str]) -> None:
    assert read_names(names) == []


def test_empty_names_beside_others() -> None:
    fields = read_names(["", "a1", "a2"])
    assert told(fields) == {"a{#}": ("", "1", "2")}


def test_uuids_have_no_field() -> None:
    random = np.random.default_rng(0)
    assert read_names([f"{uuid.UUID(bytes=random.bytes(16))}.jpg" for _ in range(300)]) == []


def test_folders_of_different_depth() -> None:
    assert told(read_names(["a/x/p.jpg", "b/p.jpg", "p.jpg"])) == {"{folder 1}": ("a", "b", ""), "{folder 2}": ("x", "", "")}


def test_columns() -> None:
    columns = {
        "id": ("a", "b", "c"),
        "one": ("1", "1", "1"),
        "weight": ("0.5", "0.7", "1e3"),
        "patient": (" 7", "7", "12 "),
        "hospital": ("東京", "大阪", ""),
        "day": ("2020-05-01", "2020-05-01 00:00:01", ""),
        "gap": ("5", "", "9"),
    }
    fields = {field.name: field for field in read_columns(columns, ["id"])}
    assert list(fields) == ["patient", "hospital", "day", "gap"]
    numbers = {name: None if field.numbers is None else field.numbers.tolist() for name, field in fields.items()}
    start = int((datetime(2020, 5, 1) - datetime(1970, 1, 1)).total_seconds())
    assert numbers == {"patient": [7, 7, 12], "hospital": None, "day": [start, start + 1, 0], "gap": [5, 0, 9]}
    assert {field.source for field in fields.values()} == {"column"}


def test_exif() -> None:
    taken, cameras = ["2026-11-28 14:50:41", "2026-11-28 14:50:43", ""], ["Canon EOS", "Canon EOS", "Nikon"]
    time, camera = read_exif(taken, cameras)
    assert time.numbers is not None
    assert time.numbers[1] - time.numbers[0] == 2
    assert (time.source, camera.source, camera.texts) == ("exif_time", "camera", tuple(cameras))
    assert read_exif(["", "", ""], ["", "", ""]) == []
    assert read_exif(["2026-11-28 14:50:41"] * 3, ["Canon"] * 3) == []
    assert read_exif(["2026-11-28 14:50:41", "yesterday"], ["Canon"] * 2) == []


@pytest.mark.parametrize(
    "text", ["2020-02-30", "2020-1-1", "", "20200101", "2020-01-01T10:00:00Z", "２０２０-01-01", "2020-01-01 25:00"]
)
def test_what_is_no_time(text: str) -> None:
    assert read_times(["2020-01-01", text]) is None


def test_times_against_the_standard_library() -> None:
    texts = ["1969-12-31 23:59:59", "2000-02-29", "2038-01-19 03:14:08", "2024-12-31T07:30"]
    wanted = [int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()) for text in texts]
    found = read_times(texts)
    assert found is not None
    assert found.tolist() == wanted


def test_small_readers() -> None:
    assert [is_number(text) for text in ("1.5", "-2", "1e3", "x", "")] == [True, True, True, False, False]
    assert read_counter(["-1"]) is None
    assert read_counter(["²"]) is None
    assert read_told(read_counter, ["", ""]) is None
    assert [strip_ending(name) for name in ("a.tar.gz", "a", ".jpg", "..", "a.b")] == ["a.tar", "a", ".jpg", "..", "a"]
