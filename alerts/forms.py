"""The form of a rule: a sentence made of selects."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.queries.teams import Roster
from alerts.actions.rules import Wish, primary_metric
from alerts.exceptions import RuleRefused
from alerts.models import Rule
from cxhub.lib.row_fields import RowChoiceField, RowsChoiceField, offer
from surveys.models import Survey
from surveys.scoring import METRICS

MESSAGES = {
    ("survey", "no_score"): gettext_lazy("Choose a survey that asks for a score"),
    ("survey", "too_many_rules"): gettext_lazy(
        "This survey has 50 alerts already: change one of them"
    ),
    ("at_most", "outside_scale"): gettext_lazy("Choose a score within the survey’s scale"),
    ("recipients", "empty"): gettext_lazy("Choose at least one person to tell"),
    ("recipients", "too_many"): gettext_lazy("Choose 20 people or fewer"),
    ("recipients", "not_a_member"): gettext_lazy("Choose people of your organisation"),
}


class RuleForm(forms.Form):
    """Which survey, from which score on, who is told, whether a case is opened."""

    survey = RowChoiceField(
        label=gettext_lazy("Survey"),
        error_messages={"required": gettext_lazy("Choose a survey")},
    )
    at_most = forms.TypedChoiceField(
        label=gettext_lazy("Score of this or less"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose a score"),
            "invalid_choice": MESSAGES["at_most", "outside_scale"],
        },
    )
    recipients = RowsChoiceField(
        label=gettext_lazy("Tell by email"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": MESSAGES["recipients", "empty"],
            "invalid_choice": MESSAGES["recipients", "not_a_member"],
        },
    )
    open_case = forms.BooleanField(
        label=gettext_lazy("Open a case, so that somebody answers the customer"), required=False
    )

    def __init__(
        self,
        *args: Any,
        surveys: Iterable[Survey],
        members: Iterable[Membership],
        rosters: Iterable[Roster] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.surveys = {
            str(survey.pk): survey for survey in surveys if primary_metric(survey) is not None
        }
        self.members = {str(member.pk): member for member in members}
        offer(self, "survey", [(pk, survey.name) for pk, survey in self.surveys.items()])
        named = {str(roster.team.pk): roster for roster in rosters}
        self.teams = {pk: roster.team for pk, roster in named.items()}
        told = [(pk, _team_words(roster)) for pk, roster in named.items()]
        told += [(pk, str(one.user)) for pk, one in self.members.items()]
        offer(self, "recipients", told)
        offer(self, "at_most", self._scores())
        if not self.is_bound:
            self.initial["at_most"] = self._offered(self.initial.get("at_most"))

    @property
    def chosen_survey(self) -> Survey | None:
        """The survey as it is chosen now, sent or not; the first one before a choice."""
        chosen = self["survey"].value()
        return self.surveys.get(str(chosen)) or next(iter(self.surveys.values()), None)

    @property
    def chosen_params(self) -> dict[str, str | int]:
        """The condition's parameters as they are chosen now, for the back-test."""
        metric = self._metric
        if metric is None:
            return {}
        return {"metric": metric, "at_most": self._offered(self["at_most"].value())}

    def wish(self, *, is_active: bool) -> Wish:
        """The rule that was asked for; call it when the form is valid."""
        answers = self.cleaned_data
        survey = self.surveys[answers["survey"]]
        return Wish(
            survey=survey,
            condition="score_below",
            params={"metric": str(primary_metric(survey)), "at_most": answers["at_most"]},
            reactions=["open_case", "email"] if answers["open_case"] else ["email"],
            recipients=[self.members[pk] for pk in answers["recipients"] if pk in self.members],
            teams=[self.teams[pk] for pk in answers["recipients"] if pk in self.teams],
            is_active=is_active,
        )

    def refuse(self, refused: RuleRefused) -> None:
        """Show what the rule's own checks found, at its field."""
        name = refused.field if refused.field in self.fields else None
        self.add_error(name, str(MESSAGES[refused.field, refused.code]))

    @staticmethod
    def of(rule: Rule) -> dict[str, object]:
        """The form of a rule as it stands."""
        return {
            "survey": str(rule.survey_id),
            "at_most": rule.params["at_most"],
            "recipients": [*rule.teams, *rule.recipients],
            "open_case": "open_case" in rule.reactions,
        }

    def _scores(self) -> Sequence[tuple[int, str]]:
        """The scores that may alert on the chosen survey's scale: all but the best."""
        metric = self._metric
        if metric is None:
            return []
        scale = METRICS[metric]
        words = _("%(score)s out of %(best)s")
        return [
            (value, words % {"score": value, "best": scale.high})
            for value in range(scale.low, scale.high)
        ]

    @property
    def _metric(self) -> str | None:
        survey = self.chosen_survey
        return primary_metric(survey) if survey else None

    def _offered(self, value: object) -> int:
        """The score if the scale offers it, else the highest bad one."""
        offered = {str(score): score for score, _words in self._scores()}
        default = METRICS[self._metric].negative_to if self._metric else 0
        return offered.get(str(value), default)


def _team_words(roster: Roster) -> str:
    """The team with whoever is told through it today."""
    people = ", ".join(str(member.user) for member in roster.members) or _("nobody yet")
    return _("Team %(name)s (%(people)s)") % {"name": roster.team, "people": people}
