"""Whether a survey's numbers have moved."""

from uuid import UUID

from cxhub.lib.tenancy import row_of_tenant

VERSION = "SELECT results_version FROM surveys_survey WHERE organisation_id = %s AND id = %s"


def results_version(organisation_id: UUID, survey_id: UUID) -> int | None:
    """The version of a survey's numbers; None when the organisation has no such survey."""
    row = row_of_tenant(organisation_id, VERSION, [organisation_id, survey_id])
    return int(row[0]) if row else None
