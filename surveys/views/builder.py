"""The builder: one part of the questionnaire at a time, saved as it is typed."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, get_within, member
from surveys.actions import drafts
from surveys.definition.checks import summary
from surveys.definition.editing import QuestionGone, find_question
from surveys.enums import QuestionKind
from surveys.exceptions import InvalidDocument, NothingToUndo
from surveys.forms.questions import QuestionForm, SettingsForm, ThanksForm
from surveys.models import Survey
from surveys.queries import builder as reads
from surveys.queries.surveys import (
    draft_definition,
    draft_steps_around,
    has_unpublished_changes,
)
from surveys.views import gestures

PartForm: TypeAlias = QuestionForm | ThanksForm | SettingsForm
Document: TypeAlias = dict[str, Any]


class Conflict(Exception):
    """Somebody else changed this very part since the form was shown."""


@require_safe
@member("manager")
def survey_builder(request: MemberRequest, pk: str) -> HttpResponse:
    """The whole page, or with htmx the inspector of the part that was chosen."""
    survey = get_within(request.organisation, Survey, pk)
    part = _known_part(survey, request.GET.get("part", ""))
    template = "surveys/_builder_swap.html" if _is_htmx(request) else "surveys/survey_builder.html"
    return render(request, template, page_context(survey, part))


@require_POST
@member("manager")
def builder_save(request: MemberRequest, pk: str) -> HttpResponse:
    """Save one part; answers with what changed around it, or with both texts on a conflict."""
    survey = get_within(request.organisation, Survey, pk)
    part = request.POST.get("part", "")
    try:
        form = part_form(survey, part, request.POST)
        if not form.is_valid():
            return _inspector(request, survey, part, form, status=422)
        saved = _save(request, survey, part, form)
    except QuestionGone:
        return _gone(request, survey)
    except Conflict:
        return _conflict(request, survey, part, form)
    except InvalidDocument as invalid:
        form.add_error(None, invalid.problems[0].message)
        return _inspector(request, survey, part, form, status=422)
    return _saved(request, saved, part, form)


@require_POST
@member("manager")
def builder_gesture(request: MemberRequest, pk: str, gesture: str) -> HttpResponse:
    """Add, move, duplicate, remove, change the kind, undo, redo."""
    survey = get_within(request.organisation, Survey, pk)
    try:
        outcome = gestures.perform(survey, gesture, request.POST, request.user)
    except QuestionGone:
        return _gone(request, survey)
    except NothingToUndo:
        word = _("Nothing to undo") if gesture == "undo" else _("Nothing to redo")
        outcome = gestures.Outcome(survey, request.POST.get("part", ""), word)
    part = _known_part(outcome.survey, outcome.part)
    if not _is_htmx(request):
        messages.info(request, outcome.said)
        return redirect(address(outcome.survey, part))
    is_new = gesture in {"add", "duplicate"}
    return _swap(request, outcome.survey, part, said=outcome.said, tone=outcome.tone, is_new=is_new)


def part_form(survey: Survey, part: str, data: Any = None) -> PartForm:
    """The form of a question, the thank-you page or the settings."""
    if part == reads.THANKS:
        return ThanksForm(survey.draft, data)
    if part == reads.SETTINGS:
        draft = survey.draft
        initial = {
            "name": survey.name,
            "brand": draft.get("brand", ""),
            "languages": draft["languages"],
            "default_language": draft["default_language"],
        }
        return SettingsForm(data, initial=initial)
    return QuestionForm(survey.draft, part, data)


def part_of(survey: Survey, part: str) -> object:
    """What of the draft (as it is now) one form edits."""
    if part == reads.THANKS:
        return survey.draft["thanks"]
    if part == reads.SETTINGS:
        names = ("brand", "languages", "default_language")
        return [survey.name, *(survey.draft.get(name) for name in names)]
    return find_question(survey.draft, part)


def page_context(survey: Survey, part: str, form: PartForm | None = None) -> dict[str, Any]:
    """All that the page and its fragments show."""
    language = (get_language() or "en")[:2]
    problems = reads.located_problems(survey)
    return {
        "survey": survey,
        "theirs": None,
        "part": part,
        "form": form or part_form(survey, part),
        "seen": reads.digest(part_of(survey, part)),
        "rows": reads.outline(survey, problems, language),
        "problems": problems,
        "problem_summary": summary(problems),
        "thanks_problems": sum(problem.part == reads.THANKS for problem in problems),
        "part_problems": [problem for problem in problems if problem.part == part],
        "preview_language": draft_definition(survey).language(language),
        "kinds": QuestionKind.choices,
        "is_changed": has_unpublished_changes(survey),
        **draft_steps_around(survey),
    }


def address(survey: Survey, part: str) -> str:
    url = reverse("surveys:survey-builder", args=[survey.organisation.slug, survey.pk])
    return f"{url}?part={part}"


def _is_htmx(request: MemberRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _known_part(survey: Survey, part: str) -> str:
    keys = [item["key"] for item in survey.draft["questions"]]
    if part in {*keys, reads.THANKS, reads.SETTINGS}:
        return part
    return keys[0] if keys else reads.SETTINGS


def _save(request: MemberRequest, survey: Survey, part: str, form: PartForm) -> Survey:
    """Write the part onto the draft as it is now, unless this part itself changed meanwhile."""
    name = form.cleaned_data["name"] if isinstance(form, SettingsForm) else None
    seen = request.POST.get("seen", "")

    def change(document: Document) -> Document:
        survey.draft = document
        if seen != reads.digest(part_of(survey, part)):
            raise Conflict
        return form.apply(document)

    applied: Callable[[Document], Document] = change
    return drafts.edit_draft(
        survey=survey, change=applied, actor=request.user, edit=part, name=name
    )


def _saved(request: MemberRequest, survey: Survey, part: str, form: PartForm) -> HttpResponse:
    if not _is_htmx(request):
        messages.success(request, _("Saved"))
        return redirect(address(survey, part))
    is_resolved = "resolved" in request.POST
    if is_resolved or isinstance(form, SettingsForm) or getattr(form, "is_rebound", False):
        return _swap(request, survey, part)
    return _quiet(request, survey, part)


def _conflict(request: MemberRequest, survey: Survey, part: str, form: PartForm) -> HttpResponse:
    """Both texts: what was typed stays in the form, what is stored stands beside it."""
    survey.refresh_from_db()
    context = page_context(survey, part, form) | {
        "theirs": _differing(part_form(survey, part), form)
    }
    return _inspector(request, survey, part, form, status=409, extra=context)


def _differing(theirs: PartForm, mine: PartForm) -> list[BoundField]:
    """Their fields whose value is not what was typed here."""
    return [
        field
        for field in theirs
        if field.name not in mine.fields or field.value() != mine.cleaned_data.get(field.name)
    ]


def _inspector(
    request: MemberRequest,
    survey: Survey,
    part: str,
    form: PartForm,
    *,
    status: int,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form again with what to correct; never saved, never lost."""
    context = extra or page_context(survey, part, form)
    if not _is_htmx(request):
        return render(request, "surveys/survey_builder.html", context, status=status)
    response = render(request, "surveys/_builder_inspector.html", context, status=status)
    response["HX-Retarget"] = "#builder-inspector"
    response["HX-Reswap"] = "outerHTML"
    return response


