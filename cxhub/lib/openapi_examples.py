"""One example for each call that clients start with: (method, path) → (body, {status: answer})."""

from typing import Any

SURVEY = "0198a3c2-7b1e-7c4d-9a51-3f0e6b2d8c11"
CONTACT = "0198a3c2-9d20-7e1b-8f37-51c0a4e7d922"
SEND = "0198a3c3-1f48-7a60-b2c9-7d3be0915e33"

CONTACT_SENT = {
    "external_id": "C-1042",
    "email": "jeanne@example.org",
    "phone": "+33639980123",
    "name": "Jeanne Martin",
    "language": "fr",
    "attributes": {"tier": "gold"},
    "consents": [
        {"channel": "sms", "purpose": "survey", "wording": "Je veux bien donner mon avis"}
    ],
}

EXAMPLES: dict[tuple[str, str], tuple[Any, dict[str, Any]]] = {
    ("POST", "/api/v1/surveys/"): (
        {"name": "Livraison", "template": "nps", "languages": ["fr", "en"]},
        {},
    ),
    ("POST", "/api/v1/surveys/{id}/publish/"): (
        {},
        {"200": {"id": SURVEY, "status": "live", "version": 1}},
    ),
    ("POST", "/api/v1/collectors/"): ({"survey": SURVEY, "kind": "qr", "place": None}, {}),
    ("POST", "/api/v1/contacts/"): (CONTACT_SENT, {}),
    ("POST", "/api/v1/responses/"): (
        {
            "submission_id": "0198a3c4-0a11-7d52-8c1e-6b7f9e2d4a80",
            "collector": SURVEY,
            "answers": {"q1": 9, "q2": "Rapide et aimable"},
            "language": "fr",
            "channel": "app",
        },
        {},
    ),
    ("POST", "/api/v1/sends/"): (
        {"survey": SURVEY, "channel": "sms", "contacts": [CONTACT], "dry_run": False},
        {},
    ),
    ("POST", "/api/v1/events/"): (
        {
            "type": "order.delivered",
            "occurred_at": "2026-03-14T10:00:00+01:00",
            "contact": CONTACT_SENT,
            "properties": {"order": "A-77", "place": "Lyon"},
        },
        {"202": {"id": SEND}},
    ),
}
