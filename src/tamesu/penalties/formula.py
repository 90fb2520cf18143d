"""Formulas over named values, read by a short list of what may stand in them; nothing in them is ever run as Python."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from functools import reduce
from typing import NoReturn

import torch
from jaxtyping import Float
from torch import Tensor

from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.messages import laws
from tamesu.messages.message import Phrase

MAX_LENGTH = 1000
MAX_DEPTH = 100
MAX_EXPONENT = 10
MAX_NUMBER = 1e30
# A message shows this much of a formula.
MAX_SHOWN = 80

# Everything that may stand in a formula is made of these; quotes, colons, braces and line ends are refused before parsing.
ALLOWED = re.compile(r"[\w .+\-*/()\[\],]")
# What looks like an operator on a Japanese keyboard or in a paper.
LOOKALIKES = {
    "×": "*",
    "÷": "/",
    "−": "-",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "（": "(",
    "）": ")",
    "^": "**",
    "、": ",",
}

OPERATORS: dict[type[ast.operator], Callable[[Tensor, Tensor], Tensor]] = {
    ast.Add: torch.add,
    ast.Sub: torch.sub,
    ast.Mult: torch.mul,
    ast.Div: torch.div,
}


def power(base: Tensor, exponent: float) -> Tensor:
    """A tensor to a constant power; the gradient of a root at 0 is 0, where torch's would be infinite.

    Examples:
        >>> x = torch.tensor([0.0, 4.0], requires_grad=True)
        >>> power(x, 0.5).sum().backward()
        >>> x.grad
        tensor([0.0000, 0.2500])
    """
    if not 0.0 < exponent < 1.0:
        return base**exponent
    zero = base == 0.0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, base) ** exponent)


def square_root(value: Tensor) -> Tensor:
    """The square root, as `power`."""
    return power(value, 0.5)


FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": torch.abs,
    "sqrt": square_root,
    "exp": torch.exp,
    "log": torch.log,
    "min": torch.minimum,
    "max": torch.maximum,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
OF_SEVERAL = frozenset({"min", "max"})
NEVER_BELOW_0 = frozenset({"abs", "sqrt", "exp", "relu", "sigmoid"})


class Formula:
    """A formula over named values, such as `(inflow - outflow - storage)**2`.

    It may hold numbers, names, `name[0]` for one value of several, + - * / **, parentheses, and abs, sqrt, exp, log, min, max,
    relu, tanh, sigmoid. Exponents are numbers from -10 to 10.

    Args:
        text: at most 1,000 characters, nested at most 100 deep.

    Attributes:
        uses: every (name, index) in the formula, in the order of first appearance; index None where there is none.
        names: the names alone, each once.
        never_below_0: whether its form shows that it cannot be negative: a square, an absolute value, sums of such.

    Raises:
        InputError: FORMULA_SYNTAX, FORMULA_FORBIDDEN, FORMULA_ARGUMENTS, FORMULA_EXPONENT or FORMULA_LIMIT.

    Examples:
        >>> law = Formula("(inflow - outflow[1])**2")
        >>> law.names, law.uses
        (('inflow', 'outflow'), (('inflow', None), ('outflow', 1)))
        >>> law({"inflow": torch.tensor([3.0]), "outflow": torch.tensor([[9.0, 1.0]])})
        tensor([4.])
    """

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"\s", " ", text).strip()
        self._root = Reader(self.text).read()
        self.uses = tuple(dict.fromkeys(uses_of(self._root)))
        self.names = tuple(dict.fromkeys(name for name, _ in self.uses))
        self.never_below_0 = never_below_0(self._root)

    def __call__(self, fields: Mapping[str, Tensor]) -> Float[Tensor, " batch"]:
        """The value for each sample, float32 (float64 with float64 fields); of maps, the mean over the pixels.

        Args:
            fields: by name: (batch,), (batch, width) or maps (batch, channels, height, width), float. `name[i]` is column or
                channel i; a name alone needs one of width 1.
        """
        known = {use: pick(fields[use[0]], use[1]) for use in self.uses}
        return compute(self._root, known).flatten(1).mean(dim=1)


class Reader:
    """One reading of one formula: the text, and where things stand in it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self) -> ast.expr:
        """The checked tree.

        Raises:
            InputError: as `Formula`.
        """
        if len(self.text) > MAX_LENGTH:
            self.refuse("FORMULA_LIMIT", measure=laws.LENGTH, found=len(self.text), limit=MAX_LENGTH)
        for position, letter in enumerate(self.text, 1):
            if not ALLOWED.fullmatch(letter):
                self.forbid(letter, position, LOOKALIKES.get(letter))
        try:
            with warnings.catch_warnings():
                # Python warns of odd spellings such as `1if`; they are refused below.
                warnings.simplefilter("ignore")
                root = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            shown = self.text[:MAX_SHOWN]
            self.refuse("FORMULA_SYNTAX", expression=shown, position=min(error.offset or 1, len(self.text) + 1))
        except (ValueError, RecursionError, MemoryError):
            self.refuse("FORMULA_SYNTAX", expression=self.text[:MAX_SHOWN], position=1)
        self.check(root, 1)
        return root

    def check(self, node: ast.expr, depth: int) -> None:
        """Refuse what is not on the list, in this node and below."""
        if depth > MAX_DEPTH:
            self.refuse("FORMULA_LIMIT", measure=laws.DEPTH, found=f"> {MAX_DEPTH}", limit=MAX_DEPTH)
        match node:
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                self.check_exponent(right)
                self.check(left, depth + 1)
            case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), left=left, right=right):
                self.check(left, depth + 1)
                self.check(right, depth + 1)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
                self.check(operand, depth + 1)
            case ast.Constant() if type(node.value) in (int, float):
                self.check_number(node)
            case ast.Name() if not node.id.startswith("__"):
                # Python folds full-width letters into plain ones; the table's spelling is the one that counts.
                node.id = self.source(node)
            case ast.Subscript(value=ast.Name() as name, slice=ast.Constant() as index) if type(index.value) is int:
                name.id = self.source(name)
            case ast.Call(func=ast.Name() as function, keywords=[]):
                self.check_call(node, function.id, depth)
            case _:
                self.forbid(self.source(node), self.position(node))

    def check_call(self, node: ast.Call, name: str, depth: int) -> None:
        """Refuse a function that is not there, or one with too few or too many values."""
        if name not in FUNCTIONS:
            self.forbid(name, self.position(node), nearest(name, FUNCTIONS))
        right = len(node.args) >= 2 if name in OF_SEVERAL else len(node.args) == 1
        if not right:
            wanted = laws.TWO_ARGUMENTS if name in OF_SEVERAL else laws.ONE_ARGUMENT
            found, position = self.source(node)[:MAX_SHOWN], self.position(node)
            self.refuse("FORMULA_ARGUMENTS", found=found, position=position, function=name, wanted=wanted)
        for argument in node.args:
            self.check(argument, depth + 1)

    def check_exponent(self, node: ast.expr) -> None:
        """Refuse an exponent that is not a small plain number: a power of powers can take for ever."""
        exponent = number_of(node)
        if exponent is None or not abs(exponent) <= MAX_EXPONENT:
            found, position = self.source(node)[:MAX_SHOWN], self.position(node)
            self.refuse("FORMULA_EXPONENT", found=found, position=position, limit=MAX_EXPONENT)

    def check_number(self, node: ast.Constant) -> None:
        """Refuse a number that single precision cannot hold."""
        assert isinstance(node.value, (int, float))
        if node.value > MAX_NUMBER:
            self.refuse("FORMULA_LIMIT", measure=laws.NUMBER, found=self.source(node)[:MAX_SHOWN], limit=f"{MAX_NUMBER:g}")

    def source(self, node: ast.expr) -> str:
        """The text of a node; the tree counts bytes."""
        return self.text.encode()[node.col_offset : node.end_col_offset].decode()

    def position(self, node: ast.expr) -> int:
        """The place of a node in characters, from 1."""
        return len(self.text.encode()[: node.col_offset].decode()) + 1

    def forbid(self, found: str, position: int, near: str | None = None) -> NoReturn:
        """Raise FORMULA_FORBIDDEN."""
        self.refuse("FORMULA_FORBIDDEN", near, found=found[:MAX_SHOWN], position=position, functions=", ".join(FUNCTIONS))

    def refuse(self, code: str, near: str | None = None, **values: str | int | Phrase) -> NoReturn:
        """Raise one fault of the option `expression`."""
        raise InputError(Fault(code, "refuse", Where(key="expression"), values, near))


