"""A published questionnaire as typed values, with every text present in every language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.definition import answers as reading
from surveys.definition.problems import ProblemAt
from surveys.definition.scales import CHOICE, COMMENT, SCALES, Group, Scale

Texts = Mapping[str, str]
Answer = int | str | list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered answer; its id never changes meaning."""

    id: str
    text: Texts


@dataclass(frozen=True, slots=True)
class ThanksLink:
    """Where every thank-you page offers to go on, whatever the score, and in which words."""

    text: Texts
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `labels` are words at values of its scale.

    A comment may be bound to a score question: `follows` is that question's key and
    `adaptive` the wording by group of the score given.
    """

    key: str
    kind: str
    is_required: bool
    text: Texts
    labels: Mapping[int, Texts]
    choices: tuple[Choice, ...] = ()
    is_multiple: bool = False
    follows: str = ""
    adaptive: Mapping[Group, Texts] | None = None

    @property
    def scale(self) -> Scale | None:
        return SCALES.get(self.kind)

    @property
    def is_choice(self) -> bool:
        return self.kind == CHOICE

    @property
    def is_comment(self) -> bool:
        return self.kind == COMMENT

    def wording(self, language: str, group: Group | None = None) -> str:
        """The question as this customer reads it, after his score when it adapts to it."""
        if group and self.adaptive:
            return self.adaptive[group][language]
        return self.text[language]

    def chosen(self, value: object, language: str) -> str:
        """The words of one choice or several; a choice that is gone keeps its key."""
        names = {choice.id: choice.text[language] for choice in self.choices}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(one), str(one)) for one in chosen)


@dataclass(frozen=True)
class Definition:
    """What is asked, in which words, and how answers to it are judged."""

    languages: tuple[str, ...]
    default_language: str
    brand: str
    questions: tuple[Question, ...]
    thanks: Mapping[Group, Texts]
    thanks_link: ThanksLink | None = None

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _reader(self) -> reading.Reader:
        return reading.Reader(self.questions)

    @cached_property
    def _scored(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.scale)

    def scored_questions(self) -> tuple[Question, ...]:
        """The questions that count into a metric; the first is the survey's primary one."""
        return self._scored

    @cached_property
    def primary(self) -> Question | None:
        """The question whose metric stands for the survey."""
        return next(iter(self._scored), None)

    @cached_property
    def _branches(self) -> tuple[str, Mapping[int, Group]]:
        """The primary question's key, and the group of each of its scores."""
        question = self.primary
        if question is None or question.scale is None:
            return "", {}
        return question.key, {
            value: question.scale.group_of(value) for value in question.scale.values
        }

    def comment_after(self, key: str) -> Question | None:
        """The comment that asks why this score was given."""
        return next((question for question in self.questions if question.follows == key), None)

    def language(self, *wishes: str) -> str:
        """The first wish that the survey speaks, else its default language."""
        for wish in wishes:
            if wish in self.languages:
                return wish
        return self.default_language

    def group_of(self, key: str, value: object) -> Group | None:
        """The branch that a score belongs to; None for what is not a score."""
        question = self.by_key.get(key)
        if question is None or question.scale is None or type(value) is not int:
            return None
        return question.scale.group_of(value)

    def branch_of(self, answers: Mapping[str, object]) -> Group:
        """The branch of the primary score; the middle one without a score."""
        key, groups = self._branches
        value = answers.get(key)
        return groups.get(value, "passive") if type(value) is int else "passive"

    def thanks_for(self, answers: Mapping[str, object], language: str) -> str:
        """The thank-you of the branch that the answers belong to."""
        return self.thanks[self.branch_of(answers)][language]

    def read_answers(
        self, answers: Mapping[str, object], *, is_complete: bool = True
    ) -> tuple[dict[str, Answer], list[ProblemAt]]:
        """The cleaned answers and what is wrong; partial answers may leave questions out."""
        return self._reader.read(answers, is_complete=is_complete)

    def check_answers(
        self, answers: Mapping[str, object], *, is_complete: bool = True
    ) -> list[ProblemAt]:
        """What is wrong with the answers; nothing when they can be stored."""
        return self.read_answers(answers, is_complete=is_complete)[1]

    def clean_answers(self, answers: Mapping[str, object]) -> dict[str, Answer]:
        """The answers as they are stored; those that are wrong are left out."""
        return self.read_answers(answers, is_complete=False)[0]

    def answers_from_form(self, fields: Mapping[str, Sequence[str]]) -> dict[str, object]:
        """What a form's text fields say by key, as the values that `read_answers` judges."""
        return reading.from_form(self.by_key, fields)
