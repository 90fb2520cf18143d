"""`tamesu audit` from a folder to its page, and the training that asks because of it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tamesu import auditing, gathering, workflow
from tamesu.artifacts.audit_file import read_audit
from tamesu.artifacts.audit_rows import FILE as ROWS
from tamesu.artifacts.audit_rows import read_audit_rows
from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.files import read_json
from tamesu.artifacts.loading import load_competition
from tamesu.auditing import audit
from tamesu.cli import main
from tamesu.errors import InputError, QuestionError
from tamesu.messages import CATALOGUE
from tamesu.messages.message import Message
from tests.audited import EACH, PATIENTS, write_grouped
from tests.test_probing import Heard

LEAKING = "AUDIT_LEAK_GROUPS"


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_grouped(tmp_path_factory.mktemp("audit") / "患者")
    audit(folder)
    return folder


def codes_of(findings: tuple[auditing.Finding, ...]) -> dict[str, str]:
    return {finding.code: finding.weight for finding in findings}


def test_groups_that_names_and_pixels_tell_are_the_first_line(leaking: Path) -> None:
    heard = Heard()
    findings = audit(leaking, reporter=heard)
    assert (findings[0].code, findings[0].weight) == (LEAKING, "severe")
    assert heard.lines[0].startswith("!! random folds leak")
    with open(leaking / "audit" / "groups.csv", encoding="utf-8") as file:
        groups = {row["image"]: row["group"] for row in csv.DictReader(file)}
    patients = {name: name[:4] for name in groups}
    assert len(groups) == PATIENTS * EACH
    # One group a patient, and one patient a group.
    assert len(set(groups.values())) == PATIENTS == len({(groups[name], patients[name]) for name in groups})
    assert findings[0].values["random"] - findings[0].values["grouped"] > 0.1
    page = (leaking / "reports" / "audit.html").read_text(encoding="utf-8")
    assert "患者00_0.png" in page and "data:image/jpeg;base64," in page and "陽性" in page


def test_audit_json_names_every_row_of_a_finding(leaking: Path) -> None:
    known = read_audit(leaking)
    assert known is not None and known.codes_severe[0] == LEAKING
    assert len(known.findings[0].ids) == PATIENTS * EACH
    assert sorted(map(len, known.leaks["groups"])) == [EACH] * PATIENTS


def test_rows_hold_every_group_whole_and_are_made_anew_when_they_are_gone(
    leaking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_audit_rows(leaking)
    assert rows is not None and rows.target == load_competition(leaking).main
    groups = rows.sets["groups"]
    assert sorted(map(len, groups)) == [EACH] * PATIENTS
    assert all(len({name[:4] for name in group}) == 1 for group in groups)

    def look(*_words: object) -> None:
        raise LookupError

    monkeypatch.setattr(auditing, "look", look)
    path = leaking / ROWS
    path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(LookupError):
            audit(leaking)
    finally:
        path.with_suffix(".away").rename(path)
    assert audit(leaking)[0].code == LEAKING


def test_training_asks_before_it_starts_and_remembers_the_answer(leaking: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(QuestionError) as caught:
        workflow.train("base", folder=leaking, device="cpu")
    assert caught.value.codes == ("LEAK_GROUPS",)
    assert not (leaking / "runs").exists()
    assert main(["train", "base", "--folder", str(leaking), "--accept", "leak:grups"]) == 2
    assert "leak:groups" in capsys.readouterr().err
    run = workflow.train("base", folder=leaking, device="cpu", accept=["leak:groups", "leak:copies"])
    assert read_json(run.path / "environment.json")["accepted_leaks"] == ["leak:groups"]


def test_what_has_not_changed_is_not_looked_at_again(leaking: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(leaking)
    monkeypatch.setattr(auditing, "look", lambda *_words: pytest.fail("it looked again"))
    heard = Heard()
    again = audit(leaking, reporter=heard)
    assert again[0].code == LEAKING and len(again[0].rows) == PATIENTS * EACH
    assert "nothing has changed" in heard.lines[-1]


@pytest.mark.slow
def test_adopted_groups_are_kept_and_the_audit_says_so(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c")
    audit(folder, adopt_groups=True)
    competition = load_competition(folder)
    assert (competition.groups, competition.folds.splitter.name) == ("audit/groups.csv", "stratified_group_kfold")
    groups = load_train(folder, competition).groups
    assert groups is not None and len(set(groups.tolist())) == PATIENTS
    found = codes_of(audit(folder))
    assert LEAKING not in found and "severe" not in found.values()
    # Nobody asks any more, until somebody takes the groups out again.
    workflow.train("base", folder=folder, device="cpu")
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("stratified_group_kfold", "stratified_kfold"), encoding="utf-8")
    with pytest.raises(QuestionError, match=r"LEAK_GROUPS|FOLD_GROUP_LEAK"):
        workflow.train("base", folder=folder, device="cpu")
    path.write_text(path.read_text(encoding="utf-8").replace("groups: audit/groups.csv\n", ""), encoding="utf-8")
    with pytest.raises(QuestionError, match="LEAK_GROUPS"):
        workflow.train("base", folder=folder, device="cpu")


@pytest.mark.slow
def test_an_adopted_file_is_never_written_over(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c")
    audit(folder, adopt_groups=True)
    adopted = (folder / "audit" / "groups.csv").read_bytes()
    # Copies of other patients come to light: they are to be kept together too, and the proposal stands in another file.
    images = folder / "data" / "images"
    for one, other in (("患者00_0.png", "患者02_1.png"), ("患者04_0.png", "患者06_1.png"), ("患者08_0.png", "患者10_1.png")):
        (images / other).write_bytes((images / one).read_bytes())
    audit(folder)
    assert (folder / "audit" / "groups.csv").read_bytes() == adopted
    known = read_audit(folder)
    assert known is not None and known.proposed == "audit/groups-next.csv"
    audit(folder, adopt_groups=True)
    assert load_competition(folder).groups == "audit/groups-next.csv"
    groups = load_train(folder, load_competition(folder)).groups
    assert groups is not None and len(set(groups.tolist())) == PATIENTS - 3


@pytest.mark.slow
def test_folds_are_no_more_than_the_groups_that_are_adopted(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c", folds={"splitter": "stratified_kfold", "n_splits": 30})
    audit(folder, adopt_groups=True)
    assert load_competition(folder).folds.n_splits == PATIENTS


def test_one_group_of_all_rows_is_not_adopted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_grouped(tmp_path / "c", patients=4, folds={"splitter": "stratified_kfold", "n_splits": 5})
    images = sorted((folder / "data" / "images").iterdir())
    for image in images:
        image.write_bytes(images[0].read_bytes())
    before = (folder / "competition.yaml").read_bytes()
    heard = Heard()
    found = {one.code: one for one in audit(folder, reporter=heard)}
    assert "--adopt" not in found["AUDIT_COPIES_ACROSS_FOLDS"].text("en")
    assert "--adopt" not in "\n".join(heard.lines)
    assert not {"AUDIT_FOLDS_LARGE_GROUP", "AUDIT_FOLDS_FEW_GROUPS"} & found.keys()
    assert main(["audit", "--folder", str(folder), "--adopt"]) == 2
    assert "ADOPT_ONE_GROUP" in capsys.readouterr().err
    assert (folder / "competition.yaml").read_bytes() == before
    assert main(["check", str(folder)]) == 0


def test_groups_in_force_are_not_adopted_again(leaking: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    shutil.copytree(leaking, folder, ignore=shutil.ignore_patterns("runs"))
    audit(folder, adopt_groups=True)
    written, heard = (folder / "competition.yaml").read_bytes(), Heard()
    audit(folder, adopt_groups=True, reporter=heard)
    assert "in force already" in heard.lines[-1] and "groups: audit/groups.csv" in heard.lines[-1]
    assert (folder / "competition.yaml").read_bytes() == written


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"accept": ["nonsense"]}, "ACCEPT_UNKNOWN"),
        ({"accept": ["leak:gruops"]}, "ACCEPT_LEAK_UNKNOWN"),
        ({"device": "foo"}, "DEVICE_UNKNOWN"),
    ],
)
def test_wishes_are_checked_before_anything_is_read(wish: dict[str, Any], code: str, tmp_path: Path) -> None:
    # Of an empty folder anything else would be said first.
    with pytest.raises(InputError) as caught:
        audit(tmp_path, **wish)
    assert caught.value.codes == (code,)


def test_the_nearest_code_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leak:groups"):
        audit(tmp_path, accept=["leak:gruops"])
    with pytest.raises(InputError, match="TABLE_CONFLICTING_LABEL"):
        audit(tmp_path, accept=["TABLE_CONFLICTING_LABLE"])
    with pytest.raises(InputError, match="FOLDER_NO_COMPETITION"):
        audit(tmp_path, accept=["TABLE_CONFLICTING_LABEL", "leak:copies"])


def hear(folder: Path) -> tuple[dict[str, auditing.Finding], str]:
    heard = Heard()
    return {one.code: one for one in audit(folder, reporter=heard)}, " ".join(" ".join(heard.lines).split())


@pytest.mark.slow
def test_a_faulty_recipe_is_told_every_time(leaking: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    shutil.copytree(leaking, folder, ignore=shutil.ignore_patterns("runs"))
    recipe = folder / "recipes" / "base.yaml"
    whole = recipe.read_text(encoding="utf-8")
    recipe.write_text(whole + "colour_of_night: 3\n", encoding="utf-8")
    found, said = hear(folder)
    assert "nothing has changed" not in said and "colour_of_night" in said and "cheap pixel features" in said
    again, said = hear(folder)
    assert "nothing has changed" in said and "colour_of_night" in said and "cheap pixel features" in said
    assert found["AUDIT_RECIPE_FAULT"].weight == again["AUDIT_RECIPE_FAULT"].weight == "warning"
    recipe.unlink()
    assert "AUDIT_NO_RECIPE" in hear(folder)[0] and "AUDIT_NO_RECIPE" in hear(folder)[0]
    recipe.write_text(whole, encoding="utf-8")
    found, said = hear(folder)
    assert "nothing has changed" not in said and not {"AUDIT_NO_RECIPE", "AUDIT_RECIPE_FAULT"} & found.keys()


@pytest.mark.slow
def test_weights_that_cannot_be_had_are_told_until_they_can(
    leaking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamesu.errors import Fault, Where
    from tamesu.training import features

    folder = tmp_path / "c"
    shutil.copytree(leaking, folder, ignore=shutil.ignore_patterns("runs"))
    recipe = folder / "recipes" / "base.yaml"
    plain = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    name = next(iter(plain["backbone"]))
    plain["backbone"][name]["weights"] = "w.safetensors"
    recipe.write_text(yaml.safe_dump(plain), encoding="utf-8")
    assert "WEIGHTS_NO_FILE" in hear(folder)[1]
    assert "WEIGHTS_NO_FILE" in (said := hear(folder)[1]) and "nothing has changed" in said
    (folder / "w.safetensors").mkdir()
    assert "WEIGHTS_NO_FILE" in hear(folder)[1]
    (folder / "w.safetensors").rmdir()
    (folder / "w.safetensors").write_bytes(b"no tensors")
    assert "CKPT_UNREADABLE" in (said := hear(folder)[1]) and "nothing has changed" not in said
    # What is fetched may be there another time, with every file of the folder as it was.
    plain["backbone"][name]["weights"] = "imagenet"
    recipe.write_text(yaml.safe_dump(plain), encoding="utf-8")

    def refuse(*_words: object) -> None:
        raise InputError(Fault("WEIGHTS_NO_FILE", "refuse", Where(key="weights"), {"path": "published"}))

    monkeypatch.setattr(features, "build_frozen", refuse)
    assert "published" in hear(folder)[1]
    assert "published" in (said := hear(folder)[1]) and "nothing has changed" in said
    monkeypatch.setattr(features, "build_frozen", lambda *_words: None)
    monkeypatch.setattr(auditing, "add_features", lambda _subject, data, given, _device, _move: (data, given))
    found, said = hear(folder)
    assert "nothing has changed" not in said and "AUDIT_RECIPE_FAULT" not in found


def test_groups_without_a_leak_are_told_as_such(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c", alike=False)
    found = codes_of(audit(folder))
    assert found["AUDIT_GROUPS_HARMLESS"] == "note"
    assert "severe" not in found.values()
    with pytest.raises(InputError, match="AUDIT_NO_GROUPS"):
        audit(folder, adopt_groups=True)


@pytest.mark.slow
def test_a_damaged_audit_is_made_again_and_stops_no_training(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c")
    audit(folder)
    whole = (folder / "audit.json").read_bytes()
    (folder / "audit.json").write_bytes(whole[: len(whole) // 2])
    workflow.train("base", folder=folder, device="cpu")
    assert audit(folder)[0].code == LEAKING
    assert json.loads((folder / "audit.json").read_bytes())["content"]["codes_severe"] == [LEAKING]


def test_an_audit_that_can_no_longer_be_told_is_made_again(leaking: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(leaking)
    digest = gathering.find_subject(leaking, (), "en").digest
    assert auditing.read_known(leaking, digest) is not None
    message = CATALOGUE[LEAKING]
    monkeypatch.setitem(CATALOGUE, LEAKING, Message("{quite_new} " + message.what, message.do, "{quite_new}", message.do_ja))
    assert auditing.read_known(leaking, digest) is None


def test_ctrl_c_in_the_middle_writes_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_grouped(tmp_path / "c")

    def interrupt(*_words: object, **_wishes: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(auditing, "inspect", interrupt)
        assert main(["audit", "--folder", str(folder)]) == 130
    assert not (folder / "audit.json").exists() and not (folder / "reports").exists()
    # What was scanned is remembered.
    monkeypatch.setattr("tamesu.images.scan.decode_in_helpers", interrupt)
    assert audit(folder)[0].code == LEAKING


@pytest.mark.slow
def test_questions_about_the_tables_are_told_and_stop_nothing(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c")
    table = folder / "data" / "train.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines, lines[1].replace("陰性", "陽性")]) + "\n", encoding="utf-8")
    heard = Heard()
    audit(folder, reporter=heard)
    assert "TABLE_CONFLICTING_LABEL" in heard.lines[0]


@pytest.mark.slow
def test_japanese_from_the_first_line_to_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    folder, heard = write_grouped(tmp_path / "監査"), Heard()
    audit(folder, reporter=heard)
    assert heard.lines[0].startswith("!! ランダム分割ではリークします")
    assert 'lang="ja"' in (folder / "reports" / "audit.html").read_text(encoding="utf-8")


def test_doubtful_labels_go_onto_a_worksheet_and_come_back(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c", alike=False)
    images = folder / "data" / "images"
    table = folder / "data" / "train.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    positive = next(line.split(",")[0] for line in lines if line.endswith("陽性"))
    negative = next(line.split(",")[0] for line in lines if line.endswith("陰性"))
    (images / negative).write_bytes((images / positive).read_bytes())
    audit(folder, relabel=True)
    sheet = folder / "relabel" / "label.csv"
    with open(sheet, encoding="utf-8-sig") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert {positive, negative} <= rows.keys()
    page = (folder / "relabel" / "label.html").read_text(encoding="utf-8")
    assert positive in page and "data:image/jpeg" in page
    header = list(next(iter(rows.values())))
    rows[negative] |= {"new_label": "陽性", "seconds": "9"}
    with open(sheet, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows.values())
    text = (folder / "competition.yaml").read_text(encoding="utf-8")
    text = text.replace("    column: label\n", "    column: label\n    corrections: relabel/label.csv\n")
    (folder / "competition.yaml").write_text(text, encoding="utf-8")
    rows_now = load_train(folder, load_competition(folder))
    target = rows_now.targets["label"]
    assert target.labels[int(target.values[rows_now.ids.index(negative)])] == "陽性"
    [effort] = [finding for finding in audit(folder) if finding.code == "AUDIT_RELABELLED"]
    assert (effort.values["count"], effort.values["changed"], effort.values["each"]) == (1, 1, pytest.approx(9.0))


@pytest.mark.slow
def test_without_a_recipe_and_without_folds_that_fit_it_still_looks(tmp_path: Path) -> None:
    folder = write_grouped(tmp_path / "c")
    (folder / "recipes" / "base.yaml").unlink()
    assert audit(folder)[0].code == LEAKING


@pytest.mark.parametrize("metric", ["qwk", {"f1_macro": {"no_such_option": 1}}])
def test_a_metric_that_is_not_there_is_told_at_once(tmp_path: Path, metric: object) -> None:
    with pytest.raises(InputError, match="CONFIG_UNKNOWN"):
        audit(write_grouped(tmp_path / "c", metric=metric))


def test_a_missing_competition_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="FOLDER_NO_COMPETITION"):
        audit(tmp_path)
