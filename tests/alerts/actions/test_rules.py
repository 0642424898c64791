"""Rules: who may be told, which thresholds, and a version for each change."""

import pytest

from accounts.actions.teams import disband_team, put_into_team
from accounts.models import AuditEvent
from alerts.actions import rules
from alerts.actions.rules import (
    Wish,
    create_detractor_rule,
    create_rule,
    leave_rule,
    save_rule,
    switch_rule,
)
from alerts.exceptions import RuleChanged, RuleRefused
from alerts.models import Rule, RuleVersion
from alerts.queries.rules import recipients_of
from cxhub.lib.tenancy import tenant
from events.actions.outbox import publish
from tests.conftest import member
from tests.factories.accounts import TeamFactory
from tests.factories.alerts import watched
from tests.factories.surveys import LiveSurveyFactory


def wish(survey, *recipients, **changes):
    asked = {
        "survey": survey,
        "condition": "score_below",
        "params": {"metric": "nps", "at_most": 4},
        "reactions": ["email"],
        "recipients": recipients,
        "is_active": True,
    }
    return Wish(**{**asked, **changes})


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


@pytest.mark.parametrize(("template", "at_most"), [("nps", 6), ("csat", 2), ("ces", 3)])
def test_the_template_takes_the_bad_scores_of_the_scale(organisation, alice, template, at_most):
    survey = LiveSurveyFactory(organisation=organisation, template=template)

    rule = create_detractor_rule(
        survey=survey, recipients=[alice], is_active=False, created_by=alice.user
    )

    assert rule.params == {"metric": template, "at_most": at_most}
    assert rule.reactions == ["open_case", "email"]
    assert (rule.recipients, rule.is_active) == ([str(alice.pk)], False)


def test_each_change_is_a_version_and_an_audit_event(survey, organisation, alice):
    rule = create_rule(organisation=organisation, wish=wish(survey, alice), created_by=alice.user)
    rule = save_rule(
        rule=rule,
        wish=wish(survey, alice, params={"metric": "nps", "at_most": 2}),
        actor=alice.user,
        revision=1,
    )
    switch_rule(rule=rule, is_active=False, actor=alice.user)

    versions = RuleVersion.objects.filter(rule=rule).order_by("revision")
    assert [
        (version.revision, version.definition["params"]["at_most"], version.definition["is_active"])
        for version in versions
    ] == [(1, 4, True), (2, 2, True), (3, 2, False)]
    assert list(
        AuditEvent.objects.filter(target=str(rule.pk)).order_by("pk").values_list("action", "actor")
    ) == [
        ("rule.created", alice.user.pk),
        ("rule.changed", alice.user.pk),
        ("rule.switched", alice.user.pk),
    ]


def test_switching_to_what_it_is_changes_nothing(survey, organisation, alice):
    rule = create_rule(organisation=organisation, wish=wish(survey, alice), created_by=None)

    switch_rule(rule=rule, is_active=True, actor=alice.user)

    assert RuleVersion.objects.filter(rule=rule).count() == 1


def test_a_stale_change_is_refused(survey, organisation, alice):
    rule = create_rule(organisation=organisation, wish=wish(survey, alice), created_by=None)
    switch_rule(rule=rule, is_active=False, actor=alice.user)

    with pytest.raises(RuleChanged):
        save_rule(rule=rule, wish=wish(survey, alice), actor=alice.user, revision=1)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"condition": "phase_of_moon"}, "condition", "unknown"),
        ({"params": {"metric": "nps", "at_most": 10}}, "at_most", "outside_scale"),
        ({"params": {"metric": "nps", "at_most": -1}}, "at_most", "outside_scale"),
        ({"params": {"metric": "stars", "at_most": 1}}, "metric", "outside_scale"),
        ({"reactions": ["page_the_pope"]}, "reactions", "unknown"),
        ({"reactions": []}, "reactions", "unknown"),
        ({"recipients": []}, "recipients", "empty"),
    ],
)
def test_a_senseless_rule_is_refused(survey, organisation, alice, changes, field, code):
    with pytest.raises(RuleRefused) as refused:
        create_rule(organisation=organisation, wish=wish(survey, alice, **changes), created_by=None)

    assert (refused.value.field, refused.value.code) == (field, code)
    assert Rule.objects.count() == 0


