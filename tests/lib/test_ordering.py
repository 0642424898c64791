"""Orders of lists: what an address may ask for, what it keeps, and where a page begins."""

import pytest

from cxhub.lib.ordering import Column, ordering

COLUMNS = (
    Column("added", "Added", "Oldest first", "Newest first", ("pk",), starts_down=True),
    Column("name", "Name", "A to Z", "Z to A", ("sort_name", "pk")),
)


@pytest.mark.parametrize(
    ("word", "fields", "kept"),
    [
        ("", ("-pk",), "?q=ann"),
        ("-added", ("-pk",), "?q=ann"),
        ("added", ("pk",), "?q=ann&sort=added"),
        ("name", ("sort_name", "pk"), "?q=ann&sort=name"),
        ("-name", ("-sort_name", "-pk"), "?q=ann&sort=-name"),
        ("--name", ("-pk",), "?q=ann"),
        ("organisation__secret", ("-pk",), "?q=ann"),
        ("name;drop", ("-pk",), "?q=ann"),
    ],
)
def test_an_address_names_an_order_or_gets_the_usual_one(word, fields, kept):
    order = ordering(word, COLUMNS, {"q": "ann", "state": ""})

    assert (order.fields, order.url()) == (fields, kept)


def test_a_head_turns_its_own_order_round_and_starts_another_one():
    order = ordering("name", COLUMNS, {"q": "ann"})

    heads = [(head.sorted, head.url) for head in order.heads.values()]
    assert heads == [("", "?q=ann"), ("ascending", "?q=ann&sort=-name")]
    assert [choice.words for choice in order.choices] == [
        "Newest first",
        "Oldest first",
        "A to Z",
        "Z to A",
    ]
    assert [choice.words for choice in order.choices if choice.is_current] == ["A to Z"]
    assert order.url(before=3) == "?q=ann&sort=name&before=3"
