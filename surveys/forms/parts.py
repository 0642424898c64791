"""A part of a questionnaire as a form: each text in every active language."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from surveys.definition.checks import MAX_TEXT
from surveys.definition.wordings import LANGUAGE_NAMES
from surveys.queries.builder import field_name

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a part: where it is, what it is called, how long it tends to be."""

    path: str
    label: str
    rows: int = 1
    most: int = MAX_TEXT


@dataclass(frozen=True, slots=True)
class TextInput:
    """The input of one text in one language."""

    language: str
    language_name: str
    field: BoundField


@dataclass(frozen=True, slots=True)
class TextGroup:
    """One text with an input per language."""

    path: str
    label: str
    inputs: list[TextInput]
    choice_id: str = ""


class PartForm(forms.Form):
    """The texts of one part of a document, each in every active language."""

    def __init__(self, document: Document, part: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data)
        self.document = document
        self.part = part
        self.languages: list[str] = document["languages"]
        self.wordings = list(self._wordings())
        for wording in self.wordings:
            texts = _at(part, wording.path)
            for language in self.languages:
                name = field_name(f"{wording.path}.{language}")
                self.fields[name] = _text_field(wording, language)
                self.initial[name] = texts.get(language, "")

    def _wordings(self) -> Iterator[Wording]:
        raise NotImplementedError

    @property
    def groups(self) -> list[TextGroup]:
        return [
            TextGroup(
                wording.path,
                wording.label,
                [
                    TextInput(
                        language,
                        str(LANGUAGE_NAMES[language]),
                        self[field_name(f"{wording.path}.{language}")],
                    )
                    for language in self.languages
                ],
                self._choice_id(wording.path),
            )
            for wording in self.wordings
        ]

    def _choice_id(self, path: str) -> str:
        """The id of the offered answer that a text words; nothing for other texts."""
        head, _dot, rest = path.partition(".")
        if head != "choices":
            return ""
        return str(self.part["choices"][int(rest.partition(".")[0])]["id"])

    def edited_part(self) -> Document:
        """The part as the form has it; texts of inactive languages stay."""
        part: Document = deepcopy(dict(self.part))
        for wording in self.wordings:
            texts = _at(part, wording.path, create=True)
            for language in self.languages:
                name = field_name(f"{wording.path}.{language}")
                texts[language] = self.cleaned_data[name]
        return part


def _text_field(wording: Wording, language: str) -> forms.CharField:
    widget: forms.Widget = (
        forms.Textarea(attrs={"rows": wording.rows, "lang": language})
        if wording.rows > 1
        else forms.TextInput(attrs={"lang": language})
    )
    label = f"{wording.label} ({LANGUAGE_NAMES[language]})"
    too_long = _("Write at most %(most)s characters") % {"most": wording.most}
    return forms.CharField(
        label=label,
        required=False,
        max_length=wording.most,
        widget=widget,
        error_messages={"max_length": too_long},
    )


def _at(part: Mapping[str, Any], path: str, *, create: bool = False) -> dict[str, str]:
    """The texts at a path of a part; made on the way when asked to."""
    here: Any = part
    for step in path.split("."):
        if isinstance(here, list):
            here = here[int(step)]
        elif create:
            here = here.setdefault(step, {})
        else:
            here = here.get(step, {})
    texts: dict[str, str] = here
    return texts
