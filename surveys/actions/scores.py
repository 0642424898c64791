"""Writing the scores of a response outside of the busy way in, which does it in one statement."""

from collections.abc import Mapping

from surveys.definition import Definition
from surveys.models import Response, Score


def write_scores(response: Response, definition: Definition, answers: Mapping[str, object]) -> None:
    """Give the response one score per answered question that counts, instead of those it had."""
    Score.objects.within(response.organisation_id).filter(response=response).delete()
    Score.objects.bulk_create(
        Score(
            organisation_id=response.organisation_id,
            response=response,
            question_key=question.key,
            metric=question.kind,
            value=value,
        )
        for question in definition.scored_questions()
        if isinstance(value := answers.get(question.key), int)
    )
