"""Decisions on labels: into the worksheet at once, only for rows and labels that are there, and read back by training."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.tiny import LABELS, write_competition
from tests.web.guarded import Answer, Pages

from tamesu.artifacts.audit_rows import AuditRows, DoubtedRow, Near, write_audit_rows
from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.worksheet import Doubt, write_worksheet
from tamesu.errors import InputError
from tamesu.web.relabelling import check_label, open_sheet

DOUBTS = (
    DoubtedRow(id="001", label=LABELS[1], reason="copies"),
    DoubtedRow(
        id="004", label=LABELS[1], proposed=LABELS[0], reason="probs", odds=50.0, chance=0.0182, proposed_chance=0.91,
        near=(Near(id="007", likeness=0.98), Near(id="gone", likeness=0.5)),
    ),
    DoubtedRow(id="gone", label=LABELS[0], reason="missing"),
)  # fmt: skip


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """The tiny competition after an audit that doubted two of its labels, and one of a row that is gone."""
    folder = write_competition(tmp_path / "tiny", fresh=True)
    write_audit_rows(folder, AuditRows(target="kind", time="2026-08-01T09:00:00+00:00", doubts=DOUBTS))
    return Pages(folder)


def send(pages: Pages, *decisions: dict[str, Any], key: str = "", target: str = "kind") -> Answer:
    body = {"key": key or f"key-{len(decisions)}-{abs(hash(json.dumps(decisions)))}"[:60], "target": target}
    return pages.ask("/relabel/decisions", "POST", body=json.dumps({**body, "decisions": list(decisions)}).encode())


def rows_of(pages: Pages) -> list[dict[str, str]]:
    with open(pages.folder / "relabel" / "kind.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def use(pages: Pages) -> None:
    """Put the worksheet in force, as the page says."""
    path = pages.folder / "competition.yaml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    facts["targets"]["kind"]["corrections"] = "relabel/kind.csv"
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")


def test_decisions_stand_in_the_worksheet_that_training_reads(pages: Pages) -> None:
    assert send(pages, {"id": "004", "new_label": LABELS[0], "seconds": 9, "note": "=ears"}).status == 200
    assert send(pages, {"id": "001", "new_label": "?"}).status == 200
    assert [(row["id"], row["new_label"], row["seconds"], row["note"]) for row in rows_of(pages)] == [
        ("001", "?", "", ""),
        ("004", LABELS[0], "9", "'=ears"),
    ]
    assert (pages.folder / "relabel" / "kind.md").is_file()
    use(pages)
    train = load_train(pages.folder, load_competition(pages.folder))
    target = train.targets["kind"]
    codes = dict(zip(train.ids, target.values.tolist(), strict=True))
    assert codes["001"] == -1
    assert target.labels[codes["004"]] == LABELS[0]
    sheet = open_sheet(pages.desk, "en")
    assert (sheet.decided, sheet.in_force) == (2, True)


def test_a_decision_is_taken_back_and_what_others_wrote_stays(pages: Pages) -> None:
    write_worksheet(pages.folder, "kind", [Doubt("007", "x.png", LABELS[1], "", "by hand"), Doubt("004", "y.png", LABELS[1])])
    path = pages.folder / "relabel" / "kind.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("by hand,,", f"by hand,,{LABELS[2]}"), encoding="utf-8")
    assert [row["id"] for row in open_sheet(pages.desk, "en").rows] == ["001", "004", "007"]
    send(pages, {"id": "004", "new_label": LABELS[2], "seconds": 5})
    send(pages, {"id": "004", "new_label": "", "seconds": 7})
    assert [(row["id"], row["new_label"], row["seconds"]) for row in rows_of(pages)] == [
        ("007", LABELS[2], ""),
        ("004", "", "7"),
    ]


def test_the_same_key_writes_once(pages: Pages) -> None:
    one = {"id": "004", "new_label": LABELS[0]}
    first, again = send(pages, one, key="click-one"), send(pages, {**one, "new_label": LABELS[2]}, key="click-one")
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert [row["new_label"] for row in rows_of(pages)] == ["", LABELS[0]]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"id": "002", "new_label": LABELS[0]}, "RELABEL_NO_ROW"),
        ({"id": "gone", "new_label": LABELS[0]}, "RELABEL_NO_ROW"),
        ({"id": "../004", "new_label": LABELS[0]}, "RELABEL_NO_ROW"),
        ({"id": "004", "new_label": "dog"}, "RELABEL_NO_LABEL"),
        ({"id": "004", "new_label": LABELS[0] + " "}, "RELABEL_NO_LABEL"),
        ({"id": "004", "new_label": "=1+1"}, "RELABEL_NO_LABEL"),
        ({"id": "004", "new_label": "??"}, "RELABEL_NO_LABEL"),
    ],
)
def test_rows_and_labels_that_are_not_there_write_nothing(pages: Pages, decision: dict[str, str], code: str) -> None:
    answer = send(pages, {"id": "001", "new_label": LABELS[0]}, decision)
    assert (answer.status, json.loads(answer.body)["codes"]) == (409, [code])
    assert not (pages.folder / "relabel").exists()


def test_another_target_a_foreign_file_and_a_read_only_folder_are_told(pages: Pages) -> None:
    assert json.loads(send(pages, {"id": "004", "new_label": "1"}, target="size").body)["codes"] == ["RELABEL_TARGET"]
    path = pages.folder / "relabel" / "kind.csv"
    path.parent.mkdir()
    path.write_text("name,price\na,3\n")
    assert json.loads(send(pages, {"id": "004", "new_label": LABELS[0]}).body)["codes"] == ["WORKSHEET_FOREIGN"]
    assert path.read_text() == "name,price\na,3\n"
    path.unlink()
    path.mkdir()
    answer = send(pages, {"id": "004", "new_label": LABELS[0]}, key="into-a-folder")
    assert answer.status == 409
    assert list(path.iterdir()) == []


def test_a_worksheet_in_force_is_never_left_without_a_decision(pages: Pages) -> None:
    send(pages, {"id": "004", "new_label": LABELS[0]})
    use(pages)
    before = rows_of(pages)
    answer = send(pages, {"id": "004", "new_label": ""})
    assert (answer.status, json.loads(answer.body)["codes"]) == (409, ["CORRECTIONS_EMPTY"])
    assert rows_of(pages) == before
    assert send(pages, {"id": "004", "new_label": ""}, {"id": "001", "new_label": "?"}).status == 200


def test_a_label_that_was_corrected_away_is_still_there_to_choose(pages: Pages) -> None:
    """With the only row of a class corrected, the class is gone from the training rows, and not from the worksheet."""
    table = pages.folder / "data" / "train.csv"
    lines = table.read_text(encoding="utf-8").replace(f"004,{LABELS[1]}", "004,魚")
    table.write_text(lines, encoding="utf-8")
    send(pages, {"id": "004", "new_label": LABELS[0]})
    use(pages)
    assert "魚" not in load_train(pages.folder, load_competition(pages.folder)).targets["kind"].labels
    assert send(pages, {"id": "004", "new_label": "魚"}).status == 200


def test_labels_of_other_kinds(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny", fresh=True)
    path = folder / "competition.yaml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))

    def make(**target: Any) -> Any:
        path.write_text(yaml.safe_dump(facts | {"targets": {"kind": target}}, allow_unicode=True), encoding="utf-8")
        return open_sheet(Pages(folder).desk, "en")

    facts["metric"] = "rmse"
    sheet = make(kind="value", column="size")
    for text in ("", "?", "3", "-1.5", "1e3"):
        check_label(text, sheet)
    for text in ("x", " 3", "nan", "inf", "3,5"):
        with pytest.raises(InputError) as caught:
            check_label(text, sheet)
        assert caught.value.codes == ("RELABEL_NO_NUMBER",)
    facts["metric"] = "f1_macro"
    with pytest.raises(InputError) as caught:
        make(kind="multilabel", columns=["kind", "size"])
    assert caught.value.codes == ("RELABEL_KIND",)
    sheet = make(kind="multilabel", column="kind", separator="|")
    for text in ("", "?", LABELS[0], f"{LABELS[0]}|{LABELS[2]}", f" {LABELS[1]} | {LABELS[0]}"):
        check_label(text, sheet)
    for text in ("|", f"{LABELS[0]}|dog", f"{LABELS[0]},{LABELS[1]}", "?|?"):
        with pytest.raises(InputError):
            check_label(text, sheet)
