"""The reaction that opens a case."""

from alerts.actions.evaluation import evaluate
from alerts.reactions import REACTIONS
from cases.models import Case
from tests.factories.alerts import answered, watched


def test_the_case_is_new_and_nobodys(organisation, alice):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2, name="Ann")

    evaluate(response=response)

    case = Case.objects.get()
    assert (case.response, case.contact, case.state, case.assignee) == (
        response,
        response.contact,
        "new",
        None,
    )


def test_a_case_goes_before_the_mail_that_links_to_it():
    assert list(REACTIONS) == ["open_case", "email"]
