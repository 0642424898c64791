"""Forms of the gallery, the builder and the share page."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Place
from surveys.definition import GROUPS, SCALES, TEMPLATES
from surveys.definition.checks import LANGUAGE_NAMES, MAX_BRAND, MAX_TEXT
from surveys.definition.editing import bind_comment, find_question, position_of, replace_question
from surveys.enums import CollectorKind, QuestionKind
from surveys.queries.builder import field_name

Document = dict[str, Any]

EVERYBODY = "-"  # a comment that is bound to no score

GROUP_WORDS = {
    "nps": {
        "promoter": gettext_lazy("After a 9 or 10"),
        "passive": gettext_lazy("After a 7 or 8"),
        "detractor": gettext_lazy("After a 0 to 6"),
    },
    "": {
        "promoter": gettext_lazy("After a good score"),
        "passive": gettext_lazy("After a middling score"),
        "detractor": gettext_lazy("After a poor score"),
    },
}


class NewSurveyForm(forms.Form):
    """A press on a template."""

    template = forms.ChoiceField(choices=[(name, name) for name in TEMPLATES])
    name = forms.CharField(max_length=80, required=False)


class PlacementForm(forms.Form):
    """A QR code for one place."""

    place = forms.ModelChoiceField(
        label=gettext_lazy("Place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=gettext_lazy("No place in particular"),
        help_text=gettext_lazy("Answers through this code carry the place."),
    )
    name = forms.CharField(
        label=gettext_lazy("Where it hangs"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example: till, entrance, table 4."),
    )
    kind = forms.ChoiceField(choices=CollectorKind.choices, required=False)


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a part: where it is, what it is called, how long it tends to be."""

    path: str
    label: str
    rows: int = 1


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
                        LANGUAGE_NAMES[language],
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


class QuestionForm(PartForm):
    """The inspector of one question."""

    def __init__(self, document: Document, key: str, data: Any = None) -> None:
        item = find_question(document, key)
        self.key = key
        self.kind: str = item["kind"]
        super().__init__(document, item, data)
        self.fields["required"] = forms.BooleanField(
            label=_("An answer is required"), required=False, initial=item.get("required", False)
        )
        if self.kind == QuestionKind.CHOICE:
            self.fields["multiple"] = forms.BooleanField(
                label=_("Several answers may be chosen"),
                required=False,
                initial=item.get("multiple", False),
            )
        if self.kind == QuestionKind.COMMENT:
            self.fields["follows"] = forms.ChoiceField(
                label=_("Wording"),
                choices=self._score_choices(),
                initial=item.get("follows") or EVERYBODY,
            )

    def _score_choices(self) -> list[tuple[str, str]]:
        scores = [
            (item["key"], _("Adapts to the score of question %(number)s") % {"number": number})
            for number, item in enumerate(self.document["questions"], start=1)
            if item["kind"] in SCALES
        ]
        return [(EVERYBODY, _("The same for everybody")), *scores]

    def _wordings(self) -> Iterator[Wording]:
        yield Wording("text", _("Question"), rows=3)
        scale = SCALES.get(self.kind)
        if scale:
            shown = sorted({*scale.labelled, *map(int, self.part.get("labels", {}))})
            for value in shown:
                yield Wording(f"labels.{value}", _("Words at %(value)s") % {"value": value})
        for position in range(len(self.part.get("choices", []))):
            label = _("Answer %(number)s") % {"number": position + 1}
            yield Wording(f"choices.{position}.text", label)
        if self.part.get("adaptive"):
            words = GROUP_WORDS["nps" if self._score_kind() == "nps" else ""]
            for group in GROUPS:
                yield Wording(f"adaptive.{group}", str(words[group]), rows=2)

    def _score_kind(self) -> str:
        follows = self.part.get("follows", "")
        kinds = {item["key"]: item["kind"] for item in self.document["questions"]}
        return str(kinds.get(follows, ""))

    @property
    def is_rebound(self) -> bool:
        """Whether the comment now adapts to another score, so that other texts are to be shown."""
        return "follows" in self.fields and self._follows != str(self.part.get("follows", ""))

    @property
    def _follows(self) -> str:
        chosen: str = self.cleaned_data["follows"]
        return "" if chosen == EVERYBODY else chosen

    def apply(self, document: Document) -> Document:
        item = self.edited_part()
        item["required"] = self.cleaned_data["required"]
        if "multiple" in self.fields:
            item["multiple"] = self.cleaned_data["multiple"]
        changed = replace_question(document, self.key, item)
        if self.is_rebound:
            return bind_comment(changed, self.key, self._follows)
        return changed

    @property
    def number(self) -> int:
        return position_of(self.document, self.key) + 1


class ThanksForm(PartForm):
    """What customers read at the end."""

    def __init__(self, document: Document, data: Any = None) -> None:
        super().__init__(document, document["thanks"], data)

    def _wordings(self) -> Iterator[Wording]:
        kinds = [item["kind"] for item in self.document["questions"] if item["kind"] in SCALES]
        words = GROUP_WORDS["nps" if kinds[:1] == ["nps"] else ""]
        for group in GROUPS:
            yield Wording(group, str(words[group]), rows=2)

    def apply(self, document: Document) -> Document:
        return {**document, "thanks": self.edited_part()}


class SettingsForm(forms.Form):
    """Name, brand and languages of a survey."""

    name = forms.CharField(
        label=gettext_lazy("Survey name"),
        error_messages={"required": gettext_lazy("Enter the survey name")},
        help_text=gettext_lazy("Only your team sees it."),
    )
    brand = forms.CharField(
        label=gettext_lazy("Brand name"),
        max_length=MAX_BRAND,
        required=False,
        help_text=gettext_lazy("Fills {brand} in every text."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=list(LANGUAGE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language")},
    )
    default_language = forms.ChoiceField(
        label=gettext_lazy("Language when the customer’s is unknown"),
        choices=list(LANGUAGE_NAMES.items()),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if len(name) > 80:
            raise forms.ValidationError(
                _("Name must be 80 characters or fewer (it has %(length)s)") % {"length": len(name)}
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        languages = values.get("languages", [])
        if languages and values.get("default_language") not in languages:
            values["default_language"] = languages[0]
        return values

    def apply(self, document: Document) -> Document:
        values = self.cleaned_data
        return {
            **document,
            "brand": values["brand"],
            "languages": values["languages"],
            "default_language": values["default_language"],
        }


def _text_field(wording: Wording, language: str) -> forms.CharField:
    widget: forms.Widget = (
        forms.Textarea(attrs={"rows": wording.rows, "lang": language})
        if wording.rows > 1
        else forms.TextInput(attrs={"lang": language})
    )
    label = f"{wording.label} ({LANGUAGE_NAMES[language]})"
    too_long = _("Write at most %(most)s characters") % {"most": MAX_TEXT}
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
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
