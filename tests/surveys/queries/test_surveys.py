"""Reading surveys and holding them."""

import pytest
from django.db import transaction
from psycopg2 import connect

from cxhub.lib.tenancy import tenant
from surveys.queries.surveys import locked_survey
from tests.factories.accounts import OrganisationFactory
from tests.factories.surveys import SurveyFactory

REFER = """
SET lock_timeout = '200ms';
SELECT id FROM surveys_survey WHERE id = %s FOR KEY SHARE
"""
CHANGE = REFER.replace("KEY SHARE", "NO KEY UPDATE NOWAIT")


@pytest.mark.slow  # two real connections
def test_answers_are_written_while_a_survey_is_held(committed, django_db_setup):
    """A foreign key asks for KEY SHARE; only who would change the survey has to wait."""
    organisation = OrganisationFactory()
    with tenant(organisation.pk):
        survey = SurveyFactory(organisation=organisation)

    with transaction.atomic(), tenant(organisation.pk):
        locked_survey(survey)
        with connect(django_db_setup) as other, other.cursor() as cursor:
            cursor.execute(REFER, [str(survey.pk)])
            referred = cursor.fetchall()
            with pytest.raises(Exception, match="could not obtain lock"):
                cursor.execute(CHANGE, [str(survey.pk)])

    assert len(referred) == 1
