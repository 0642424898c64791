"""The inspectors of the builder: a question, the thank-you page, the settings."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.definition import GROUPS, SCALES
from surveys.definition.checks import MAX_BRAND
from surveys.definition.editing import bind_comment, find_question, position_of, replace_question
from surveys.definition.links import MAX_ADDRESS, MAX_LINK_TEXT
from surveys.definition.wordings import LANGUAGE_NAMES
from surveys.enums import QuestionKind
from surveys.forms.parts import Document, PartForm, Wording

URL = "link-url"
EVERYBODY = "-"  # a comment that is bound to no score
LANGUAGE_CHOICES = [(code, capfirst(cast(Any, name))) for code, name in LANGUAGE_NAMES.items()]

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
    """What customers read at the end, and where everybody is offered to go on."""

    link_url: BoundField

    def __init__(self, document: Document, data: Any = None) -> None:
        super().__init__(document, document["thanks"], data)
        too_long = _("Write at most %(most)s characters") % {"most": MAX_ADDRESS}
        self.fields[URL] = forms.CharField(
            label=_("Address of the link"),
            required=False,
            max_length=MAX_ADDRESS,
            help_text=_("It starts with https://"),
            widget=forms.URLInput,
            initial=self.part.get("link", {}).get("url", ""),
            error_messages={"max_length": too_long},
        )
        self.link_url = self[URL]
        *self.thanks_groups, self.link_words = self.groups

    def _wordings(self) -> Iterator[Wording]:
        kinds = [item["kind"] for item in self.document["questions"] if item["kind"] in SCALES]
        words = GROUP_WORDS["nps" if kinds[:1] == ["nps"] else ""]
        for group in GROUPS:
            yield Wording(group, str(words[group]), rows=2)
        yield Wording("link.text", _("Words of the link"), most=MAX_LINK_TEXT)

    def apply(self, document: Document) -> Document:
        thanks = self.edited_part()
        link = thanks["link"]
        link["url"] = self.cleaned_data[URL]
        if not link["url"] and not any(link["text"].values()):
            del thanks["link"]
        return {**document, "thanks": thanks}


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
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language")},
    )
    default_language = forms.ChoiceField(
        label=gettext_lazy("Language when the customer’s is unknown"),
        choices=LANGUAGE_CHOICES,
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
