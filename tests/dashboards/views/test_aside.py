"""Answers that were set aside as a machine's: seen, and let count by a manager."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from events.models import DomainEvent
from surveys.actions import rollups
from surveys.models import Response, Score, ScoreRollup
from tests.conftest import client_of, member
from tests.surveys.responses.browser import fields
from tests.surveys.responses.conftest import invite, make_survey

WORDS = {
    "en": (
        "1 automatic click set aside",
        "Count this answer",
        "Nothing is set aside",
        "Took a link or a field that no person sees",
        "Begun by the customer and not sent",
    ),
    "fr": (
        "1 clic automatique écarté",
        "Compter cette réponse",
        "Rien n’est mis à l’écart",
        "A suivi un lien ou rempli un champ que personne ne voit",
        "Commencé par le client, pas encore envoyé",
    ),
}


def machine(client, url):
    """A machine that follows every link, fills in every field and sends the form."""
    page = client.get(f"{url}?trap=1").text
    assert 'name="leave_empty"' in page
    body = {**fields(page), "leave_empty": "1", "answers.q1": "3"}
    assert client.post(url, body).status_code == 201
    return body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_machines_answer_is_set_aside_and_counts_when_a_manager_says_so(
    client, organisation, language
):
    """AB-19: without scripts too, where it takes what no person sees."""
    survey = make_survey(organisation)
    door = invite(survey)
    machine(client, f"/r/{door.token}")
    person, url = Client(), f"/r/{door.token}"
    person.post(url, {**fields(person.get(url).text), "answers.q2": "Half <a>", "partial": "1"})
    told, button, nothing, reason, begun = WORDS[language]
    manager = client_of(member(organisation, "manager", language=language))
    viewer = client_of(member(organisation, "viewer", language=language))
    aside = f"/o/{organisation.slug}/surveys/{survey.pk}/results/set-aside/"
    response = Response.objects.get()
    page = f"/o/{organisation.slug}/responses/{response.pk}/"
    release = f"{page}release/"

    assert response.state == "quarantined"
    assert not DomainEvent.objects.filter(kind="response.completed").exists()
    assert (told in viewer.get(aside).text, button in viewer.get(aside).text) == (True, False)
    assert button in manager.get(aside).text
    assert reason in manager.get(aside).text
    assert [words in viewer.get(page).text for words in (begun, "Half &lt;a&gt;")] == [True, True]
    assert viewer.post(release).status_code == 403
    assert [manager.post(release).status_code for _ in range(2)] == [302, 302]

    released = Response.objects.select_related("invitation").get()
    assert (released.state, released.answered_at) == ("completed", response.answered_at)
    assert released.invitation.completed_at == response.answered_at
    assert list(Score.objects.values_list("question_key", "value")) == [("q1", 3)]
    assert DomainEvent.objects.filter(kind="response.completed").count() == 1
    assert AuditEvent.objects.filter(action="response.released").count() == 1
    rollups.roll_up(organisation.pk)
    assert [row.counts[3] for row in ScoreRollup.objects.all()] == [1]
    assert rollups.drift(organisation, survey) == 0
    assert nothing in manager.get(aside).text
    assert [words in viewer.get(page).text for words in (reason, begun)] == [True, False]


def test_a_person_takes_the_place_of_a_machine(client, organisation):
    url = f"/r/{invite(make_survey(organisation)).token}"
    body = machine(client, url)

    person = client.post(url, {**body, "answers.q1": "9", "js": "1", "human": "1"})

    assert person.status_code == 201
    assert (Response.objects.get().state, Response.objects.get().answers) == (
        "completed",
        {"q1": 9},
    )
