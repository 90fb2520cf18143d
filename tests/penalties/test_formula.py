from __future__ import annotations

import ast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.errors import InputError
from tamesu.penalties.formula import (
    FUNCTIONS,
    Formula,
    Reader,
    compute,
    name_of,
    never_below_0,
    number_of,
    pick,
    power,
    uses_of,
)

A, B, C = np.array([0.5, -2.0, 3.0]), np.array([1.5, 0.25, -1.0]), np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]])
FIELDS = {
    "a": torch.tensor(A)[:, None],
    "b": torch.tensor(B),
    "theme": torch.tensor(C),
    "流入": torch.tensor(A)[:, None],
    "Ｘ1": torch.tensor(B),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("a + b - 2", A + B - 2),
        ("a - b - 1", (A - B) - 1),
        ("-a ** 2", -(A**2)),
        ("(-a) ** 2", A**2),
        ("2 * a / b", 2 * A / B),
        ("a / b / 2", A / B / 2),
        ("+a*b", A * B),
        ("a ** -1", 1 / A),
        ("a**-2.0", A**-2.0),
        ("abs(a) ** 0.5", np.sqrt(np.abs(A))),
        ("abs(a)", np.abs(A)),
        ("sqrt(abs(b))", np.sqrt(np.abs(B))),
        ("exp(a)", np.exp(A)),
        ("log(abs(a))", np.log(np.abs(A))),
        ("min(a, b)", np.minimum(A, B)),
        ("max(a, b, 1)", np.maximum(np.maximum(A, B), 1)),
        ("relu(a)", np.maximum(A, 0)),
        ("tanh(a)", np.tanh(A)),
        ("sigmoid(a)", 1 / (1 + np.exp(-A))),
        ("theme[0] - theme[1]", C[:, 0] - C[:, 1]),
        ("a[0] + b[0]", A + B),
        ("1e-3 * a + .5 + 1_000", 1e-3 * A + 0.5 + 1000),
        ("sqrt(2) * a", np.sqrt(2) * A),
        ("  a\n + b ", A + B),
        ("流入 - Ｘ1", A - B),
        ("(流入 - Ｘ1)**2", (A - B) ** 2),
    ],
)
def test_values(text: str, expected: np.ndarray) -> None:
    np.testing.assert_allclose(Formula(text)(FIELDS).numpy(), expected)


def test_names_in_the_order_of_the_text_each_once() -> None:
    formula = Formula("max(b, theme[1]) - theme[0] + abs(a) * b")
    assert formula.names == ("b", "theme", "a")
    assert formula.uses == (("b", None), ("theme", 1), ("theme", 0), ("a", None))


def test_maps_are_averaged_and_meet_numbers_of_their_sample() -> None:
    maps = np.random.default_rng(0).random((3, 1, 4, 5))
    values = Formula("(depth - a * b)**2")({**FIELDS, "depth": torch.tensor(maps)}).numpy()
    expected = [np.mean([(pixel - a * b) ** 2 for pixel in one.ravel()]) for one, a, b in zip(maps, A, B, strict=True)]
    np.testing.assert_allclose(values, expected)


def test_maps_of_another_size_do_not_meet() -> None:
    maps = {"left": torch.zeros(2, 1, 4, 6), "right": torch.zeros(2, 1, 6, 4)}
    with pytest.raises(RuntimeError):
        Formula("(left - right)**2")(maps)


def test_several_values_need_an_index() -> None:
    with pytest.raises(ValueError, match="2 values"):
        Formula("theme**2")(FIELDS)


