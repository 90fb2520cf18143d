"""What pydantic wanted, in words: compared with the errors that pydantic itself raises."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from tamesu.messages.expected import WORDS, literal_choices, say_expected
from tamesu.messages.message import Phrase


@pytest.mark.parametrize(
    ("annotation", "value", "en", "ja"),
    [
        (int, '"x"', "a whole number", "整数"),
        (int, "1.5", "a whole number", "整数"),
        (float, '"x"', "a number", "数"),
        (bool, "1", "true or false", "true か false"),
        (str, "1", "text (put it in quotes)", "文字列（引用符で囲む）"),
        (list[int], "1", "a list, such as `[a, b]`", "リスト（例: `[a, b]`）"),
        (dict[str, int], "1", "a mapping of keys and values", "「キー: 値」の並び"),
        (Annotated[int, Field(ge=2)], "1", "2 or more", "2 以上"),
        (Annotated[float, Field(gt=0)], "0", "more than 0", "0 より大きい数"),
        (Annotated[float, Field(le=1)], "2", "1 or less", "1 以下"),
        (Annotated[float, Field(lt=1)], "1", "less than 1", "1 より小さい数"),
        (Annotated[int, Field(multiple_of=32)], "33", "a multiple of 32", "32 の倍数"),
        (Annotated[list[int], Field(min_length=1)], "[]", "1 or more entries", "1 個以上の要素"),
        (Annotated[list[int], Field(max_length=1)], "[1, 2]", "1 entries or fewer", "1 個以下の要素"),
        (Annotated[float, Field(allow_inf_nan=False)], "NaN", "a finite number", "有限の数"),
        (Literal["a", "b", "c"], '"d"', "one of: a, b, c", "a, b, c のいずれか"),
    ],
)
def test_says_what_pydantic_wanted(annotation: Any, value: str, en: str, ja: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(annotation).validate_json(value, strict=True)
    error = caught.value.errors()[0]
    said = say_expected(error["type"], error.get("ctx", {}), error["msg"])
    assert (said.en, said.ja) == (en, ja)


def test_unknown_kinds_keep_pydantics_words() -> None:
    assert say_expected("new_kind", {}, "Input should be a valid thing") == Phrase("thing", "thing")
    assert say_expected("custom", {}, "two numbers, the smaller one first").en == "two numbers, the smaller one first"


def test_choices() -> None:
    assert literal_choices({"expected": "'a'"}) == ["a"]
    assert literal_choices({}) == []
    assert all(isinstance(words, Phrase) and words.en and words.ja for words in WORDS.values())
