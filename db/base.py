"""The base class of all tables: names of constraints, column types, ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, BindParameter, DateTime, Dialect, Enum, MetaData, String, TypeDecorator, bindparam
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Instant(TypeDecorator[datetime]):
    """A moment, stored in UTC and read back aware on every database. Raises ValueError for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}  # noqa: RUF012


LAST_ROW = 2**31 - 1  # the highest id that both databases hold
ROW = re.compile(r"[1-9][0-9]{0,9}")


def row_id(said: str) -> int | None:
    """The id in a text as we write it: ASCII digits, no leading zero, at most LAST_ROW. None for any other text."""
    return int(said) if ROW.fullmatch(said) and int(said) <= LAST_ROW else None


def enum_type(kind: type[StrEnum], length: int) -> Enum:
    """A VARCHAR that stores the value of a member and reads it back as that member.

    Reading any other value raises LookupError.
    """
    return Enum(kind, native_enum=False, length=length, values_callable=_values)


def among(name: str) -> BindParameter[Any]:
    """The values of an ``IN``, given under this name when the statement is run: a list, which may be empty."""
    return bindparam(name, expanding=True)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(120))]