FORBIDDEN = [
    ("__import__('os').system('true')", "FORMULA_FORBIDDEN"),
    ("__import__(os)", "FORMULA_FORBIDDEN"),
    ("a.__class__", "FORMULA_FORBIDDEN"),
    ("a.__class__.__bases__[0].__subclasses__()", "FORMULA_FORBIDDEN"),
    ("flow.x", "FORMULA_FORBIDDEN"),
    ("__builtins__", "FORMULA_FORBIDDEN"),
    ("lambda: a", "FORMULA_FORBIDDEN"),
    ("lambda", "FORMULA_SYNTAX"),
    ("[a for a in b]", "FORMULA_FORBIDDEN"),
    ("sum(a for a in b)", "FORMULA_FORBIDDEN"),
    ("(a for a in b)", "FORMULA_FORBIDDEN"),
    ("[a, b]", "FORMULA_FORBIDDEN"),
    ("(a, b)", "FORMULA_FORBIDDEN"),
    ("()", "FORMULA_FORBIDDEN"),
    ("{a}", "FORMULA_FORBIDDEN"),
    ("{a: b}", "FORMULA_FORBIDDEN"),
    ("f'{a}'", "FORMULA_FORBIDDEN"),
    ("'a'", "FORMULA_FORBIDDEN"),
    ("(c := a)", "FORMULA_FORBIDDEN"),
    ("a[0:1]", "FORMULA_FORBIDDEN"),
    ("a[b]", "FORMULA_FORBIDDEN"),
    ("a[0, 1]", "FORMULA_FORBIDDEN"),
    ("a[-1]", "FORMULA_FORBIDDEN"),
    ("a[1.0]", "FORMULA_FORBIDDEN"),
    ("a[True]", "FORMULA_FORBIDDEN"),
    ("a[0][0]", "FORMULA_FORBIDDEN"),
    ("(a + b)[0]", "FORMULA_FORBIDDEN"),
    ("a if b else 1", "FORMULA_FORBIDDEN"),
    ("1if a else 2", "FORMULA_FORBIDDEN"),
    ("a and b", "FORMULA_FORBIDDEN"),
    ("not a", "FORMULA_FORBIDDEN"),
    ("a < b", "FORMULA_FORBIDDEN"),
    ("a == b", "FORMULA_FORBIDDEN"),
    ("a in b", "FORMULA_FORBIDDEN"),
    ("a is b", "FORMULA_FORBIDDEN"),
    ("a // b", "FORMULA_FORBIDDEN"),
    ("a % b", "FORMULA_FORBIDDEN"),
    ("a @ b", "FORMULA_FORBIDDEN"),
    ("a | b", "FORMULA_FORBIDDEN"),
    ("~a", "FORMULA_FORBIDDEN"),
    ("1j", "FORMULA_FORBIDDEN"),
    ("True", "FORMULA_FORBIDDEN"),
    ("None", "FORMULA_FORBIDDEN"),
    ("...", "FORMULA_FORBIDDEN"),
    ("await a", "FORMULA_FORBIDDEN"),
    ("(yield a)", "FORMULA_FORBIDDEN"),
    ("a; b", "FORMULA_FORBIDDEN"),
    ("a # comment", "FORMULA_FORBIDDEN"),
    ("a = b", "FORMULA_FORBIDDEN"),
    ("\\u0061", "FORMULA_FORBIDDEN"),
    ("a\0b", "FORMULA_FORBIDDEN"),
    ("sin(a)", "FORMULA_FORBIDDEN"),
    ("sqr(a)", "FORMULA_FORBIDDEN"),
    ("(abs)(a)(b)", "FORMULA_FORBIDDEN"),
    ("abs(*a)", "FORMULA_FORBIDDEN"),
    ("abs(**a)", "FORMULA_FORBIDDEN"),
    ("abs(x=a)", "FORMULA_FORBIDDEN"),
    ("max(*a, *b)", "FORMULA_FORBIDDEN"),
    ("abs()", "FORMULA_ARGUMENTS"),
    ("abs(a, b)", "FORMULA_ARGUMENTS"),
    ("max(a)", "FORMULA_ARGUMENTS"),
    ("9**9**9", "FORMULA_EXPONENT"),
    ("9**(9**9)", "FORMULA_EXPONENT"),
    ("a**99999", "FORMULA_EXPONENT"),
    ("a**-11", "FORMULA_EXPONENT"),
    ("a**b", "FORMULA_EXPONENT"),
    ("2**a", "FORMULA_EXPONENT"),
    ("a**1e999", "FORMULA_EXPONENT"),
    ("a**True", "FORMULA_EXPONENT"),
    ("a**--2", "FORMULA_EXPONENT"),
    ("1e999 * a", "FORMULA_LIMIT"),
    ("9" * 400, "FORMULA_LIMIT"),
    ("a + " * 251, "FORMULA_LIMIT"),
    ("+".join(["a"] * 200), "FORMULA_LIMIT"),
    ("-" * 150 + "a", "FORMULA_LIMIT"),
    ("-" * 999 + "a", "FORMULA_LIMIT"),
    ("a" * 100_000, "FORMULA_LIMIT"),
    ("(" * 900, "FORMULA_SYNTAX"),
    ("(" * 400 + "a" + ")" * 400, "FORMULA_SYNTAX"),
    ("abs(" * 120 + "a" + ")" * 120, "FORMULA_LIMIT"),
    ("[" * 499 + "]" * 499, "FORMULA_SYNTAX"),
    ("", "FORMULA_SYNTAX"),
    ("   ", "FORMULA_SYNTAX"),
    ("a b", "FORMULA_SYNTAX"),
    ("2a", "FORMULA_SYNTAX"),
    ("a +", "FORMULA_SYNTAX"),
    ("(a", "FORMULA_SYNTAX"),
    ("a)", "FORMULA_SYNTAX"),
    ("a) + (b", "FORMULA_SYNTAX"),
    ("class", "FORMULA_SYNTAX"),
    ("import os", "FORMULA_SYNTAX"),
    ("a²", "FORMULA_SYNTAX"),
    ("007 + a", "FORMULA_SYNTAX"),
]


