"""What users do wrong, through the command line: one message, exit 2 where refused, no traceback, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tiny import write_competition

from tamesu.cli import main

Edit = Callable[[Path], None]


def replace(file: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def append(file: str, text: str) -> Edit:
    def edit(folder: Path) -> None:
        with open(folder / file, "a", encoding="utf-8") as target:
            target.write(text)

    return edit


def write(file: str, content: bytes) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).write_bytes(content)

    return edit


RECIPE, COMPETITION, TABLE = "recipes/base.yaml", "competition.yaml", "data/train.csv"

# (what the user did, code, a word that must be in the message)
REFUSED: list[tuple[Edit, str, str]] = [
    (replace(RECIPE, "epochs: 3", "epoch: 3"), "CONFIG_UNKNOWN_KEY", "epochs"),
    (replace(RECIPE, "epochs: 3", "epochs: ten"), "CONFIG_TYPE", "epochs"),
    (replace(RECIPE, "epochs: 3", "epochs: 0"), "CONFIG_RANGE", "epochs"),
    (replace(RECIPE, "epochs: 3", "epochs: '3'"), "CONFIG_TYPE", "epochs"),
    (replace(RECIPE, "batch_size: 8", "batch_size: 8\nbatch_size: 9"), "CONFIG_DUPLICATE_KEY", "batch_size"),
    (replace(RECIPE, "loss: cross_entropy", "loss: cross_entrpy"), "CONFIG_UNKNOWN_PART", "cross_entropy"),
    (replace(RECIPE, "test_resnet", "test_resnt"), "CONFIG_UNKNOWN_PART", "test_resnet"),
    (replace(RECIPE, "brightness", "brightnes"), "CONFIG_UNKNOWN_OPTION", "brightness"),
    (replace(RECIPE, "lr: 0.003", "lr: -0.003"), "CONFIG_RANGE", "optimizer.adamw.lr"),
    (replace(RECIPE, "lr: 0.003", "lr: .nan"), "CONFIG_RANGE", "optimizer.adamw.lr"),
    (replace(RECIPE, "adamw", "adamww"), "CONFIG_UNKNOWN_PART", "adamw"),
    (replace(RECIPE, "cosine", "cosin"), "CONFIG_UNKNOWN_PART", "cosine"),
    (replace(RECIPE, "weights: none", "weights: missing.safetensors"), "WEIGHTS_NO_FILE", "missing.safetensors"),
    (replace(RECIPE, "weights: none", "weights: model.pkl"), "CKPT_UNSAFE", "model.pkl"),
    (replace(RECIPE, "size:\n    loss: smooth_l1", "sise:\n    loss: smooth_l1"), "CONFIG_UNKNOWN_TARGET", "size"),
    (replace(RECIPE, "loss: smooth_l1", "loss: cross_entropy"), "CONFIG_LOSS_KIND", "size"),
    (append(RECIPE, "seeds: [0, 0]\n"), "CONFIG_DUPLICATE_SEED", "seeds"),
    (append(RECIPE, "from: bass\n"), "CONFIG_NO_FILE", "base"),
    (write(RECIPE, b""), "CONFIG_EMPTY", "base.yaml"),
    (write(RECIPE, b"- a\n"), "CONFIG_TYPE", "base.yaml"),
    (write(RECIPE, "epochs: 3 # \u7d75".encode("cp932")), "CONFIG_ENCODING", "base.yaml"),
    (write(RECIPE, b"x: !!python/object/apply:os.system ['true']\n"), "CONFIG_UNSAFE_TAG", "base.yaml"),
    (replace(COMPETITION, "metric: accuracy", "metric: acuracy"), "CONFIG_UNKNOWN_PART", "accuracy"),
    (replace(COMPETITION, "column: kind", "column: kidn"), "TABLE_NO_COLUMN", "kind"),
    (replace(COMPETITION, "main: kind", "main: knd"), "CONFIG_UNKNOWN_TARGET", "kind"),
    (replace(COMPETITION, "n_splits: 3", "n_splits: 1"), "CONFIG_RANGE", "n_splits"),
    (replace(COMPETITION, "n_splits: 3", "n_splits: 400"), "FOLD", "400"),
    (replace(COMPETITION, "name: tiny", "name: ../tiny"), "CONFIG_NAME", "name"),
    (replace(COMPETITION, "data/train.csv", "data/trian.csv"), "TABLE", "trian.csv"),
    (replace(COMPETITION, "data/train/{id}.png", "data/train/{idd}.png"), "", "id"),
    (replace(TABLE, "001,", "../../001,"), "TABLE_PATH_OUTSIDE", "train.csv:3"),
    (replace(TABLE, "kind,size", "kind,kind"), "TABLE_DUPLICATE_COLUMN", "kind"),
    (replace(TABLE, "003,\u732b,100.0", "003,\u732b,100.0,9"), "TABLE_RAGGED", "train.csv:5"),
    (replace(TABLE, "003,\u732b,100.0", "003,\u732b"), "TABLE_RAGGED", "train.csv:5"),
    (replace(TABLE, "003,\u732b,100.0", "003,\u732b,inf"), "TABLE_NOT_FINITE", "train.csv:5"),
    (replace(TABLE, "003,\u732b", '003,"\u732b'), "TABLE_OPEN_QUOTE", "train.csv:5"),
    (write(TABLE, b""), "TABLE_EMPTY", "train.csv"),
    (write(TABLE, b"id,kind,size\n"), "TABLE_EMPTY", "train.csv"),
    (write(TABLE, b"id,kind,size\n001,a,1\n002,a,2\n"), "TABLE_ONE_CLASS", "kind"),
    (write(TABLE, b"id,kind,size\nx1,a,1\nx2,b,2\n"), "TABLE_NO_FILE_FOUND", "train"),
]

# Nothing is trained until the user has chosen.
ASKED: list[tuple[Edit, str, str]] = [
    (replace(TABLE, "003,\u732b,", "003,,"), "TABLE_LABEL_MISSING", "train.csv:5"),
    (replace(TABLE, "003,\u732b,", "003,NA,"), "TABLE_LABEL_LOOKS_MISSING", "NA"),
    (replace(TABLE, "003,\u732b,", "003,\u732b ,"), "TABLE_NEAR_EQUAL_LABELS", "train.csv:5"),
    (append(TABLE, "003,\u72ac,100.0\n"), "TABLE_CONFLICTING_LABEL", "003"),
    (replace(TABLE, "id,kind,size\n", ""), "TABLE_NO_HEADER", "train.csv"),
]

# Used, with a note.
NOTED: list[tuple[Edit, str]] = [
    (append(TABLE, "003,\u732b,100.0\n"), "TABLE_DUPLICATE_ID"),
    (replace(COMPETITION, "data/train/{id}.png", "data/train/{id}"), "TABLE_ENDING_ADDED"),
]


def run(folder: Path, capsys: pytest.CaptureFixture[str], *changes: str) -> tuple[int, str, str]:
    code = main(["train", "base", "question=what", *changes, "--folder", str(folder)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(("edit", "code", "word"), [*REFUSED, *ASKED])
def test_refused_or_asked_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], edit: Edit, code: str, word: str
) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n")
    edit(folder)
    exit_code, out, err = run(folder, capsys)
    assert exit_code == 2, out
    assert f"[{code}" in err or code == ""
    assert word in err
    assert "Traceback" not in out + err
    assert not (folder / "runs").exists()


@pytest.mark.parametrize(("edit", "code"), NOTED)
def test_used_with_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str], edit: Edit, code: str) -> None:
    folder = write_competition(tmp_path / "c")
    edit(folder)
    exit_code, out, err = run(folder, capsys, "epochs=1")
    assert (exit_code, err) == (0, "")
    assert f"[{code}]" in out


def test_a_question_is_answered_with_accept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_competition(tmp_path / "c")
    replace(TABLE, "003,\u732b,", "003,,")(folder)
    assert run(folder, capsys)[0] == 2
    words = ["train", "base", "epochs=1", "--folder", str(folder), "--accept", "TABLE_LABEL_MISSING"]
    assert main(words) == 0


def test_japanese_names_in_two_normal_forms_find_their_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "data" / "train" / "003.png").rename(folder / "data" / "train" / "\u30ab\u3099.png")
    replace(TABLE, "003,", "\u30ac,")(folder)
    exit_code, out, _ = run(folder, capsys, "epochs=1")
    assert (exit_code, "[NAME_NFC_NFD_PAIR]" in out) == (0, True)
    rows = next(folder.glob("runs/*/oof.csv")).read_text(encoding="utf-8")
    assert "\n\u30ac," in rows


def test_a_missing_image_keeps_its_row_flagged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "data" / "train" / "003.png").unlink()
    (folder / "data" / "test" / "040.png").unlink()
    exit_code, out, _ = run(folder, capsys, "epochs=1")
    assert exit_code == 0
    assert "003" in out
    rows = next(folder.glob("runs/*/oof.csv")).read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[4] for row in rows if row.startswith("003,")] == ["1"]
    assert "35 of 36 rows" in out


def test_ids_keep_their_zeros_to_the_submission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_competition(tmp_path / "c")
    assert run(folder, capsys, "epochs=1")[0] == 0
    assert main(["submit", "--folder", str(folder)]) == 0
    written = next((folder / "submissions").glob("*.csv")).read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[0] for row in written[1:]] == [f"{i:03d}" for i in range(36, 48)]
