"""A live survey with its doors."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from cxhub.lib.alarms import Alarm
from cxhub.lib.answer_lane import answer_lane
from cxhub.lib.limits import LocalLimit, SharedLimit, SpreadLimit
from cxhub.lib.misses import MISSES
from surveys.actions.collectors import create_collector
from surveys.actions.invitations import issue_invitations
from surveys.actions.publishing import create_survey, publish_survey
from surveys.queries import openings
from surveys.views import respond, respond_demand, respond_doors
from tests.surveys.responses.quick import environ_of


def make_survey(organisation, template="nps", languages=("en", "fr"), name="Delivery"):
    survey = create_survey(
        organisation=organisation,
        name=name,
        template=template,
        languages=list(languages),
        created_by=None,
    )
    publish_survey(survey=survey, actor=None)
    survey.refresh_from_db()
    return survey


def invite(survey, *, language="en", channel="email", days=30, contact=None):
    [(invitation, token)] = issue_invitations(
        survey=survey,
        contacts=[(contact, language)],
        channel=channel,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return SimpleNamespace(invitation=invitation, token=token)


@pytest.fixture(autouse=True)
def _fresh_limits():
    for limit in [MISSES, *vars(respond_doors).values(), *vars(respond_demand).values()]:
        if isinstance(limit, Alarm | LocalLimit | SharedLimit | SpreadLimit):
            limit.forget()
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_kept():
    openings.forget()
    yield
    openings.forget()


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(make_survey, made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


@pytest.fixture
def door(survey):
    return invite(survey)


@pytest.fixture
def collector(survey):
    return create_collector(survey=survey, kind="link")


@pytest.fixture
def lane(survey):
    """The application of the web process, which has answered this host and read this version."""
    application = answer_lane(WSGIHandler(), [])

    def send(path, body, **environ):
        seen = {}

        def start_response(status, headers):
            seen.update(status=int(status[:3]), headers=dict(headers))

        content = b"".join(application(environ_of(path, body, **environ), start_response))
        return seen["status"], seen["headers"], content

    send("/s/none", "")
    openings.version(survey.current_version_id)
    return send


@pytest.fixture
def no_ordinary_way(monkeypatch):
    def refuse(request, visit):
        raise AssertionError("the ordinary way was taken")

    monkeypatch.setattr(respond, "take", refuse)
