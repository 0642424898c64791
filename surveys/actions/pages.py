"""The respondent's pages: made once per version and language, kept as bytes."""

import base64
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import rjsmin
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cxhub.lib.kept import FOR_EVER, Kept
from cxhub.lib.slotted_gzip import Slotted, slotted
from surveys.actions.callbacks import consent_wording
from surveys.actions.partials import question_parts
from surveys.definition import GROUPS, Definition, Group, ProblemAt, ThanksLink
from surveys.queries.openings import Opening, Version

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SLOT = "{submission}"
GUARDED_SLOT = '{}" data-challenge="{}'  # a sheet's id in its field, and beside it a challenge
PAGES_KEPT = 2_000
MESSAGES_KEPT = 500
PATIENCE = 10  # minutes for which a flooded link demands proofs
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
SECONDS = {"comment": 20, "choice": 10}
SECONDS_OF_A_SCORE = 10
BAR_FROM = 6  # questions; fewer are told in words alone

# What is sent of style and script is allowed by its hash and by nothing else.
POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


class Page(NamedTuple):
    """A page as bytes, with a slot for the submission id when it asks, and its policy."""

    body: Slotted
    policy: str
    language: str
    has_slot: bool
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Whose page it is: what stands around the questions; a guarded one proves work."""

    brand: str
    contact_email: str = ""
    place_name: str = ""
    is_kiosk: bool = False
    is_guarded: bool = False

    @classmethod
    def of(cls, opening: Opening, *, is_kiosk: bool = False, is_guarded: bool = False) -> "Look":
        place = opening.place_name or ""
        name, email = opening.organisation_name, opening.contact_email
        return cls(name, email, place, is_kiosk, is_guarded)

    @classmethod
    def of_shut(cls, opening: Opening) -> "Look":
        """Whom to ask, and nothing else; a suspended organisation is not even to be written to."""
        return cls(opening.organisation_name, "" if opening.is_suspended else opening.contact_email)


class Note(NamedTuple):
    """Something said above the questions, and links to what else can be done."""

    text: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page shows that is not the same for everybody.

    `gesture` is what sending it means when it is no new sheet; `left_out` are questions that are
    not asked again, except for the last one. `goes_again`: the sheet lacked its proof, and the
    page sends it once more by itself; `is_by_hand` when a person sent it before.
    """

    answers: Mapping[str, object]
    problems: Sequence[ProblemAt] = ()
    is_resumed: bool = False
    note: Note | None = None
    gesture: str = ""
    left_out: Collection[str] = ()
    is_trap: bool = False
    is_by_hand: bool = False
    goes_again: bool = False


@dataclass(frozen=True, slots=True)
class Callback:
    """The form on a thank-you page in which a customer asks to be called back."""

    is_personal: bool
    way: str = ""
    error: str = ""


_pages: Kept[Page] = Kept(FOR_EVER, PAGES_KEPT)
_messages: Kept[Page] = Kept(FOR_EVER, MESSAGES_KEPT)


def question_page(
    version: Version,
    look: Look,
    language: str,
    score: int | None,
    *,
    is_begun: bool = False,
    is_trap: bool = False,
) -> Page:
    """The questionnaire, from the second reader on without any work.

    A trap is the one behind the link that no person sees.
    """
    key = (version.id, language, score, look, is_begun, is_trap)
    known = _pages.get(key)
    if known is not None:
        return known[1]
    note = _begun_note(language) if is_begun else None
    answers = chosen_answers(version.definition, score)
    filled = Filled(answers, note=note, is_trap=is_trap)
    return _pages.get_or_make(
        key,
        lambda: make_question_page(
            version.definition, version.id, look, language, filled, is_chosen=score is not None
        ),
    )


def _begun_note(language: str) -> Note:
    """That a personal link was begun in another browser, whose answers are not shown here."""
    with translation.override(language):
        ways = {"resume": _("Resume"), "again": _("Start again")}
        links = tuple((words, f"?{way}=1&lang={language}") for way, words in ways.items())
        return Note(_("You had started."), links)


