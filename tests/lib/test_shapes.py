"""Strict shapes: unknown fields, wrong types, moments without a zone (AB-52)."""

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from cxhub.lib.problems import as_problem
from cxhub.lib.shapes import MomentField, QueryShape, StrictSerializer, read_query


class Line(StrictSerializer):
    text = serializers.CharField()


class Order(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=5, required=False)
    count = serializers.IntegerField(required=False)
    weight = serializers.FloatField(required=False)
    is_gift = serializers.BooleanField(required=False)
    tags = serializers.ListField(child=serializers.CharField(), required=False)
    lines = Line(many=True, required=False)
    note = serializers.CharField(required=False, allow_null=True)
    at = MomentField(required=False)


def refusal(shape, data):
    serializer = shape(data=data)
    with pytest.raises(ValidationError) as error:
        serializer.is_valid(raise_exception=True)
    return [(item["path"], item["code"]) for item in as_problem(error.value).errors]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"colour": 1}, [("colour", "unknown_field")]),
        ({"id": "0195e0c0-0000-7000-8000-000000000000"}, [("id", "unknown_field")]),
        ({"count": "5"}, [("count", "invalid_type")]),
        ({"count": True}, [("count", "invalid_type")]),
        ({"count": 5.0}, [("count", "invalid_type")]),
        ({"count": None}, [("count", "invalid_type")]),
        ({"name": 5}, [("name", "invalid_type")]),
        ({"name": "too long"}, [("name", "max_length")]),
        ({"is_gift": 1}, [("is_gift", "invalid_type")]),
        ({"weight": "1.5"}, [("weight", "invalid_type")]),
        ({"tags": {}}, [("tags", "invalid_type")]),
        ({"tags": [1]}, [("tags", "invalid_type")]),
        ({"lines": {}}, [("lines", "invalid_type")]),
        ({"lines": [{"text": 5}]}, [("lines.0.text", "invalid_type")]),
        ({"lines": [5]}, [("lines.0", "invalid_type")]),
        ({"at": "2026-03-14T10:00:00"}, [("at", "no_zone")]),
        ({"at": "yesterday"}, [("at", "invalid")]),
    ],
)
def test_strict_serializer_refuses(data, expected):
    """AB-52"""
    assert refusal(Order, data) == expected


@pytest.mark.parametrize("data", [[], "text", 5, None])
def test_strict_serializer_takes_objects_only(data):
    serializer = Order(data=data)

    assert not serializer.is_valid()


def test_strict_serializer_takes_what_fits():
    data = {"name": "Lune", "count": 5, "weight": 1, "is_gift": False, "tags": ["a"], "note": None}
    serializer = Order(data={**data, "lines": [{"text": "x"}]})

    serializer.is_valid(raise_exception=True)

    assert dict(serializer.validated_data) == {**data, "lines": [{"text": "x"}]}


class Filters(QueryShape):
    count = serializers.IntegerField(required=False)


def query(text):
    return Request(APIRequestFactory().get(f"/?{text}"))


def test_read_query_reads_texts_and_lets_paging_through():
    assert read_query(query("count=5&limit=10&cursor=x"), Filters) == {"count": 5}


@pytest.mark.parametrize("text", ["ordering=password", "count=1&count=2", "count=abc"])
def test_read_query_refuses(text):
    """AB-52"""
    with pytest.raises(ValidationError):
        read_query(query(text), Filters)
