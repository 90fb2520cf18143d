"""Documents: what may be read, what must be refused, on which line; and no bytes at all get anything else out of it."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tamesu.artifacts import assembly
from tamesu.artifacts.documents import load_document, merge_faults, parse_document, parse_value, read_document
from tamesu.errors import Fault, InputError, Where

ALIAS_BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
)
KEY = "0123456789abcdef0123456789abcdef"

# Text, code, line (None: any).
REFUSED: list[tuple[str, str, int | None]] = [
    ("a: !!python/object/apply:os.system ['touch CANARY']\n", "CONFIG_UNSAFE_TAG", 1),
    ("a: 1\nb: !!str 3\n", "CONFIG_UNSAFE_TAG", 2),
    ("a: !mine {b: 1}\n", "CONFIG_UNSAFE_TAG", 1),
    (ALIAS_BOMB, "CONFIG_ALIASES", None),
    ("a: &a [*a]\n", "CONFIG_ALIASES", 1),
    ("a: &a 1\nb: [" + "*a, " * 101 + "]\n", "CONFIG_ALIASES", 2),
    ("a: &k x\n*k : 1\n", "CONFIG_ALIASES", 2),
    ("epochs: 3\nlr: 1\nb: 2\n\n\nlr: 2\n", "CONFIG_DUPLICATE_KEY", 6),
    ("a: {b: 1, b: 2}\n", "CONFIG_DUPLICATE_KEY", 1),
    ("a: 1\nepochs: 010\n", "CONFIG_AMBIGUOUS_NUMBER", 2),
    ("time: 12:30\n", "CONFIG_AMBIGUOUS_NUMBER", 1),
    ("lr: .nan\n", "CONFIG_RANGE", 1),
    ("lr: 1e999\n", "CONFIG_RANGE", 1),
    ("a: 1\nlr: " + "1" * 5000 + "\n", "CONFIG_RANGE", 2),
    ("a: " + "[" * 20_000 + "\n", "CONFIG_TOO_DEEP", 1),
    ("a: " + "{a: " * 20_000 + "\n", "CONFIG_TOO_DEEP", 1),
    ("a:\n" + "".join("  " * i + "- \n" + "  " * (i + 1) + "b:\n" for i in range(1, 60)), "CONFIG_TOO_DEEP", None),
    ("a:\n\tb: 1\n", "CONFIG_SYNTAX", 2),
    ("", "CONFIG_EMPTY", None),
    ("# nothing yet\n", "CONFIG_EMPTY", None),
    ("---\n", "CONFIG_EMPTY", None),
    ("- a\n- b\n", "CONFIG_TYPE", 1),
    ("just words\n", "CONFIG_TYPE", 1),
    ("a: 1\n---\nb: 2\n", "CONFIG_SYNTAX", 2),
    ("a: 1\nb: x: y\n", "CONFIG_SYNTAX", 2),
    ("a: 'x\n", "CONFIG_SYNTAX", None),
    ("a: [1, 2\n", "CONFIG_SYNTAX", None),
    ("a: 1\n  b: 2\n", "CONFIG_SYNTAX", 2),
    ("? {a: 1}\n: 2\n", "CONFIG_SYNTAX", 1),
    ("? [a]\n: 2\n", "CONFIG_SYNTAX", 1),
    ("a: *nowhere\n", "CONFIG_ALIASES", 1),
    ("a: 1\nb: \x07\n", "CONFIG_SYNTAX", 2),
    ('a: "\\a"\n', "CONFIG_SYNTAX", 1),
    ('a: "\\Uffffffff"\n', "CONFIG_SYNTAX", None),
    ('a: "\\ud800"\n', "CONFIG_ENCODING", 1),
    ("%YAML 2.0\n---\na: 1\n", "CONFIG_SYNTAX", None),
    (f"a: 1\nkaggle: {{username: ana, key: {KEY}}}\n", "CONFIG_SECRET", 2),
    (f"a: 1\n# KGAT_{KEY}\n", "CONFIG_SECRET", 2),
    ("password: hunter2\n", "CONFIG_SECRET", 1),
]


@pytest.mark.parametrize(("text", "code", "line"), REFUSED)
def test_refuses(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(InputError) as caught:
        load_document(path, "recipes/base.yaml")
    fault = caught.value.faults[0]
    assert fault.code == code
    assert str(fault.where.file) == "recipes/base.yaml"
    assert line is None or fault.where.line == line
    assert fault.text("en") and fault.text("ja")
    assert not (tmp_path / "CANARY").exists()


def test_a_doubled_key_names_both_lines() -> None:
    fault = parse_document("epochs: 3\nlr: 1\nb: 2\n\n\nlr: 2\n", "a.yaml").faults[0]
    assert (fault.where.line, fault.values["first"]) == (6, 2)
    assert "first on line 2" in fault.text("en")


@pytest.mark.parametrize("secret", [f"key: {KEY}", "token: KGAT_" + KEY, "password: correct horse", "a: {api_key: 'Zq9'}"])
@pytest.mark.parametrize("ending", ["", "\nlr: 010\nlr: .nan\n", "\n- broken: [\n"])
def test_never_repeats_a_secret(secret: str, ending: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_document(f"{secret}{ending}", "a.yaml")
        raise InputError(parse_document(f"{secret}{ending}", "a.yaml").faults)
    said = str(caught.value) + "".join(fault.text("ja") + repr(fault) for fault in caught.value.faults)
    for piece in (KEY, "correct horse", "Zq9"):
        assert piece not in said


def test_tells_all_value_faults_at_once() -> None:
    document = parse_document("a: 010\nb: .inf\na: 3\n", "a.yaml")
    assert [(f.code, f.where.line, f.where.key) for f in document.faults] == [
        ("CONFIG_AMBIGUOUS_NUMBER", 1, "a"),
        ("CONFIG_RANGE", 2, "b"),
        ("CONFIG_DUPLICATE_KEY", 3, "a"),
    ]


def test_keys_are_always_text() -> None:
    document = parse_document("no: 1\n010: 2\n1.0: 3\ntrue: 4\n~: 5\n12:30: 6\n", "a.yaml")
    assert document.value == {"no": 1, "010": 2, "1.0": 3, "true": 4, "~": 5, "12:30": 6}
    assert document.faults == ()


def test_words_stay_words() -> None:
    text = "classes: [no, yes, on, off, n, y, NO]\nlr: 1e-3\nquoted: '010'\nday: 2024-01-02\n"
    assert parse_document(text, "a.yaml").value == {
        "classes": ["no", "yes", "on", "off", "n", "y", "NO"],
        "lr": 0.001,
        "quoted": "010",
        "day": "2024-01-02",
    }


def test_aliases_are_copies() -> None:
    document = parse_document("a: &x {b: [1]}\nc: *x\nd: [*x]\n", "a.yaml")
    assert document.value == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}
    document.value["a"]["b"].append(2)
    assert document.value["c"] == {"b": [1]}


def test_lines_and_places() -> None:
    text = "optimizer:\n  adamw: {lr: 3e-4}\naugmentations:\n  - flip\n  - rotate:\n      degrees: 10\n"
    document = parse_document(text, "base.yaml")
    assert document.lines == {
        "optimizer": 1,
        "optimizer.adamw": 2,
        "optimizer.adamw.lr": 2,
        "augmentations": 3,
        "augmentations.0": 4,
        "augmentations.1": 5,
        "augmentations.1.rotate": 5,
        "augmentations.1.rotate.degrees": 6,
    }
    assert str(document.where(("augmentations", 1, "rotate", "degrees"))) == "base.yaml:6 augmentations.rotate.degrees"
    assert str(document.where(("heads",))) == "base.yaml heads"


def test_the_first_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\r\nb: 写真\r\n".encode("utf-8-sig"))
    assert load_document(path, "a.yaml").value == {"a": 1, "b": "写真"}


def test_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(InputError) as caught:
        load_document(path, "a.yaml")
    assert (caught.value.codes, caught.value.faults[0].where.line) == (("CONFIG_ENCODING",), 2)


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert assembly.MAX_NODES == 100_000
    # Reading 100,000 nodes takes PyYAML seconds, and they are counted like 1,000.
    monkeypatch.setattr(assembly, "MAX_NODES", 1_000)
    (tmp_path / "base.yaml").write_text("a: 1\n")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "big.yaml").write_text("a: " + "x" * (1024 * 1024))
    (tmp_path / "nodes.yaml").write_text("a: [" + "1," * 1_010 + "]")
    codes = {}
    for name in ("bas.yaml", "folder.yaml", "pipe.yaml", "big.yaml", "nodes.yaml", "nul\0.yaml"):
        with pytest.raises(InputError) as caught:
            load_document(tmp_path / name, name)
        codes[name] = caught.value.faults[0].code
        if name == "bas.yaml":
            assert caught.value.faults[0].near == "base.yaml"
    assert codes == {
        "bas.yaml": "CONFIG_NO_FILE",
        "folder.yaml": "CONFIG_UNREADABLE",
        "pipe.yaml": "CONFIG_UNREADABLE",
        "big.yaml": "CONFIG_TOO_LARGE",
        "nodes.yaml": "CONFIG_TOO_LARGE",
        "nul\0.yaml": "CONFIG_UNREADABLE",
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"lr": NaN}', "CONFIG_SYNTAX", 1),
        ('{"a": 1,\n"lr": -Infinity}', "CONFIG_SYNTAX", 2),
        ('{"a": 1,\n"a": 2}', "CONFIG_DUPLICATE_KEY", 2),
        ('{"a": 1,}', "CONFIG_SYNTAX", 1),
        ("{'a': 1}", "CONFIG_SYNTAX", 1),
        ("", "CONFIG_EMPTY", None),
        ("[1]", "CONFIG_TYPE", 1),
        ('{"a": ' + "1" * 5000 + "}", "CONFIG_RANGE", 1),
        ('{"a": 1e999}', "CONFIG_RANGE", 1),
        ("[" * 20_000, "CONFIG_TOO_DEEP", 1),
        ('{"a": "\\ud800"}', "CONFIG_ENCODING", 1),
        ('{"username": "ana",\n"key": "' + KEY + '"}', "CONFIG_SECRET", 2),
        ('{"a": 1} {"b": 2}', "CONFIG_SYNTAX", 1),
    ],
)
def test_json_is_strict(text: str, code: str, line: int | None, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_document(path, "a.json")
    assert (caught.value.faults[0].code, caught.value.faults[0].where.line) == (code, line)


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    value = {"a": {"b": [1, 2.5, True, None, "no", "日\n本 \U0001f600"]}, "c": {}, "d": []}
    for path, text in ((tmp_path / "a.json", json.dumps(value, indent=1)), (tmp_path / "a.yaml", yaml.safe_dump(value))):
        path.write_text(text)
        document = load_document(path, path.name)
        assert document.value == value
        assert document.lines["a.b.3"] > document.lines["a.b.0"]


def test_values_of_a_command_line() -> None:
    assert parse_value("3", "epochs") == 3
    assert parse_value("", "epochs") is None
    assert parse_value("[0, 1]", "seeds") == [0, 1]
    assert parse_value("sepia: {p: 0.3}", "augmentations") == {"sepia": {"p": 0.3}}
    for text, code in (("010", "CONFIG_AMBIGUOUS_NUMBER"), ("[1", "CONFIG_SYNTAX"), ("!!str x", "CONFIG_UNSAFE_TAG")):
        with pytest.raises(InputError) as caught:
            parse_value(text, "epochs")
        assert [(f.code, str(f.where)) for f in caught.value.faults] == [(code, "epochs")]


def test_faults_that_follow_from_others_are_left_out() -> None:
    first = [Fault("CONFIG_RANGE", "refuse", Where("a", 1, "x"))]
    later = [Fault("CONFIG_TYPE", "refuse", Where("a", 1, "x")), Fault("CONFIG_TYPE", "refuse", Where("a", 2, "y"))]
    assert merge_faults(first, later) == [first[0], later[1]]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200)
    | st.text(alphabet=st.sampled_from(list("ab01:-[]{}&*!|>'\"#%@,? \n\t\\~.\u2028\x85")), max_size=60).map(str.encode)
)
@example(content=b"? \n- ")
@example(content=b"&a : *a")
@example(content=b'"\\x')
@example(content=b"a: |\n b\n c")
def test_any_bytes_give_a_document_or_an_input_error(content: bytes, tmp_path: Path) -> None:
    for name in ("fuzz.yaml", "fuzz.json"):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            document = read_document(path, name)
        except InputError as error:
            assert error.faults and all(fault.text("en") and fault.text("ja") for fault in error.faults)
        else:
            assert isinstance(document.value, dict)
            if not document.faults:
                json.dumps(document.value, allow_nan=False).encode()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).filter(
        # `08` and `0E0` are text to YAML 1.1 and numbers to 1.2: PyYAML writes them bare.
        lambda text: not re.match(r"[-+.]*[0-9]", text)
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcxyz_", min_size=1, max_size=6), inner),
    max_leaves=15,
)


def same(one: Any, two: Any) -> bool:
    """Equal in value and in type, all the way down."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two) or (isinstance(one, float) and math.isnan(one) and math.isnan(two))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text("abcxyz_", min_size=1, max_size=6), VALUES, min_size=1, max_size=5), st.booleans())
def test_nested_values_agree_with_pyyaml(value: dict[str, Any], flow: bool) -> None:
    # PyYAML puts quotes around what it would not read back as text, so both readers must agree on what it writes.
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert same(yaml.safe_load(text), value)
    document = parse_document(text, "a.yaml")
    assert document.faults == ()
    assert same(document.value, value)
