"""Keys and tokens as issuers write them; and names that only look like keys."""

from __future__ import annotations

import pytest

from tamesu.artifacts.secrets import find_secret_lines, looks_secret

HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        '{"username":"ana","key":"' + HEX + '"}',
        f"key: {HEX}",
        f"api_key = '{HEX}{HEX[:8]}'",
        "# KGAT_" + HEX,
        "note: hf_" + "a1" * 17,
        "ghp_" + "A1" * 18,
        "github_pat_" + "A1" * 20,
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----",
        "sk-" + "a1" * 20,
    ],
)
def test_finds_what_issuers_hand_out(line: str) -> None:
    assert list(find_secret_lines(f"name: x\n{line}\nepochs: 3\n")) == [2]


@pytest.mark.parametrize(
    "line",
    ["name: paintings", f"digest: {HEX}", "key: painter", "monkey: 12345", "sk-learn: yes", "AKIAMA: Kyoto", "hf_hub: 1"],
)
def test_leaves_names_alone(line: str) -> None:
    assert list(find_secret_lines(line)) == []


@pytest.mark.parametrize(
    ("key", "value", "secret"),
    [
        ("password", "hunter2", True),
        ("kaggle_token", "abc", True),
        ("apikey", 12345, True),
        ("API-KEY", "x", True),
        ("key", "abcdefghij0123456789xyz", True),
        ("key", "painter", False),
        ("token", "", False),
        ("token", None, False),
        ("token", True, False),
        ("token", {"kind": "class"}, False),
        ("tokens", "abc", False),
        ("monkey", "abcdefghij0123456789xyz", False),
    ],
)
def test_judges_a_key_and_its_value(key: str, value: object, secret: bool) -> None:
    assert looks_secret(key, value) is secret