def chosen_answers(definition: Definition, score: int | None) -> dict[str, object]:
    """The answer that a rating link chose, when it is one of the first score question's."""
    question = definition.primary
    if score is None or question is None or question.scale is None:
        return {}
    return {question.key: score} if score in question.scale.values else {}


def chosen_score(definition: Definition, answers: Mapping[str, object]) -> object:
    """The score that a rating link chose, if the survey has it."""
    return answers.get(definition.primary.key) if definition.primary else None


def make_question_page(
    definition: Definition,
    version_id: str | None,
    look: Look,
    language: str,
    filled: Filled,
    *,
    is_chosen: bool = False,
    ancestors: str = "'none'",
) -> Page:
    """The questionnaire as bytes."""
    with translation.override(language):
        parts = question_parts(
            definition,
            language,
            filled.answers,
            filled.problems,
            is_chosen=is_chosen,
            left_out=filled.left_out,
        )
        steps = len({part["step"] for part in parts})
        context = {
            "questions": parts,
            "problems": [_problem(problem) for problem in filled.problems],
            "resumed": filled.is_resumed,
            "note": filled.note,
            "gesture": filled.gesture,
            "is_trap": filled.is_trap,
            "is_by_hand": filled.is_by_hand,
            "goes_again": filled.goes_again,
            "minutes": PATIENCE,
            "proof_bits": settings.PROOF_BITS,
            "version_id": version_id or "",
            "languages": [(code, LANGUAGE_NAMES.get(code, code)) for code in definition.languages],
            "seconds": duration(definition),
            "steps": steps,
            "has_progress": steps > 1,
            "has_bar": steps >= BAR_FROM,
            "chosen": chosen_score(definition, filled.answers) if is_chosen else None,
            "slot": SLOT,
        }
        style = stylesheet(is_kiosk=look.is_kiosk) + adaptive_rules(definition)
        return _page("surveys/respond.html", context, look, language, style, ancestors)


def thanks_page(
    version: Version, look: Look, language: str, answers: Mapping[str, object], *, is_personal: bool
) -> Page:
    """The thank-you of the branch that the answers belong to."""
    branch = version.definition.branch_of(answers)
    key = (version.id, language, branch, look, is_personal)
    known = _pages.get(key)
    if known is not None:
        return known[1]
    return _pages.get_or_make(
        key,
        lambda: make_branch_page(
            version.definition, branch, look, language, is_personal=is_personal
        ),
    )


def make_branch_page(
    definition: Definition, branch: Group, look: Look, language: str, *, is_personal: bool = True
) -> Page:
    """The thank-you of a branch. Its link is everybody's or nobody's: no score hides it.

    A shared device shows none: it must not be led away from the survey.
    """
    text = definition.thanks[branch][language]
    callback = callback_of(branch, look, is_personal=is_personal)
    link = None if look.is_kiosk else definition.thanks_link
    return make_thanks_page(text, look, language, callback, link)


def callback_of(branch: Group, look: Look, *, is_personal: bool = True) -> Callback | None:
    """The form in which an unhappy customer asks to be called back; none on a shared device."""
    is_offered = branch == "detractor" and not look.is_kiosk
    return Callback(is_personal=is_personal) if is_offered else None


def make_thanks_page(
    text: str,
    look: Look,
    language: str,
    callback: Callback | None = None,
    link: ThanksLink | None = None,
) -> Page:
    with translation.override(language):
        context = {"text": text, **_callback_context(callback, look)}
        if link is not None:
            context |= {"link": link, "link_words": link.text[language]}
        style = stylesheet(is_kiosk=look.is_kiosk)
        return _page("surveys/thanks.html", context, look, language, style)


def make_callback_page(look: Look, language: str, callback: Callback) -> Page:
    """The form alone, with what was typed into it and what is wrong."""
    with translation.override(language):
        context = _callback_context(callback, look)
        return _page("surveys/callback.html", context, look, language, stylesheet())


def _callback_context(callback: Callback | None, look: Look) -> dict[str, object]:
    return {"callback": callback, "consent": consent_wording(look.brand), "slot": SLOT}


class Message(NamedTuple):
    """Something to say instead of the questionnaire."""

    language: str
    title: str
    text: str
    links: tuple[tuple[str, str], ...] = ()