def number_of(node: ast.expr) -> float | None:
    """The number that a node is, with its sign; None where it is anything else."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number) if number <= MAX_NUMBER else None
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            inner = number_of(node.operand)
            return None if inner is None else -inner
    return None


def name_of(node: ast.expr) -> tuple[str, int | None]:
    """The name and index of a checked `name` or `name[index]`."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(index))):
            return name, index
        case ast.Name(id=name):
            return name, None
    raise AssertionError("not a name")


def uses_of(node: ast.AST) -> list[tuple[str, int | None]]:
    """Every name and index at and below a checked node, as often as it stands there, in the order of the text."""
    if isinstance(node, (ast.Name, ast.Subscript)):
        return [name_of(node)]
    children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    return [use for child in children for use in uses_of(child)]


def pick(field: Tensor, index: int | None) -> Tensor:
    """One value or map per sample, at least float32, as (batch, height, width) with 1 where there is no map."""
    wide = field if field.dtype == torch.float64 else field.float()
    if wide.ndim == 1:
        wide = wide[:, None]
    if index is None and wide.shape[1] != 1:
        raise ValueError(f"{wide.shape[1]} values, and no index says which")
    chosen = wide[:, index or 0]
    return chosen if chosen.ndim == 3 else chosen[:, None, None]


