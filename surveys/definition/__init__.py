"""The questionnaire as a document: typed, checked, and ready to judge answers quickly."""

from surveys.definition.checks import check_shape, validate
from surveys.definition.library import TEMPLATES, new_document
from surveys.definition.model import Choice, Definition, Question, ThanksLink
from surveys.definition.parsing import parse
from surveys.definition.problems import ProblemAt
from surveys.definition.scales import GROUPS, SCALES, Group, Scale

__all__ = [
    "GROUPS",
    "SCALES",
    "TEMPLATES",
    "Choice",
    "Definition",
    "Group",
    "ProblemAt",
    "Question",
    "Scale",
    "ThanksLink",
    "check_shape",
    "new_document",
    "parse",
    "validate",
]
