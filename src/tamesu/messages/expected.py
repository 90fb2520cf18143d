"""What a value should have been, in words: pydantic's error types as phrases of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamesu.messages.message import Phrase

A_PART = Phrase("a part: `name`, or `{name: {option: value}}`", "パーツ: `name` または `{name: {option: value}}`")
A_MAPPING = Phrase("a mapping of keys and values", "「キー: 値」の並び")
A_LIST = Phrase("a list, such as `[a, b]`", "リスト（例: `[a, b]`）")
A_TEXT = Phrase("text", "文字列")
A_CHANGE = Phrase("a mapping of changes, such as `{epochs: 3}`", "変更の並び（例: `{epochs: 3}`）")
A_PLAIN_VALUE = Phrase("text, a number, true, false, a list or a mapping", "文字列・数・true・false・リスト・「キー: 値」")
A_FINITE_NUMBER = Phrase("a finite number", "有限の数")
A_64_BIT_NUMBER = Phrase("a whole number of at most 18 digits, or text in quotes", "18 桁までの整数か、引用符付きの文字列")

WORDS: dict[str, Phrase] = {
    "int_type": Phrase("a whole number", "整数"),
    "int_from_float": Phrase("a whole number", "整数"),
    "int_parsing": Phrase("a whole number", "整数"),
    "int_parsing_size": A_64_BIT_NUMBER,
    "float_type": Phrase("a number", "数"),
    "float_parsing": Phrase("a number", "数"),
    "bool_type": Phrase("true or false", "true か false"),
    "bool_parsing": Phrase("true or false", "true か false"),
    "string_type": Phrase("text (put it in quotes)", "文字列（引用符で囲む）"),
    "list_type": A_LIST,
    "tuple_type": A_LIST,
    "dict_type": A_MAPPING,
    "model_type": A_MAPPING,
    "model_attributes_type": A_MAPPING,
    "none_required": Phrase("empty (null)", "空 (null)"),
    "finite_number": A_FINITE_NUMBER,
}


def say_expected(kind: str, context: Mapping[str, Any], message: str = "") -> Phrase:
    """What pydantic wanted, in words a competitor would use.

    Args:
        kind: the `type` of one of pydantic's errors.
        context: its `ctx`, or an empty mapping.
        message: its `msg`, for a type that has no words of ours.

    Examples:
        >>> str(say_expected("int_type", {})), str(say_expected("greater_than_equal", {"ge": 2}))
        ('a whole number', '2 or more')
        >>> str(say_expected("literal_error", {"expected": "'class' or 'value'"}))
        'one of: class, value'
    """
    if kind in WORDS:
        return WORDS[kind]
    if kind == "literal_error":
        names = ", ".join(literal_choices(context))
        return Phrase(f"one of: {names}", f"{names} のいずれか")
    for key, en, ja in BOUNDS:
        if key in context:
            # pydantic hands a bound of a float on as 0.0 and 1.0.
            bound = f"{context[key]:g}" if isinstance(context[key], float) else context[key]
            return Phrase(en.format(bound), ja.format(bound))
    plain = message.removeprefix("Input should be ").removeprefix("a valid ")
    return Phrase(plain, plain)


BOUNDS = (
    ("ge", "{} or more", "{} 以上"),
    ("gt", "more than {}", "{} より大きい数"),
    ("le", "{} or less", "{} 以下"),
    ("lt", "less than {}", "{} より小さい数"),
    ("multiple_of", "a multiple of {}", "{} の倍数"),
    ("min_length", "{} or more entries", "{} 個以上の要素"),
    ("max_length", "{} entries or fewer", "{} 個以下の要素"),
)


def literal_choices(context: Mapping[str, Any]) -> list[str]:
    """The choices of a literal, out of pydantic's sentence about them.

    Examples:
        >>> literal_choices({"expected": "'a', 'b' or 'c'"})
        ['a', 'b', 'c']
    """
    sentence = str(context.get("expected", ""))
    return [part.strip().strip("'") for part in sentence.replace(" or ", ", ").split(",") if part.strip()]
