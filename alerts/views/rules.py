"""Alert rules: the list as sentences, the form with its back-test, the switch."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, member
from accounts.queries.memberships import members
from accounts.queries.teams import rosters
from alerts.actions import rules as rule_actions
from alerts.actions.backtest import DAYS, back_test
from alerts.exceptions import RuleChanged, RuleRefused
from alerts.forms import MESSAGES, RuleForm
from alerts.models import Rule
from alerts.queries import rules as rule_queries
from surveys.queries.surveys import survey_by_id

Tab = dict[str, str | bool]


def tabs(request: MemberRequest, current: str) -> list[Tab]:
    """Rules, and what they found."""
    labels = {"rule-list": _("Rules"), "incident-list": _("History")}
    slug = request.organisation.slug
    return [
        {"label": label, "url": reverse(f"alerts:{name}", args=[slug]), "current": name == current}
        for name, label in labels.items()
    ]


@require_safe
@member("viewer")
def rule_list(request: MemberRequest) -> HttpResponse:
    """The rules as sentences with a switch, and surveys that nothing watches."""
    rules = list(rule_queries.rules(request.organisation))
    context = {
        "rules": rules,
        **_told(request, rules),
        "firings": rule_queries.firings_since(
            request.organisation, timezone.now() - timedelta(days=DAYS)
        ),
        "degraded": rule_queries.degraded(request.organisation),
        "unwatched": _unwatched(request),
        "may_change": request.membership.may("manager"),
        "tabs": tabs(request, "rule-list"),
    }
    return render(request, "alerts/rule_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def rule_create(request: MemberRequest) -> HttpResponse:
    """A new rule, tried on the past before it is kept."""
    form = _form(request, _template(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                rule_actions.create_rule(
                    organisation=request.organisation,
                    wish=form.wish(is_active=True),
                    created_by=request.user,
                )
            messages.success(request, _("Alert created"))
            return redirect("alerts:rule-list", request.organisation.slug)
        except RuleRefused as refused:
            form.refuse(refused)
    return _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def rule_edit(request: MemberRequest, pk: str) -> HttpResponse:
    """Change a rule."""
    rule = rule_named(request, pk)
    form = _form(request, RuleForm.of(rule), rule)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                rule_actions.save_rule(
                    rule=rule,
                    wish=form.wish(is_active=rule.is_active),
                    actor=request.user,
                    revision=_revision(request),
                )
            messages.success(request, _("Alert saved"))
            return redirect("alerts:rule-list", request.organisation.slug)
        except RuleRefused as refused:
            form.refuse(refused)
        except RuleChanged:
            return _form_page(request, form, rule_named(request, pk), is_stale=True)
    return _form_page(request, form, rule)


@require_safe
@member("manager")
def rule_preview(request: MemberRequest) -> HttpResponse:
    """The scores of the chosen survey, and how often the rule would have fired."""
    form = _form(request, request.GET.dict())
    return render(request, "alerts/_rule_preview.html", _preview(form))


@require_POST
@member("manager")
def rule_switch(request: MemberRequest, pk: str) -> HttpResponse:
    """Let a rule watch, or not."""
    rule = rule_named(request, pk)
    is_active = request.POST.get("state") == "on"
    try:
        with transaction.atomic():
            rule_actions.switch_rule(rule=rule, is_active=is_active, actor=request.user)
        messages.success(request, _("Alert switched on") if is_active else _("Alert switched off"))
    except RuleRefused as refused:
        messages.error(request, str(MESSAGES[refused.field, refused.code]))
    return redirect("alerts:rule-list", request.organisation.slug)


@require_POST
@member("manager")
def rule_from_template(request: MemberRequest, pk: str) -> HttpResponse:
    """The detractor alert of a survey, for the person who clicks, in one click."""
    survey = survey_by_id(request.organisation, pk)
    if survey is None:
        raise Http404
    try:
        with transaction.atomic():
            rule_actions.create_detractor_rule(
                survey=survey,
                recipients=[request.membership],
                is_active=True,
                created_by=request.user,
            )
        messages.success(request, _("Alert switched on: you will be told by email"))
    except RuleRefused as refused:
        messages.error(request, str(MESSAGES[refused.field, refused.code]))
    return redirect("alerts:rule-list", request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@member("viewer")
def rule_leave(request: MemberRequest, pk: str) -> HttpResponse:
    """Where the mail's "stop" lands: a page with a button; only the button acts."""
    rule = rule_named(request, pk)
    error = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                rule_actions.leave_rule(rule=rule, member=request.membership)
            messages.success(request, _("You will receive no more of these alerts"))
            return redirect("alerts:rule-list", request.organisation.slug)
        except RuleRefused:
            error = _("You are the only person told. Switch the alert off, or add somebody first.")
    context = {
        "rule": rule,
        **_told(request, [rule]),
        "is_named": request.membership in rule_queries.recipients_of(rule),
        "may_change": request.membership.may("manager"),
        "error": error,
    }
    return render(request, "alerts/rule_leave.html", context, status=422 if error else 200)


def rule_named(request: MemberRequest, pk: str) -> Rule:
    """The organisation's rule, or 404."""
    rule = rule_queries.rule_by_id(request.organisation, pk)
    if rule is None:
        raise Http404
    return rule


def _told(request: MemberRequest, rules: list[Rule]) -> dict[str, object]:
    """The members and teams that rules name, by id."""
    people = {pk for rule in rules for pk in rule.recipients}
    groups = {pk for rule in rules for pk in rule.teams}
    return {
        "members": rule_queries.members_named(request.organisation, people),
        "teams": rule_queries.teams_named(request.organisation, groups),
    }


def _unwatched(request: MemberRequest) -> list[object]:
    surveys = rule_queries.surveys_without_rule(request.organisation)
    return [survey for survey in surveys if rule_actions.primary_metric(survey)]


def _template(request: MemberRequest) -> dict[str, object]:
    """What a new rule proposes: oneself, a case, the bad scores of the survey."""
    survey = survey_by_id(request.organisation, request.GET.get("survey", ""))
    proposed: dict[str, object] = {"recipients": [str(request.membership.pk)], "open_case": True}
    return {**proposed, "survey": str(survey.pk)} if survey else proposed


def _form(
    request: MemberRequest, initial: Mapping[str, object], rule: Rule | None = None
) -> RuleForm:
    return RuleForm(
        request.POST if request.method == "POST" else None,
        initial={**initial},
        surveys=rule_queries.watchable_surveys(request.organisation, rule),
        members=members(request.organisation).filter(user__is_active=True),
        rosters=rosters(request.organisation),
    )


def _form_page(
    request: MemberRequest, form: RuleForm, rule: Rule | None, *, is_stale: bool = False
) -> HttpResponse:
    context = {**_preview(form), "rule": rule, "is_stale": is_stale}
    status = 409 if is_stale else 422 if form.errors else 200
    return render(request, "alerts/rule_form.html", context, status=status)


def _preview(form: RuleForm) -> dict[str, object]:
    survey = form.chosen_survey
    past = (
        back_test(survey=survey, condition="score_below", params=form.chosen_params)
        if survey
        else None
    )
    return {"form": form, "back_test": past}


def _revision(request: MemberRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
