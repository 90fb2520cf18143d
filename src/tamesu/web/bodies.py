"""What a request that changes something says: JSON with these keys and no other."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# Made by the page that sends it; the same key again does nothing.
Key = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# One line, without what no table can hold.
Line = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$")]
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
MOST_SECONDS = 10_000_000


class TryRequest(BaseModel):
    """Try an idea of ideas.yaml. The same `key` again does nothing."""

    model_config = STRICT
    key: Key
    idea: Annotated[str, Field(min_length=1, max_length=300)]
    recipe: Annotated[str, Field(max_length=300)] | None = None


class StopRequest(BaseModel):
    """Stop what is being tried."""

    model_config = STRICT
    key: Key


class DeleteRequest(BaseModel):
    """Move a run into the bin."""

    model_config = STRICT
    key: Key
    run: Annotated[str, Field(min_length=1, max_length=300)]


class Decision(BaseModel):
    """What was decided of one row; an empty label takes a decision back."""

    model_config = STRICT
    id: Annotated[str, Field(min_length=1, max_length=1000)]
    new_label: Annotated[str, Field(max_length=4000)]
    seconds: Annotated[int, Field(ge=0, le=MOST_SECONDS)] = 0
    note: Line = ""


class DecideRequest(BaseModel):
    """Write decisions on labels of a target into its worksheet. The same `key` again does nothing."""

    model_config = STRICT
    key: Key
    target: Annotated[str, Field(min_length=1, max_length=300)]
    decisions: Annotated[list[Decision], Field(min_length=1, max_length=100)]
