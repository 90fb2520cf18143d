"""The whole road for each kind of target: from the host's files to a submission and a report, with Japanese class names."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from tamesu import workflow
from tamesu.artifacts.run import Run
from tamesu.checking import check_folder

ROWS, TEST_ROWS = 36, 6
NAMES = [f"{row:03d}" for row in range(ROWS + TEST_ROWS)]
Cells = list[str]


def write_host(folder: Path, columns: dict[str, Cells], form: dict[str, str]) -> Path:
    """Images of three colours, train.csv with these columns, and a form that asks for them with these cells."""
    draws = np.random.default_rng(0)
    for row, name in enumerate(NAMES):
        pixels = draws.integers(0, 90, (20, 24, 3), dtype=np.uint8)
        pixels[:, :, row % 3] += 120
        path = folder / ("train" if row < ROWS else "test") / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".png", pixels[:, :, ::-1])[1].tobytes())
    lines = [",".join(["id", *columns]), *(",".join(row) for row in zip(NAMES[:ROWS], *columns.values(), strict=True))]
    (folder / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked = [",".join(["id", *form]), *(",".join([name, *form.values()]) for name in NAMES[ROWS:])]
    (folder / "sample_submission.csv").write_text("\n".join(asked) + "\n", encoding="utf-8")
    return folder


def each(make: Callable[[int], str]) -> Cells:
    return [make(row) for row in range(ROWS)]


def walk(folder: Path, columns: dict[str, Cells], form: dict[str, str], **wishes: Any) -> tuple[dict[str, Any], Run, str, Path]:
    """init, check, train, submit and report: competition.yaml, the run, the page, and the submission."""
    host = write_host(folder / "host", columns, form)
    comp = folder / "コンペ"
    workflow.init(comp, data=host, backbone="test_resnet", weights="none", size_px=16, epochs=1, **wishes)
    facts = yaml.safe_load((comp / "competition.yaml").read_text(encoding="utf-8"))
    # Five folds would show nothing more.
    few = facts | {"folds": facts["folds"] | {"n_splits": 2}}
    (comp / "competition.yaml").write_text(yaml.safe_dump(few, allow_unicode=True), encoding="utf-8")
    assert [fault for fault in check_folder(comp) if fault.outcome != "note"] == []
    run = workflow.train("base", ["batch_size=16", "precision=fp32"], folder=comp, device="cpu")
    submission = workflow.submit(folder=comp)
    workflow.check_submission_file(submission, folder=comp)
    page = workflow.report(folder=comp).read_text(encoding="utf-8")
    return facts, run, page, submission


def read(path: Path) -> tuple[list[str], np.ndarray]:
    """The header of a CSV file, and its rows as text."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    return header, np.array(rows, dtype=np.str_)


def predicted(run: Run, target: str, labels: Sequence[str]) -> np.ndarray:
    """What `predict` writes, float64 (rows, labels)."""
    header, rows = read(workflow.predict(folder=run.folder))
    assert header[2:] == [f"{target}:{label}" for label in labels]
    return rows[:, 2:].astype(np.float64)


def test_shares(tmp_path: Path) -> None:
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], ROWS).round(3)
    shares[:, 2] = 1 - shares[:, 0] - shares[:, 1]
    columns = {name: [f"{share:.3f}" for share in column] for name, column in zip(("犬", "猫", "鳥"), shares.T, strict=True)}
    facts, run, page, submission = walk(tmp_path, columns, {"鳥": "0", "犬": "0", "猫": "0"})
    assert facts["targets"] == {"shares": {"kind": "soft", "columns": ["鳥", "犬", "猫"]}}
    assert (facts["metric"], facts["folds"]["splitter"]) == ("kl_divergence", "stratified_kfold")
    assert run.recipe.heads["shares"].loss.name == "kl_divergence"
    header, rows = read(submission)
    assert header == ["id", "鳥", "犬", "猫"] and rows[:, 0].tolist() == NAMES[ROWS:]
    told = rows[:, 1:].astype(np.float64)
    assert told.sum(axis=1) == pytest.approx(1, abs=1e-5) and (told > 0).all()
    assert told == pytest.approx(predicted(run, "shares", ("鳥", "犬", "猫")), abs=1e-6)
    assert all(label in page for label in ("鳥", "犬", "猫"))
    assert "Shares of each label, largest error first" in page


def test_labels_in_order(tmp_path: Path) -> None:
    columns = {"診断": each(lambda row: ("軽症", "中等症", "重症")[row % 3])}
    facts, run, page, submission = walk(tmp_path, columns, {"診断": "重症"})
    assert facts["targets"] == {"診断": {"kind": "ordinal", "column": "診断", "labels": ["軽症", "中等症", "重症"]}}
    assert (facts["metric"], facts["folds"]["splitter"]) == ("quadratic_kappa", "stratified_kfold")
    header, rows = read(submission)
    probs = predicted(run, "診断", ("軽症", "中等症", "重症"))
    assert header == ["id", "診断"]
    assert rows[:, 1].tolist() == [("軽症", "中等症", "重症")[code] for code in probs.argmax(axis=1)]
    assert all(label in page for label in ("軽症", "中等症", "重症"))


def test_identities(tmp_path: Path) -> None:
    columns = {"個体名": each(lambda row: f"鯨{row // 3}")}
    form = {"個体名": "鯨0 新個体 鯨1"}
    facts, run, page, submission = walk(tmp_path, columns, form, target="個体名", kind="identity")
    assert facts["targets"] == {"個体名": {"kind": "identity", "column": "個体名"}}
    assert (facts["metric"], facts["folds"]["n_splits"]) == ("map_at_k", 5)
    labels = run.spec.targets["個体名"].labels
    assert sorted(labels) == sorted({f"鯨{n}" for n in range(12)})
    probs = predicted(run, "個体名", labels)
    ranked = [" ".join(labels[code] for code in np.argsort(-row, kind="stable")[:3]) for row in probs]
    assert read(submission)[1][:, 1].tolist() == ranked
    assert "鯨11" in page


def test_several_values(tmp_path: Path) -> None:
    columns = {"幅": each(lambda row: f"{100 + 10 * (row % 3)}.5"), "丈": each(lambda row: f"{row / 7:.2f}")}
    facts, run, page, submission = walk(tmp_path, columns, {"丈": "0.0", "幅": "0.0"}, target=["幅", "丈"])
    assert facts["targets"] == {"values": {"kind": "value", "columns": ["丈", "幅"]}}
    assert (facts["metric"], facts["folds"]["splitter"]) == ("rmse", "kfold")
    header, rows = read(submission)
    assert header == ["id", "丈", "幅"]
    told = rows[:, 1:].astype(np.float64)
    assert told == pytest.approx(predicted(run, "values", ("丈", "幅")), rel=1e-5)
    # Each in its own unit: widths stand around 110, lengths around 2.5.
    assert (told[:, 1] > 50).all() and (np.abs(told[:, 0]) < 20).all()
    assert "丈" in page and "幅" in page
