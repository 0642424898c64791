"""Writing the mails of alerts: the customer's words first, inert wherever they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Organisation
from alerts.models import Incident
from cases.queries.cases import case_for
from cases.queries.stories import Story, excerpt, past_of, reachable, story_before, story_of
from channels_out.actions.messages import Body
from cxhub.lib.languages import supported
from surveys.models import Response

BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
SHAPES = {"promoter": "▲", "passive": "●", "detractor": "▼"}
LONGEST_SUBJECT = 180
LONGEST_NAME = 40
DIGEST_EXCERPT = 140
REPLY = "customer-title"  # where a case has the links that call and write
# Mail programs know no style sheet of ours: the colours of the light theme, by group.
INKS = {
    "promoter": ("#086557", "#E0F3EF"),
    "passive": ("#566070", "#ECEFF3"),
    "detractor": ("#A8390B", "#FDEBE1"),
    "": ("#414A57", "#EEF0F3"),
}


@dataclass(frozen=True)
class Entry:
    """One response in a mail."""

    story: Story
    shape: str
    ink: str
    ground: str
    at: str
    callback_at: str
    words: str
    url: str

    @property
    def score(self) -> str:
        return self.story.note


def language_of(member: Membership) -> str:
    """The language in which a member is written to."""
    return supported(member.user.language) or supported(member.organisation.language) or "en"


def alert_body(
    *, member: Membership, incidents: Sequence[Incident], response: Response | None = None
) -> Body:
    """The mail about one response; the incidents are those of the rules that found it.

    There are none when no rule found the response, but its customer asks to be contacted.
    """
    with translation.override(language_of(member)):
        organisation, response = member.organisation, response or incidents[0].response
        story = story_of(response)
        case = case_for(organisation, response)
        before = story_before(response)
        number, past = past_of(response)
        target = {"organisation_slug": organisation.slug, "pk": case.pk if case else response.pk}
        context: dict[str, object] = {
            "entry": _entry(organisation, story, story.words, ""),
            "before": _entry(organisation, before, before.words, "") if before else None,
            "number": number,
            "past": [_entry(organisation, one, "", "") for one in past],
            "case": case,
            "open_url": _open_url(story, response, target, has_case=case is not None),
            "may_reply": _may_reply(story, response),
            "take_url": _url("cases:case-take", **target) if case else "",
            "rules": sorted({incident.rule.name for incident in incidents}),
            "stop_url": _stop_url(organisation, incidents),
            "organisation": organisation,
        }
        return _body(alert_subject(story), "alert", context)


def _open_url(
    story: Story, response: Response, target: dict[str, object], *, has_case: bool
) -> str:
    """The case, at the place from which its customer is called or written to when there is one."""
    url = _url("cases:case-detail" if has_case else "cases:case-create", **target)
    return f"{url}#{REPLY}" if has_case and _may_reply(story, response) else url


def _may_reply(story: Story, response: Response) -> bool:
    """Whether the customer can be answered: he said where, or is a contact with an address."""
    person = reachable(response.contact)
    return bool(story.callback_way or (person and (person.email or person.phone)))


def digest_body(*, member: Membership, incidents: Sequence[Incident]) -> Body:
    """The mail about many responses: every one of them is listed."""
    with translation.override(language_of(member)):
        organisation = member.organisation
        responses = {incident.response_id: incident.response for incident in incidents}
        entries = [_listed(organisation, story_of(response)) for response in responses.values()]
        count = len(entries)
        surveys = sorted({entry.story.survey for entry in entries})
        title = ngettext("%(count)s new alert", "%(count)s new alerts", count) % {"count": count}
        context = {
            "title": title,
            "entries": entries,
            "rules": sorted({incident.rule.name for incident in incidents}),
            "inbox_url": _url("cases:case-list", organisation_slug=organisation.slug),
            "stop_url": _stop_url(organisation, incidents),
            "organisation": organisation,
        }
        names = ", ".join(excerpt(name, LONGEST_NAME) for name in surveys[:3])
        return _body(f"{SHAPES['detractor']} {title} – {names}", "digest", context)


def alert_subject(story: Story) -> str:
    """`▼ 2/10 – Delivery, Lyon – “Two days late…”`: one line whatever was typed."""
    where = ", ".join(excerpt(name, LONGEST_NAME) for name in (story.survey, story.place) if name)
    head = " ".join(part for part in (SHAPES.get(story.group, ""), story.note) if part)
    if story.changed_at:
        head = f"{head} · {_('changed')}" if head else _("changed")
    if story.callback_at:
        head = f"{head} · {_('to be contacted')}" if head else _("to be contacted")
    quote = _("“%(words)s”") % {"words": story.excerpt} if story.words else ""
    return " – ".join(part for part in (head, where, quote) if part)


def _listed(organisation: Organisation, story: Story) -> Entry:
    url = _url("cases:case-create", organisation_slug=organisation.slug, pk=story.response_id)
    return _entry(organisation, story, excerpt(story.words, DIGEST_EXCERPT), url)


def _entry(organisation: Organisation, story: Story, words: str, url: str) -> Entry:
    ink, ground = INKS[story.group]
    return Entry(
        story=story,
        shape=SHAPES.get(story.group, ""),
        ink=ink,
        ground=ground,
        at=_moment(story.answered_at, organisation),
        callback_at=_moment(story.callback_at, organisation) if story.callback_at else "",
        words=words,
        url=url,
    )


def _moment(at: datetime, organisation: Organisation) -> str:
    local = timezone.localtime(at, ZoneInfo(organisation.timezone))
    return f"{date_format(local, 'j F Y')}, {date_format(local, 'H:i')}"


def _body(subject: str, template: str, context: dict[str, object]) -> Body:
    page = {**context, "language": translation.get_language()}
    return Body(
        subject=BREAKS.sub(" ", subject)[:LONGEST_SUBJECT],
        text=render_to_string(f"alerts/mail/email_{template}.txt", page).strip() + "\n",
        html=render_to_string(f"alerts/mail/email_{template}.html", page),
    )


def _stop_url(organisation: Organisation, incidents: Sequence[Incident]) -> str:
    rules = {incident.rule_id for incident in incidents}
    if len(rules) == 1:
        return _url("alerts:rule-leave", organisation_slug=organisation.slug, pk=rules.pop())
    return _url("alerts:rule-list", organisation_slug=organisation.slug)


def _url(route: str, **kwargs: object) -> str:
    return f"{settings.SITE_URL}{reverse(route, kwargs=kwargs)}"
