"""Lists passed to PostgreSQL as one text, and read back by it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from cxhub.lib.arrays import array, id_array, text_array
from cxhub.lib.ids import uuid7

AWKWARD = [
    "", " ", "NULL", "null", "a,b", "{a}", 'say "so"', "back\\slash", '\\"', "'; DROP TABLE x; --",
    "line\nbreak", "tab\t", "%s", "é 😀 \u2028", "(1,2)",
]  # fmt: skip


def read(type_: str, text: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unnest(%s::{type_}[])", [text])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_every_text_arrives_as_it_was() -> None:
    assert read("text", text_array(AWKWARD)) == AWKWARD


@pytest.mark.django_db
def test_ids_arrive_whether_text_or_not() -> None:
    ids: list[UUID | str] = [uuid7(), str(uuid7())]

    assert [str(found) for found in read("uuid", id_array(ids))] == [str(one) for one in ids]


@pytest.mark.django_db
def test_numbers_times_and_nothing_keep_their_type() -> None:
    noon = datetime(2026, 11, 28, 12, 0, 0, 123456, tzinfo=UTC)

    assert read("float8", array([0.1, 1e-9, 7200.0])) == [0.1, 1e-9, 7200.0]
    assert read("timestamptz", array([noon, None])) == [noon, None]


@pytest.mark.django_db
@pytest.mark.parametrize(("type_", "make"), [("text", text_array), ("uuid", id_array)])
def test_an_empty_list_is_empty(type_: str, make: object) -> None:
    assert callable(make)
    assert read(type_, make([])) == []