def test_only_members_are_told(survey, organisation, alice, charlie):
    """AB-44: nobody outside the organisation can be made a recipient."""
    with pytest.raises(RuleRefused) as refused:
        create_rule(organisation=organisation, wish=wish(survey, alice, charlie), created_by=None)

    assert (refused.value.field, refused.value.code) == ("recipients", "not_a_member")


def test_twenty_people_are_told_and_no_more(survey, organisation):
    people = [member(organisation, "agent") for _ in range(21)]

    rule = create_rule(organisation=organisation, wish=wish(survey, *people[:20]), created_by=None)
    with pytest.raises(RuleRefused) as refused:
        create_rule(organisation=organisation, wish=wish(survey, *people), created_by=None)

    assert len(rule.recipients) == 20
    assert refused.value.code == "too_many"


def test_a_member_leaves_but_never_the_last_one(organisation, alice, bob):
    _survey, rule = watched(organisation, alice, bob)

    left = leave_rule(rule=rule, member=bob)
    with pytest.raises(RuleRefused) as refused:
        leave_rule(rule=rule, member=alice)

    assert left.recipients == [str(alice.pk)]
    assert refused.value.code == "empty"


def test_a_team_is_told_as_it_stands_and_by_name_once_it_is_deleted(
    survey, organisation, alice, monkeypatch
):
    nord = TeamFactory(organisation=organisation)
    lea, karim = (member(organisation, "agent", name=name) for name in ("Léa", "Karim"))
    put_into_team(team=nord, members=[lea], actor=alice.user)
    rule = create_rule(
        organisation=organisation, wish=wish(survey, alice, teams=[nord]), created_by=alice.user
    )
    told = [recipients_of(rule)]

    put_into_team(team=nord, members=[karim], actor=alice.user)
    told.append(recipients_of(rule))
    rule = leave_rule(rule=rule, member=lea)
    told.append(recipients_of(rule))
    disband_team(team=nord, actor=alice.user)
    rule.refresh_from_db()

    assert told == [[alice, lea], [alice, karim, lea], [alice, karim]]
    assert recipients_of(rule) == [alice, karim]
    assert (rule.teams, rule.recipients) == ([], [str(alice.pk), str(karim.pk)])
    last = RuleVersion.objects.get(rule=rule, revision=rule.revision).definition
    assert (last["teams"], last["recipients"]) == (rule.teams, rule.recipients)

    # More than one would choose may stay, and no more may come.
    monkeypatch.setattr(rules, "MOST_RECIPIENTS", 1)
    kept = save_rule(rule=rule, wish=wish(survey, alice, karim), actor=alice.user)
    with pytest.raises(RuleRefused) as refused:
        save_rule(rule=rule, wish=wish(survey, alice, karim, lea), actor=alice.user)
    assert (kept.recipients, refused.value.code) == (rule.recipients, "too_many")


@pytest.mark.parametrize(("is_foreign", "code"), [(False, "empty"), (True, "not_a_member")])
def test_a_team_without_members_is_nobody_to_tell(
    survey, organisation, other_organisation, is_foreign, code
):
    owner = other_organisation if is_foreign else organisation
    with tenant(owner.pk):
        team = TeamFactory(organisation=owner)

    with pytest.raises(RuleRefused) as refused:
        create_rule(organisation=organisation, wish=wish(survey, teams=[team]), created_by=None)

    assert (refused.value.field, refused.value.code) == ("recipients", code)


def published(survey, actor, callbacks, **payload):
    with callbacks(execute=True):
        publish(
            organisation=survey.organisation,
            kind="survey.published",
            payload={"survey": str(survey.pk), "actor": str(actor.user.pk), **payload},
        )


def test_publishing_offers_the_alert_once(survey, alice, django_capture_on_commit_callbacks):
    published(survey, alice, django_capture_on_commit_callbacks)
    published(survey, alice, django_capture_on_commit_callbacks)

    rule = Rule.objects.get()
    assert (rule.survey, rule.is_active) == (survey, False)
    assert rule.recipients == [str(alice.pk)]


def test_publishing_with_the_alert_ticked_switches_it_on(
    survey, alice, django_capture_on_commit_callbacks
):
    published(survey, alice, django_capture_on_commit_callbacks, alert_publisher=True)

    assert Rule.objects.get().is_active is True
