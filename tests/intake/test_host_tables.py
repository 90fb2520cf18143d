from __future__ import annotations

import pytest
from tests.intake.hosts import Host

from tamesu.errors import InputError, QuestionError
from tamesu.intake.host_tables import HostTable, Roles, find_roles, is_test_name, is_train_name, load_host_tables
from tamesu.intake.matching import ImageIndex
from tamesu.intake.scan import find_places, scan_folder

ROWS = [["1", "cat"], ["2", "dog"], ["3", "cat"]]


def roles_of(host: Host, **wishes: str) -> Roles:
    tables, broken = load(host)
    return find_roles(tables, broken, **wishes)  # type: ignore[arg-type]


def load(host: Host) -> tuple[list[HostTable], dict[str, InputError]]:
    places = find_places(host.root, None)
    listing = scan_folder(places)
    return load_host_tables(places, listing, ImageIndex(listing))


def name_of(table: HostTable | None) -> str | None:
    return table.name if table else None


def test_names() -> None:
    assert is_train_name("train.csv") and is_train_name("train/labels.csv") and not is_train_name("test/labels.csv")
    assert is_test_name("TestImages.csv") and not is_test_name("train_test_split.csv")


def test_roles_by_name(host: Host) -> None:
    host.images("train/1.jpg", "train/2.jpg", "train/3.jpg", "test/8.jpg")
    host.table("train.csv", [["id", "label"], *ROWS])
    host.table("truth_groups.csv", [["id", "group"], *ROWS])
    host.table("test.csv", [["id"], ["8"]])
    host.table("sampleSubmission.csv", [["id", "label"], ["8", "cat"]])
    host.table("classes.csv", [["code", "meaning"], ["c", "cat"]])
    roles = roles_of(host)
    assert [name_of(t) for t in (roles.train, roles.test, roles.sample)] == ["train.csv", "test.csv", "sampleSubmission.csv"]
    assert roles.unused == ("classes.csv", "truth_groups.csv")
    assert name_of(roles_of(host, train="truth_groups.csv").train) == "truth_groups.csv"


def test_any_name_will_do_for_the_only_one(host: Host) -> None:
    host.images("1.jpg", "2.jpg", "3.jpg")
    host.table("一覧.csv", [["番号", "品種"], *ROWS])
    assert name_of(roles_of(host).train) == "一覧.csv"


def test_two_of_a_role_are_asked_together(host: Host) -> None:
    host.images("1.jpg", "2.jpg", "3.jpg")
    for name in ("a.csv", "b.csv", "sample_submission_1.csv", "sample_submission_2.csv"):
        host.table(name, [["id", "label"], *ROWS])
    with pytest.raises(QuestionError) as error:
        roles_of(host)
    assert error.value.codes == ("INTAKE_WHICH_TRAIN", "INTAKE_WHICH_SAMPLE")


def test_a_table_that_is_not_there(host: Host) -> None:
    host.images("1.jpg", "2.jpg", "3.jpg")
    host.table("train.csv", [["id", "label"], *ROWS])
    with pytest.raises(InputError) as error:
        roles_of(host, train="trian.csv", sample="x.csv")
    assert error.value.codes == ("INTAKE_NO_TABLE", "INTAKE_NO_TABLE") and error.value.faults[0].near == "train.csv"


def test_broken_tables_stop_only_where_they_matter(host: Host) -> None:
    host.images("1.jpg", "2.jpg", "3.jpg")
    host.table("labels.csv", [["id", "label"], *ROWS])
    (host.root / "notes.csv").write_bytes(b"a,b\n1\n")
    assert roles_of(host).unused == ("notes.csv",)
    (host.root / "test.csv").write_bytes(b"")
    with pytest.raises(InputError) as error:
        roles_of(host)
    assert error.value.codes == ("TABLE_EMPTY",)


def test_the_first_row_of_a_headless_form_is_kept(host: Host) -> None:
    host.images("1.jpg", "2.jpg", "3.jpg")
    host.table("submit.csv", [["1.jpg", "cat"], ["2.jpg", "cat"]])
    (table,), _ = load(host)
    assert table.headless and table.columns["column_1"] == ("1.jpg", "2.jpg")
    assert table.matches[0].column == "column_1"