def message_page(messages: tuple[Message, ...], look: Look, language: str) -> Page:
    """A page that only says something, in one language or in both."""
    key = (messages, look, language)
    known = _messages.get(key)
    if known is not None:
        return known[1]
    return _messages.get_or_make(key, lambda: _make_message_page(messages, look, language))


def _make_message_page(messages: tuple[Message, ...], look: Look, language: str) -> Page:
    with translation.override(language):
        context = {"messages": messages}
        return _page("surveys/unavailable.html", context, look, language, stylesheet())


def forget() -> None:
    """Drop every page that this process keeps."""
    _pages.clear()


def _page(
    template: str,
    context: Mapping[str, object],
    look: Look,
    language: str,
    style: str,
    ancestors: str = "'none'",
) -> Page:
    html = render_to_string(
        template,
        {
            **context,
            "style": style,
            "language": language,
            "brand": look.brand,
            "contact_email": look.contact_email,
            "place_name": look.place_name,
            "is_kiosk": look.is_kiosk,
            "is_guarded": look.is_guarded,
            "script": script(is_kiosk=look.is_kiosk, is_guarded=look.is_guarded),
        },
    )
    before, slot, after = _squeezed(html).partition(SLOT)
    code = script(is_kiosk=look.is_kiosk, is_guarded=look.is_guarded)
    policy = POLICY.format(style=_hash(style), script=_hash(code), ancestors=ancestors)
    body = slotted(before.encode(), after.encode())
    is_guarded = bool(slot) and look.is_guarded
    return Page(body, policy, language, has_slot=bool(slot), is_guarded=is_guarded)


def _squeezed(html: str) -> str:
    """Without indentation; words stay apart. A textarea's content is never indented."""
    head, textarea, rest = html.partition("<textarea")
    head = re.sub(r"\s*\n\s*", "\n", head)
    if not textarea:
        return head
    field, end, tail = rest.partition("</textarea>")
    opening, angle, value = field.partition(">")
    return head + textarea + re.sub(r"\s+", " ", opening) + angle + value + end + _squeezed(tail)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _problem(problem: ProblemAt) -> dict[str, str]:
    return {"anchor": problem.path.removeprefix("answers."), "message": problem.message}


def duration(definition: Definition) -> int:
    """How long answering takes, in seconds, to the nearest ten."""
    seconds = [SECONDS.get(question.kind, SECONDS_OF_A_SCORE) for question in definition.questions]
    return max(10, round(sum(seconds), -1))


@cache
def script(*, is_kiosk: bool = False, is_guarded: bool = False) -> str:
    """The respondent's script; a shared device begins again, a guarded page works, by another."""
    more = ["kiosk.js"] * is_kiosk + ["proof.js"] * is_guarded
    names = ["queue.js", "respond.js", *more]
    return str(rjsmin.jsmin("\n".join(_asset(name) for name in names)))


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def stylesheet(*, is_kiosk: bool = False) -> str:
    """The respondent's styles, headed by the tokens that they use."""
    css = _asset("respond.css") + (_asset("kiosk.css") if is_kiosk else "")
    css = re.sub(r"/\*.*?\*/|\n", "", css)
    sheet = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = re.search(r":root\{\s*color-scheme:light;(.*?)\}", sheet, re.DOTALL)
    tokens = dict(re.findall(r"(--[\w-]+):([^;}]+)", light[1] if light else ""))
    used = sorted(set(re.findall(r"var\((--[\w-]+)\)", css)))
    return f":root{{{';'.join(f'{name}:{tokens[name].strip()}' for name in used)}}}{css}"


def adaptive_rules(definition: Definition) -> str:
    """Styles that show the wording of the chosen score's branch: no script is needed."""
    rules = []
    for question in definition.questions:
        if not (question.follows and question.adaptive):
            continue
        for group in GROUPS:
            chosen = f"form:has(#{question.follows} [data-g={group}]:checked) #{question.key}"
            rules.append(f"{chosen} .w{{display:none}}{chosen} .w-{group}{{display:inline}}")
    return "".join(rules)
