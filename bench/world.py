"""What the benchmarks ask about: one organisation, some live surveys, many invitations."""

import os
from functools import cache
from typing import NamedTuple
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from cxhub.lib.ids import uuid7  # noqa: E402
from cxhub.lib.tenancy import tenant  # noqa: E402
from surveys.actions.collectors import create_collector  # noqa: E402
from surveys.actions.publishing import create_survey, publish_survey  # noqa: E402

CHUNK = 4_000
SURVEYS = 60  # the limit per survey is 3,000 answers a minute
CONTACTS = 10_000
PLACES = 20

# Their ids can be told from a number: pgbench needs no query to name one.
CUSTOMERS = """
INSERT INTO contacts_contact (
    id, organisation_id, name, language, timezone, attributes, created_at, updated_at)
SELECT md5('contact' || n)::uuid, %(organisation)s, 'Customer ' || n, 'en', '', '{}', now(), now()
FROM generate_series(1, %(contacts)s) AS n;
INSERT INTO accounts_place (
    id, organisation_id, name, code, city, timezone, opening_hours)
SELECT md5('place' || n)::uuid, %(organisation)s, 'Place ' || n, '', '', '', '{}'
FROM generate_series(1, %(places)s) AS n
"""

INVITE = """
INSERT INTO surveys_invitation (
    id, organisation_id, survey_id, contact_id, place_id, token_hash, channel, language,
    expires_at, created_at)
SELECT uuidv7(), %(organisation)s, (%(surveys)s::uuid[])[1 + n %% %(count)s],
       md5('contact' || 1 + n %% %(contacts)s)::uuid, md5('place' || 1 + n %% %(places)s)::uuid,
       encode(sha256(convert_to(%(prefix)s || n, 'UTF8')), 'hex'), 'email', 'en',
       now() + interval '30 days', now()
FROM generate_series(%(first)s, %(last)s) AS n
"""


class World(NamedTuple):
    """The organisation and its surveys, with the version and public code of each."""

    organisation_id: UUID
    surveys: list[UUID]
    versions: list[UUID]
    collectors: list[UUID]
    codes: list[str]


@cache
def world() -> World:
    """Made once per run."""
    organisation = Organisation.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-8:]}")
    surveys, codes, collectors = [], [], []
    with tenant(organisation.pk):
        for number in range(SURVEYS):
            survey = create_survey(
                organisation=organisation,
                name=f"Survey {number}",
                template="nps",
                languages=["en", "fr"],
                created_by=None,
            )
            publish_survey(survey=survey, actor=None)
            survey.refresh_from_db()
            collector = create_collector(survey=survey, kind="link")
            surveys.append(survey)
            codes.append(collector.code)
            collectors.append(collector.pk)
        with connection.cursor() as cursor:
            sizes = {"contacts": CONTACTS, "places": PLACES}
            cursor.execute(CUSTOMERS, {"organisation": organisation.pk, **sizes})
    return World(
        organisation.pk,
        [survey.pk for survey in surveys],
        [survey.current_version_id for survey in surveys],
        collectors,
        codes,
    )


def invite(prefix: str, first: int, last: int) -> None:
    """Invitations whose tokens are the prefix and a number; number n is of survey n % SURVEYS."""
    made = world()
    for start in range(first, last + 1, CHUNK):
        with tenant(made.organisation_id), connection.cursor() as cursor:
            cursor.execute(
                INVITE,
                {
                    "organisation": made.organisation_id,
                    "surveys": [str(pk) for pk in made.surveys],
                    "count": SURVEYS,
                    "contacts": CONTACTS,
                    "places": PLACES,
                    "prefix": prefix,
                    "first": start,
                    "last": min(last, start + CHUNK - 1),
                },
            )


def address(number: int) -> str:
    """A different client address for each number: the limits count by address."""
    return f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}\r\n"
