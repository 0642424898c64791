"""The row of scores in a mail: what each cell shows, and in which words."""

from dataclasses import dataclass

from django.templatetags.static import static

from surveys.definition import Question
from surveys.definition.hyphens import breakable

FACES = {"csat": "faces"}  # the only scale about a feeling, and the only one with five words


@dataclass(frozen=True, slots=True)
class Cell:
    """One score. A face never stands without its word: mail programs often show no image."""

    value: int
    word: str = ""
    face: str = ""

    @property
    def broken_word(self) -> str:
        """The word with places where a narrow cell may break it."""
        return breakable(self.word)


def rating_row(question: Question | None, language: str) -> list[Cell]:
    """The cells of the question's scale, lowest first; none for what is not a score."""
    if question is None or question.scale is None:
        return []
    folder = FACES.get(question.kind)
    return [
        Cell(
            value,
            question.labels[value][language] if value in question.labels else "",
            static(f"{folder}/{value}.png") if folder else "",
        )
        for value in question.scale.values
    ]
