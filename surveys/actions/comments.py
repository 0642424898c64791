"""Words that come after the score, as they do by text message."""

from django.db import transaction

from events.actions.outbox import publish
from surveys.actions.responses import fingerprint
from surveys.models import Response
from surveys.queries.surveys import definition_of


@transaction.atomic
def add_comment(*, response: Response, key: str, text: str) -> Response:
    """Add the answer to a comment question; what was already said stays in front of it.

    A question that the version does not know, or that takes no words, changes nothing.
    """
    held = Response.objects.within(response.organisation_id).select_for_update(
        of=("self",), no_key=True
    )
    current = held.select_related("version").get(pk=response.pk)
    question = definition_of(current.version).by_key.get(key)
    if question is None or not question.is_comment:
        return current
    said = str(current.answers.get(key, ""))
    words = f"{said}\n{text}".strip()
    clean = definition_of(current.version).clean_answers({key: words})
    if key not in clean or clean[key] == said:
        return current
    current.answers = {**current.answers, **clean}
    current.fingerprint = fingerprint(current.answers)
    current.save(update_fields=["answers", "fingerprint"])
    publish(
        organisation=current.organisation_id,
        kind="response.commented",
        payload={
            "response": str(current.pk),
            "survey": str(current.survey_id),
            "contact": str(current.contact_id) if current.contact_id else None,
        },
    )
    return current
