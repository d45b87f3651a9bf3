"""Shapes that every list, answer and problem shares."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Schema
from pydantic import ConfigDict, Field

# Whole numbers that PostgreSQL takes as the key of a row.
Key = Annotated[int, Field(ge=1, le=2**31 - 1)]
# true or false in a body: 0, 1, "yes" and "off" are not taken for one of them.
Flag = Annotated[bool, Field(strict=True)]
Cursor = Annotated[str, Query(max_length=60, description="The `next` of the page before.")]


def one_of(*words: str) -> Any:
    """For `Annotated[str, one_of("on", "off")]`: one of these words, in either direction, and so in the description."""
    return Field(pattern=f"^(?:{'|'.join(words)})$", json_schema_extra={"enum": list(words)})


class In(Schema):
    """What a caller sends. A name we do not know is refused: nobody sets a field that an operation does not offer."""

    model_config = ConfigDict(extra="forbid")


class Page[T](Schema):
    """One page of a list. `next` is the cursor of the following page, null on the last one."""

    items: list[T]
    next: str | None = Field(description="Send it as `cursor` to read on; null when there is no more.")


class ProblemOut(Schema):
    """RFC 9457. `code` is stable; `title` and `detail` are sentences for people. More members depend on the code."""

    model_config = ConfigDict(extra="allow")

    type: str
    code: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | Any = Field(default=None, description="By field, when the input is at fault.")
