"""Rules and incidents for programs."""

import pytest

from accounts.actions.api_keys import create_api_key
from alerts.actions.evaluation import evaluate
from tests.factories.alerts import answered, watched


@pytest.fixture
def call(client, organisation, alice):
    """GET an address of the API with a key that may read cases."""
    _row, key = create_api_key(
        organisation=organisation, name="Till", scopes=["cases:read"], created_by=alice.user
    )

    def get(address, **filters):
        return client.get(f"/api/v1/{address}", filters, headers={"Authorization": f"Bearer {key}"})

    return get


def test_rules(call, organisation, alice):
    survey, rule = watched(organisation, alice, name="Delivery")
    expected = {
        "id": str(rule.pk),
        "name": "Delivery",
        "survey": str(survey.pk),
        "condition": "score_below",
        "params": {"metric": "nps", "at_most": 6},
        "reactions": ["open_case", "email"],
        "recipients": [str(alice.pk)],
        "teams": [],
        "is_active": True,
        "revision": 1,
    }

    assert call("rules/").json() == {"results": [expected], "next": None}
    assert call(f"rules/{rule.pk}/").json() == expected


def test_incidents(call, organisation, alice):
    survey, rule = watched(organisation, alice)
    response = answered(survey, 2)
    (incident,) = evaluate(response=response)

    (found,) = call("incidents/").json()["results"]

    assert found.pop("opened_at") is not None
    assert found == {
        "id": str(incident.pk),
        "rule": str(rule.pk),
        "response": str(response.pk),
        "notifications": [{"member": str(alice.pk), "state": "pending", "error": ""}],
    }


@pytest.mark.parametrize("pk", ["nonsense", "0193b3a0-0000-7000-8000-000000000000"])
def test_an_unknown_rule_is_not_found(call, pk):
    answer = call(f"rules/{pk}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_unknown_filter_is_refused(call):
    answer = call("incidents/", colour="red")

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
