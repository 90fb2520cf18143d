"""What competition.yaml may not say about itself, one mistake at a time."""

from __future__ import annotations

import pytest

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.consistency import check_facts, leads_out
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.schema import validate
from tamesu.errors import Fault

GOOD = """\
name: paintings
train: {table: train.csv, image: "train/{id}.jpg"}
test: {table: test.csv, image: "test/{id}.jpg"}
targets:
  theme: {kind: class, column: theme}
  tags: {kind: multilabel, column: tags, separator: " "}
  marks: {kind: multilabel, columns: [red, blue]}
  century: {kind: value, column: century, known_in: train}
main: theme
metric: accuracy
submission: {sample: sample.csv}
accept: [SYMMETRY_UNDECLARED]
"""


def faults_of(text: str) -> list[Fault]:
    document = parse_document(text, "competition.yaml")
    return check_facts(validate(Competition, document), document)


def test_a_good_one_passes() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("main: theme", "main: them", "CONFIG_UNKNOWN_TARGET", ":9 main", "did you mean 'theme'?"),
        ("{kind: class, column: theme}", "{kind: class}", "CONFIG_TARGET", ":5 targets.theme", "neither"),
        ("column: theme}", "column: theme, columns: [a, b]}", "CONFIG_TARGET", ":5 targets.theme.columns", "both"),
        ("column: theme}", "column: theme, separator: x}", "CONFIG_TARGET", ":5 targets.theme.separator", "multilabel"),
        ("column: theme}", "columns: [a]}", "CONFIG_TARGET", ":5 targets.theme.columns", "two columns"),
        ("column: theme}", "column: theme, labels: [a]}", "CONFIG_TARGET", ":5 targets.theme.labels", "two labels"),
        ("column: theme}", "column: theme, labels: [a, b, a]}", "CONFIG_TARGET", ":5 targets.theme.labels", "'a' stands"),
        ("column: theme}", "column: id}", "CONFIG_TARGET", ":5 targets.theme.column", "`id` column"),
        ("column: theme}", "column: theme, known_in: train}", "CONFIG_TARGET", ":5 targets.theme.known_in", "main"),
        ('separator: " "', 'separator: ""', "CONFIG_TARGET", ":6 targets.tags.separator", "empty"),
        ("[red, blue]", "[red, red]", "CONFIG_TARGET", ":7 targets.marks.columns", "'red' stands"),
        ("[red, blue]", "[red, blue], labels: [x, y]", "CONFIG_TARGET", ":7 targets.marks.labels", "leave `labels` out"),
        ("column: century", "columns: [a]", "CONFIG_TARGET", ":8 targets.century.columns", "columns"),
        ("class, column: theme", "identity, columns: [a, b]", "CONFIG_TARGET", ":5 targets.theme.columns", "one `column`"),
        ("class, column: theme", "soft, column: theme", "CONFIG_TARGET", ":5 targets.theme.column", "`columns`"),
        ("class, column: theme", "soft, columns: [a]", "CONFIG_TARGET", ":5 targets.theme.columns", "columns"),
        (
            "column: century",
            "column: c, derive: {attributes: {of: theme, table: a.csv, columns: [a]}}",
            "CONFIG_TARGET",
            ":8 targets.century.derive",
            "derived",
        ),
        ("column: century", "derive: {bins: {of: theme}}", "DERIVE_KIND", ":8 targets.century.derive", "bins makes"),
        ("column: century", "derive: {area: {of: tag}}", "DERIVE_UNKNOWN", ":8 targets.century.derive", "'tags'?"),
        ("column: century", "unknown: [3], column: century", "CONFIG_TARGET", ":8 targets.century.unknown", "mask"),
        (
            "column: century",
            "derive: {attributes: {of: theme, table: ../a.csv, columns: [a]}}",
            "CONFIG_OUTSIDE_FOLDER",
            ":8 targets.century.derive",
            "leads out",
        ),
        ("column: century", "column: c, labels: [a, b]", "CONFIG_TARGET", ":8 targets.century.labels", "no `labels`"),
        ('"train/{id}.jpg"', "train/id.jpg", "TABLE_IMAGE_TEMPLATE", ":2 train.image", "train/id.jpg"),
        ('"test/{id}.jpg"', '"test/{id.jpg"', "TABLE_IMAGE_TEMPLATE", ":3 test.image", "{id"),
        ("table: train.csv", "table: ../train.csv", "CONFIG_OUTSIDE_FOLDER", ":2 train.table", "leads out"),
        ("sample: sample.csv", "sample: /tmp/s.csv", "CONFIG_OUTSIDE_FOLDER", ":11 submission.sample", "leads out"),
        ("SYMMETRY_UNDECLARED", "SYMETRY_UNDECLARED", "CONFIG_UNKNOWN_CODE", ":12 accept.", "'SYMMETRY_UNDECLARED'?"),
    ],
)
def test_one_mistake_is_one_fault(old: str, new: str, code: str, place: str, words: str) -> None:
    assert old in GOOD
    faults = faults_of(GOOD.replace(old, new, 1))
    assert [fault.code for fault in faults] == [code]
    assert str(faults[0].where).startswith(f"competition.yaml{place}")
    assert words in faults[0].text("en") and faults[0].text("ja")


def test_labels_may_repeat_the_columns() -> None:
    assert faults_of(GOOD.replace("[red, blue]", "[red, blue], labels: [red, blue]")) == []


def test_paths_stay_inside() -> None:
    assert [leads_out(path) for path in ("a/b.csv", "./a", "a..b/c", "\\\\host\\share", "..", "\0")] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]
