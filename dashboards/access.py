"""Finding the survey or the response that an address names, or 404."""

from django.http import Http404

from accounts.models import Organisation
from cxhub.lib.ids import parse_uuid
from dashboards.queries.feed import response_by_id
from surveys.models import Response, Survey
from surveys.queries.surveys import survey_by_id


def survey_named(organisation: Organisation, name: str) -> Survey:
    """The organisation's survey with its version; anything else is the same 404."""
    survey = survey_by_id(organisation, str(name))
    if survey is None:
        raise Http404
    return survey


def response_named(organisation: Organisation, name: str) -> Response:
    """The organisation's response with what its page shows; anything else is the same 404."""
    pk = parse_uuid(str(name))
    response = response_by_id(organisation, pk) if pk else None
    if response is None:
        raise Http404
    return response