def compute(node: ast.expr, known: Mapping[tuple[str, int | None], Tensor]) -> Tensor:
    """The value of a checked node."""
    match node:
        case ast.Name() | ast.Subscript():
            return known[name_of(node)]
        case ast.Constant(value=int() | float() as number):
            # Made where the fields are, and not copied there: a copy would wait for the GPU in every step.
            widest = max(known.values(), key=lambda field: field.dtype.itemsize)
            return torch.full((), float(number), dtype=widest.dtype, device=widest.device)
        case ast.UnaryOp(op=sign, operand=operand):
            value = compute(operand, known)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            exponent = number_of(right)
            assert exponent is not None
            return power(compute(left, known), exponent)
        case ast.BinOp(op=operator, left=left, right=right):
            return OPERATORS[type(operator)](compute(left, known), compute(right, known))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            values = [compute(argument, known) for argument in arguments]
            return reduce(FUNCTIONS[name], values) if name in OF_SEVERAL else FUNCTIONS[name](*values)
    raise AssertionError("a node that was not checked")


def never_below_0(node: ast.expr) -> bool:
    """Whether the form of a checked node shows that it is never negative; False where that depends on the values."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return never_below_0(operand)
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            exponent = number_of(right)
            return (exponent is not None and exponent % 2 != 1) or never_below_0(left)
        case ast.BinOp(op=ast.Mult() | ast.Div(), left=left, right=right) if ast.dump(left) == ast.dump(right):
            return True
        case ast.BinOp(op=ast.Add() | ast.Mult() | ast.Div(), left=left, right=right):
            return never_below_0(left) and never_below_0(right)
        case ast.Call(func=ast.Name(id="max"), args=arguments):
            return any(never_below_0(argument) for argument in arguments)
        case ast.Call(func=ast.Name(id="min"), args=arguments):
            return all(never_below_0(argument) for argument in arguments)
        case ast.Call(func=ast.Name(id=name)):
            return name in NEVER_BELOW_0
    return False