@pytest.mark.parametrize(("text", "code"), FORBIDDEN, ids=[text[:30] for text, _ in FORBIDDEN])
def test_what_is_not_on_the_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        Formula(text)
    assert caught.value.codes == (code,)
    fault = caught.value.faults[0]
    assert fault.where.key == "expression"
    assert len(fault.text("en")) < 500 and len(fault.text("ja")) < 500


@given(st.text(alphabet="ab019.,+-*/()[] _eχ１'\":=\n\\{}", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_formula_or_a_fault(text: str) -> None:
    try:
        formula = Formula(text)
    except InputError as error:
        assert len(error.faults) == 1
    else:
        assert all(isinstance(name, str) for name in formula.names)


@pytest.mark.parametrize(
    ("text", "found", "position", "near"),
    [
        ("(a - b)^2", "^", 8, "**"),
        ("a × b", "×", 3, "*"),
        ("（a - b)**2", "（", 1, "("),
        ("1 + sqr(a)", "sqr", 5, "sqrt"),
        ("流入 + flow.x", "flow.x", 6, None),
        ("1 + cos(a)", "cos", 5, None),
    ],
)
def test_a_fault_says_where_and_what_was_meant(text: str, found: str, position: int, near: str | None) -> None:
    with pytest.raises(InputError) as caught:
        Formula(text)
    fault = caught.value.faults[0]
    assert fault.code == "FORMULA_FORBIDDEN"
    assert (fault.values["found"], fault.values["position"], fault.near) == (found, position, near)
    assert "sqrt, exp" in str(fault.values["functions"])


@pytest.mark.parametrize(("text", "position"), [("a + * b", 5), ("流入 + ) b", 6), ("(a - b", 1)])
def test_a_fault_of_spelling_says_where(text: str, position: int) -> None:
    with pytest.raises(InputError) as caught:
        Formula(text)
    assert caught.value.faults[0].values["position"] == position


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("(a - b)**2", True),
        ("a**-4", True),
        ("a**3", False),
        ("abs(a)**3", True),
        ("a**0.5", True),
        ("(a - b) * (a - b)", True),
        ("(a - b) * (b - a)", False),
        ("a", False),
        ("-abs(a)", False),
        ("+abs(a)", True),
        ("abs(a) + b**2 / 3", True),
        ("abs(a) - 1", False),
        ("abs(a) + -1", False),
        ("relu(a - b) + exp(a) * sigmoid(b) + sqrt(a)", True),
        ("max(a, 0)", True),
        ("min(a, 0)", False),
        ("min(abs(a), 3)", True),
        ("tanh(a)", False),
        ("log(a)", False),
    ],
)
def test_whether_the_form_shows_that_it_is_never_below_0(text: str, never: bool) -> None:
    formula = Formula(text)
    assert formula.never_below_0 is never
    if never:
        values = formula({"a": torch.linspace(-3, 3, 101), "b": torch.linspace(5, -2, 101)})
        assert not bool((values < 0).any())


def test_roots_have_a_gradient_at_0() -> None:
    for text in ("sqrt(x**2 + y**2)", "(x**2 + y**2)**0.5", "abs(x)**0.3 + y**2"):
        fields = {name: torch.zeros(2, 1, requires_grad=True) for name in ("x", "y")}
        Formula(text)(fields).sum().backward()
        assert all(field.grad is not None and bool((field.grad == 0).all()) for field in fields.values()), text


def test_roots_agree_with_torch_elsewhere() -> None:
    for exponent in (0.25, 0.5, 0.9, 1.0, 1.5, 3.0, -0.5):
        x = torch.linspace(0.1, 4.0, 7, dtype=torch.float64, requires_grad=True)
        ours, theirs = (torch.autograd.grad(one.sum(), x)[0] for one in (power(x, exponent), torch.pow(x, exponent)))
        assert torch.allclose(ours, theirs)
    assert power(torch.tensor([-1.0]), 0.5).isnan().all()


def test_single_precision_stays_single() -> None:
    values = Formula("sqrt(2) * max(a, 0.5) / 3")({"a": torch.ones(2, 1)})
    assert values.dtype == torch.float32


def test_parts() -> None:
    root = Reader("abs(a) - theme[1]").read()
    assert uses_of(root) == [("a", None), ("theme", 1)]
    assert not never_below_0(root)
    assert compute(root, {("a", None): torch.tensor(-3.0), ("theme", 1): torch.tensor(1.0)}).item() == 2.0
    assert name_of(ast.Name("a")) == ("a", None)
    assert number_of(Reader("-2").read()) == -2 and number_of(root) is None
    assert pick(torch.zeros(2, dtype=torch.bfloat16), None).shape == (2, 1, 1)
    assert pick(torch.zeros(2, 1, 4, 5), None).shape == (2, 4, 5)
    assert set(FUNCTIONS) == {"abs", "sqrt", "exp", "log", "min", "max", "relu", "tanh", "sigmoid"}
