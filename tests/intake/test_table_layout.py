from __future__ import annotations

import pytest
from tests.intake.hosts import Host

from tamesu.errors import InputError, QuestionError
from tamesu.intake.host_tables import find_roles, load_host_tables
from tamesu.intake.layout import Layout
from tamesu.intake.matching import ImageIndex
from tamesu.intake.scan import find_places, scan_folder
from tamesu.intake.table_layout import columns_of, lay_out_table


def lay_out(host: Host, **wishes: str) -> Layout:
    places = find_places(host.root, None)
    listing = scan_folder(places)
    index = ImageIndex(listing)
    roles = find_roles(*load_host_tables(places, listing, index), train="train.csv")
    assert roles.train is not None
    return lay_out_table(places, listing, index, roles, roles.train, **wishes)


def test_the_column_that_names_images_is_the_id(host: Host) -> None:
    host.images("a.jpg", "b.jpg", "c.jpg")
    host.table("train.csv", [["row", "image", "label"], [1, "a.jpg", "x"], [2, "b.jpg", "y"], [3, "c.jpg", "x"]])
    layout = lay_out(host)
    assert (layout.id, layout.train.image, layout.groups) == ("image", "{image}", None)
    assert "3 of 3 rows" in next(guess.why for guess in layout.guesses if guess.what == "train.image")


def test_the_form_tells_the_id(host: Host) -> None:
    host.images("a.jpg", "b.jpg", "c.jpg")
    host.table("train.csv", [["row", "image", "label"], ["r1", "a.jpg", "x"], ["r2", "b.jpg", "y"]])
    host.table("sample_submission.csv", [["row", "label"], ["r3", "x"]])
    assert lay_out(host).id == "row"


def test_one_file_under_two_columns_is_no_question(host: Host) -> None:
    host.images("i/a.jpg", "i/b.jpg")
    host.table("train.csv", [["image_id", "image_path", "label"], ["a", "i/a.jpg", "x"], ["b", "i/b.jpg", "y"]])
    assert lay_out(host).id == "image_id"


def test_two_files_in_a_row_are_a_question(host: Host) -> None:
    host.images("a.jpg", "b.jpg", "c.jpg", "d.jpg")
    host.table("train.csv", [["image_1", "image_2", "same"], ["a.jpg", "b.jpg", 1], ["c.jpg", "d.jpg", 0]])
    with pytest.raises(QuestionError) as error:
        lay_out(host)
    assert error.value.codes == ("INTAKE_WHICH_ID",)
    assert lay_out(host, id="image_2").train.image == "{image_2}"


def test_labels_that_look_like_image_numbers(host: Host) -> None:
    host.images(*(f"{n}.png" for n in range(20)))
    host.table("train.csv", [["label", "id"], *([n % 10, n] for n in range(20))])
    layout = lay_out(host)
    assert layout.id == "id" and "label" not in layout.taken


def test_a_template_of_the_users(host: Host) -> None:
    host.images("x/a-1.jpg", "x/b-2.jpg")
    host.table("train.csv", [["name", "part", "label"], ["a", "1", "x"], ["b", "2", "y"]])
    layout = lay_out(host, image="x/{name}-{part}.jpg")
    assert (layout.train.image, layout.id) == ("x/{name}-{part}.jpg", "name")
    with pytest.raises(InputError) as error:
        lay_out(host, image="x/{nam}.jpg", id="prt")
    assert [(fault.code, fault.near) for fault in error.value.faults] == [
        ("INTAKE_NO_COLUMN", "part"),
        ("INTAKE_NO_COLUMN", "name"),
    ]
    assert columns_of("{a}/{b}{{x}}") == ["a", "b"]


def test_ids_that_repeat_are_said(host: Host) -> None:
    host.images("a.jpg", "b.jpg")
    host.table("train.csv", [["image", "label"], ["a.jpg", "x"], ["b.jpg", "y"], ["a.jpg", "x"]])
    layout = lay_out(host)
    assert layout.id == "image" and [g.code for g in layout.guesses if g.what == "id"] == ["ID_REPEATED"]
