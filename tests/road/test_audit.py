"""`tamesu audit` on real photos: every planted fault is found, and nothing false is said of sets that are clean."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from tests.road.faulty import RARE, Faults, plant_faults
from tests.test_probing import Heard

from tamesu.auditing import audit
from tamesu.gathering import find_subject
from tamesu.results.finding import Finding

pytestmark = pytest.mark.slow


def by_code(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.code, []).append(finding)
    return found


def read_groups(folder: Path, id_column: str) -> dict[str, str]:
    with open(folder / "audit" / "groups.csv", encoding="utf-8") as file:
        return {row[id_column]: row["group"] for row in csv.DictReader(file)}


def check_copies(faults: Faults, groups: dict[str, str]) -> None:
    """Recall of equal and altered copies from the proposed groups; every other pair counts as false."""
    pairs = {frozenset(pair) for pair in [*faults.copies.equal.items(), *faults.conflicts.items()]}
    altered = {frozenset((copy, name)) for copy, (name, _) in faults.copies.altered.items()}
    together: dict[str, list[str]] = {}
    for row, group in groups.items():
        together.setdefault(group, []).append(row)
    claimed = {frozenset((a, b)) for rows in together.values() for i, a in enumerate(rows) for b in rows[:i]}
    assert len(pairs & claimed) >= 0.95 * len(pairs)
    assert len(altered & claimed) >= 0.8 * len(altered)
    own = {frozenset(pair) for pair in REAL_DUPLICATES}
    false = {pair for pair in claimed - pairs - altered if pair not in own and not is_transitive(pair, pairs | altered | own)}
    assert len(altered & claimed) >= 0.95 * len((altered & claimed) | false)


# Photos of clothing10 that were looked at and do show one picture twice.
REAL_DUPLICATES = [
    ("6075b4a5-5b1a-4ce0-aea0-9dbfbca7c35c", "637a56e4-7fa6-4f75-8859-0f8902461554"),
    ("b59e4d4a-a283-4868-8a81-2f24d8b9c8d8", "e6a8b33f-279c-4072-8dba-229d94205e55"),
]


def is_transitive(pair: frozenset[str], known: set[frozenset[str]]) -> bool:
    """Whether two rows are copies of a third."""
    a, b = pair
    around = [{next(iter(other - {row})) for other in known if row in other} for row in (a, b)]
    return bool(around[0] & around[1])


def write_set(folder: Path, data: Path, table: str, image: str, column: str) -> Path:
    """A competition over a folder of images, without a recipe: pixels alone."""
    folder.mkdir(parents=True)
    (folder / "data").symlink_to(data)
    competition = {
        "name": "clean",
        "data": "data",
        "id": column,
        "train": {"table": table, "image": image},
        "targets": {"label": {"kind": "class", "column": "label"}},
        "main": "label",
        "metric": "accuracy",
    }
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition), encoding="utf-8")
    return folder


def pairwise_f1(found: Sequence[str], truth: Sequence[str]) -> float:
    a, b = (np.unique(list(names), return_inverse=True)[1] for names in (found, truth))
    upper = np.triu_indices(len(a), 1)
    claimed, true = (a[:, None] == a)[upper], (b[:, None] == b)[upper]
    return float(2 * (claimed & true).sum() / (claimed.sum() + true.sum()))


def test_hidden_groups_of_magtile_from_pixels_and_names(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "magtile"
    folder = write_set(tmp_path / "c", source, "train.csv", "images/{image}", "image")
    heard = Heard()
    findings = audit(folder, reporter=heard)
    assert heard.lines[0].startswith("!! random folds leak")
    assert findings[0].values["difference"] > 0.10 and findings[0].values["low"] > 0.05
    groups = read_groups(folder, "image")
    with open(source / "truth_groups.csv", encoding="utf-8") as file:
        truth = {row["image"]: row["group"] for row in csv.DictReader(file)}
    assert pairwise_f1([groups[name] for name in truth], list(truth.values())) >= 0.90


def write_digits(folder: Path) -> Path:
    """scikit-learn's 1,797 digits, 8 × 8 px."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    (folder / "images").mkdir(parents=True)
    for number, pixels in enumerate(digits.images):
        path = folder / "images" / f"digit{number}.png"
        path.write_bytes(cv2.imencode(".png", np.minimum(pixels * 16, 255).astype(np.uint8))[1].tobytes())
    lines = "\n".join(f"digit{number}.png,{label}" for number, label in enumerate(digits.target))
    (folder / "train.csv").write_text(f"image,label\n{lines}\n")
    return folder


@pytest.mark.parametrize("name", ["clothing10", "pets37", "digits"])
def test_clean_sets_raise_no_alarm(name: str, shared: Path, tmp_path: Path) -> None:
    if name == "digits":
        places = (write_digits(tmp_path / "digits"), "train.csv", "images/{image}", "image")
    elif name == "clothing10":
        places = (shared / "data" / name, "train.csv", "train/{id}.jpg", "id")
    else:
        places = (shared / "data" / name, "train.csv", "images/{image}", "image")
    folder = write_set(tmp_path / "c", *places)
    findings = audit(folder)
    assert [finding.code for finding in findings if finding.weight == "severe"] == []
    # Images were looked at, so silence means something.
    assert "AUDIT_UNREADABLE" not in {finding.code for finding in findings}
    if (folder / "audit" / "groups.csv").exists():
        groups = list(read_groups(folder, places[3]).values())
        sizes = dict(zip(*np.unique(groups, return_counts=True), strict=True))
        assert np.mean([sizes[group] > 1 for group in groups]) < 0.01


def test_planted_faults_on_clothing10(shared: Path, tmp_path: Path) -> None:
    faults = plant_faults(shared, tmp_path / "c")
    findings = audit(faults.folder)
    found = by_code(findings)
    assert {finding.code for finding in findings if finding.weight == "severe"} <= {"AUDIT_COPIES_ACROSS_FOLDS"}
    subject = find_subject(faults.folder, (), "en")
    ids = [*subject.train.ids, *(subject.found.test[0].ids if subject.found.test else ())]

    def rows_of(code: str) -> set[str]:
        return {ids[row] for finding in found[code] for row in finding.rows}

    check_copies(faults, read_groups(faults.folder, "id"))
    assert set(faults.conflicts) <= rows_of("AUDIT_COPIES_CONFLICT")
    assert rows_of("AUDIT_UNREADABLE") == set(faults.unreadable)
    assert any(RARE in str(finding.values) for finding in findings if finding.code == "AUDIT_SMALL_CLASSES")
    drift = found["AUDIT_DRIFT"][0]
    assert drift.values["auc"] >= 0.9
    candidates = [ids[row] for row in found["AUDIT_LABEL_NOISE"][0].rows]
    wrong = set(faults.noisy) | set(faults.conflicts) | set(faults.rare)
    chance = len(wrong) / len(faults.train)
    precision = np.mean([row in wrong for row in candidates])
    print(f"{len(candidates)} candidates, precision {precision:.3f}, chance {chance:.3f}, AUC {drift.values['auc']:.3f}")
    assert precision >= 3 * chance