def _swap(
    request: MemberRequest,
    survey: Survey,
    part: str,
    *,
    said: str = "",
    tone: str = "ok",
    is_new: bool = False,
) -> HttpResponse:
    """Plan and inspector anew, after a change of structure; a new question takes the focus."""
    context = page_context(survey, part) | {"is_new": is_new}
    response = render(request, "surveys/_builder_swap.html", context)
    response["HX-Retarget"] = "#builder-inspector"
    response["HX-Reswap"] = "outerHTML"
    response["HX-Replace-Url"] = address(survey, part)
    trigger: dict[str, Any] = {"draft-saved": {"part": part}}
    if said:
        trigger["toast"] = {"text": said, "tone": tone}
    response["HX-Trigger-After-Settle"] = json.dumps(trigger)
    return response


def _quiet(request: MemberRequest, survey: Survey, part: str) -> HttpResponse:
    """Only what a saved text changes around it: focus stays where it is."""
    response = render(request, "surveys/_builder_saved.html", page_context(survey, part))
    response["HX-Trigger-After-Settle"] = json.dumps({"draft-saved": {"part": part}})
    return response


def _gone(request: MemberRequest, survey: Survey) -> HttpResponse:
    said = _("Somebody removed this question meanwhile")
    if _is_htmx(request):
        return _swap(request, survey, _known_part(survey, ""), said=said, tone="warn")
    messages.warning(request, said)
    return redirect(address(survey, ""))
