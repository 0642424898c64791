"""The questionnaires that ship with the product, in French and English."""

from copy import deepcopy
from typing import Any, TypedDict

from surveys.definition.scales import GROUPS

Document = dict[str, Any]
Text = dict[str, str]

SCHEMA = 1


class Template(TypedDict):
    """What the gallery needs to know of a template; names are translated by the gallery."""

    metric: str
    seconds: int
    questions: list[Document]
    thanks: dict[str, Text]


LABELS: dict[str, dict[str, Text]] = {
    "nps": {
        "0": {"fr": "pas du tout probable", "en": "not at all likely"},
        "10": {"fr": "tout à fait probable", "en": "extremely likely"},
    },
    "csat": {
        "1": {"fr": "très insatisfaisant", "en": "very dissatisfied"},
        "2": {"fr": "insatisfaisant", "en": "dissatisfied"},
        "3": {"fr": "ni l’un ni l’autre", "en": "neither"},
        "4": {"fr": "satisfaisant", "en": "satisfied"},
        "5": {"fr": "très satisfaisant", "en": "very satisfied"},
    },
    "ces": {
        "1": {"fr": "pas du tout d’accord", "en": "strongly disagree"},
        "7": {"fr": "tout à fait d’accord", "en": "strongly agree"},
    },
    "rating": {
        "1": {"fr": "très mauvais", "en": "very poor"},
        "5": {"fr": "excellent", "en": "excellent"},
    },
}

QUESTIONS: dict[str, Text] = {
    "nps": {
        "fr": "Recommanderiez-vous {brand} à un proche ou un collègue\u202f?",
        "en": "How likely are you to recommend {brand} to a friend or colleague?",
    },
    "csat": {
        "fr": "Quelle est votre satisfaction concernant votre expérience avec {brand}\u202f?",
        "en": "How satisfied are you with your experience with {brand}?",
    },
    "ces": {
        "fr": "{brand} m’a facilité la résolution de ma demande.",
        "en": "{brand} made it easy for me to handle my request.",
    },
    "rating": {
        "fr": "Quelle note donnez-vous à {brand}\u202f?",
        "en": "How would you rate {brand}?",
    },
    "choice": {
        "fr": "Qu’est-ce qui compte le plus pour vous\u202f?",
        "en": "What matters most to you?",
    },
    "comment": {
        "fr": "Que souhaitez-vous ajouter\u202f?",
        "en": "What would you like to add?",
    },
}

WHY: Text = {
    "fr": "Qu’est-ce qui explique votre note\u202f?",
    "en": "What is the main reason for your score?",
}

ADAPTIVE: dict[str, Text] = {
    "promoter": {
        "fr": "Qu’avez-vous le plus apprécié\u202f?",
        "en": "What did you like most?",
    },
    "passive": {
        "fr": "Que manque-t-il pour mériter un 10\u202f?",
        "en": "What is missing to deserve a 10?",
    },
    "detractor": {
        "fr": "Que devons-nous corriger en priorité\u202f?",
        "en": "What should we fix first?",
    },
}

# "Deserve a 10" makes sense on a 0–10 scale only.
PASSIVE_OF_OTHERS: Text = {
    "fr": "Que manque-t-il pour mériter la meilleure note\u202f?",
    "en": "What is missing to deserve the top score?",
}

THANKS: dict[str, Text] = {
    "promoter": {
        "fr": "Merci\u202f! Votre avis encourage toute l’équipe de {brand}.",
        "en": "Thank you! Your words encourage everyone at {brand}.",
    },
    "passive": {
        "fr": "Merci\u202f! Votre avis aide {brand} à progresser.",
        "en": "Thank you! Your feedback helps {brand} improve.",
    },
    "detractor": {
        "fr": "Merci. {brand} lit chaque avis et s’en sert pour corriger ce qui doit l’être.",
        "en": "Thank you. {brand} reads every answer and uses it to put things right.",
    },
}

CHOICES: list[Document] = [
    {"id": "c1", "text": {"fr": "La qualité", "en": "Quality"}},
    {"id": "c2", "text": {"fr": "L’accueil", "en": "The welcome"}},
    {"id": "c3", "text": {"fr": "Le prix", "en": "The price"}},
]


def question(kind: str, key: str) -> Document:
    """A new question of a kind, already worded, so that there is never a blank page."""
    item: Document = {
        "key": key,
        "kind": kind,
        "required": kind in LABELS,
        "text": dict(QUESTIONS[kind]),
    }
    if kind in LABELS:
        item["labels"] = {value: dict(label) for value, label in LABELS[kind].items()}
    if kind == "choice":
        item["multiple"] = False
        item["choices"] = [{**choice, "text": dict(choice["text"])} for choice in CHOICES]
    return item


def adaptive_texts(kind: str) -> dict[str, Text]:
    """What the comment after a score asks, by branch."""
    texts: dict[str, Text] = {group: dict(ADAPTIVE[group]) for group in GROUPS}
    if kind != "nps":
        texts["passive"] = dict(PASSIVE_OF_OTHERS)
    return texts


def _why(kind: str, key: str, follows: str) -> Document:
    comment = question("comment", key)
    return {**comment, "text": dict(WHY), "follows": follows, "adaptive": adaptive_texts(kind)}


def _template(kind: str, seconds: int) -> Template:
    return {
        "metric": kind,
        "seconds": seconds,
        "questions": [question(kind, "q1"), _why(kind, "q2", "q1")],
        "thanks": THANKS,
    }


TEMPLATES: dict[str, Template] = {
    "nps": _template("nps", 30),
    "csat": _template("csat", 30),
    "ces": _template("ces", 30),
}


def new_document(template: str, languages: list[str], brand: str) -> Document:
    """The draft that a template starts, complete.

    It holds the texts of every language we write, asked for or not, so that adding a
    language later finds them.
    """
    source = deepcopy(TEMPLATES[template])
    return {
        "schema": SCHEMA,
        "languages": list(languages),
        "default_language": languages[0],
        "brand": brand,
        "last_key": len(source["questions"]),
        "questions": source["questions"],
        "thanks": source["thanks"],
    }
