"""Whatever JSON is thrown at a POST, the answer is never a fault of ours."""

import json

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.routes import CALLS, UNKNOWN
from tests.api.rows import make

EXAMPLES = 30
NAMES = {
    "surveys": ["name", "template", "languages"],
    "contacts": ["external_id", "email", "phone", "name", "language", "attributes", "consents"],
    "events": ["type", "occurred_at", "contact", "properties"],
    "collectors": ["survey", "kind", "place", "name"],
    "sends": ["survey", "channel", "contacts", "dry_run", "name", "mode"],
}
LIKELY = st.sampled_from(
    ["", " ", "nps", "fr", "link", "sms", "survey", "a@b.fr", "+33639980101", UNKNOWN, "link",
     "order.delivered", "2026-03-14T10:00:00+01:00", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00", "é\u202e\u200b", "x" * 5_000,
     "{{7*7}}", "=1+1", "\u0130@\u0130.fr"]
)  # fmt: skip
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
SCALARS = st.none() | st.booleans() | NUMBERS | LIKELY | TEXTS


def bodies(names):
    keys = st.sampled_from([*names, *NAMES["contacts"], "channel", "purpose", "wording"])
    value = st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(keys | TEXTS, inner, max_size=4)
        ),
        max_leaves=8,
    )
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, value)) | st.dictionaries(
        keys, value, max_size=8
    )


@pytest.mark.slow  # some hundred requests
@pytest.mark.parametrize("collection", NAMES)
def test_no_json_is_a_server_error(collection, organisation, api):
    call = next(one for one in CALLS if one.method == "GET" and one.scope == "surveys")
    survey = str(make(call, organisation).pk)

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(bodies(NAMES[collection]), st.booleans())
    def post(body, with_survey):
        cache.clear()  # the calls of all examples would be too many
        if with_survey:
            body = {**body, "survey": survey} if "survey" in NAMES[collection] else body
        answer = api.post(
            f"/api/v1/{collection}/", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code < 500, (body, answer.content)

    post()
