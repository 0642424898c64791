"""Every text of the shell, the entrance and the settings has its French."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("layouts", "components", "errors", "account", "accounts")
CALL = re.compile(
    r"\b(n?p?gettext|_)\(((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:,\s*)?)+)"
)
FORBIDDEN = re.compile(
    r"\b(veuillez|désolé|oups|invalide|une erreur est survenue|merci de)\b",  # codespell:ignore
    re.IGNORECASE,
)


def templates():
    top = (ROOT / "templates").glob("*.html")
    return [*top, *(f for name in FOLDERS for f in (ROOT / "templates" / name).rglob("*.*"))]


def texts_of_templates():
    for template in templates():
        for match in CALL.finditer(templatize(template.read_text(encoding="utf-8"))):
            words = ast.literal_eval(f"[{match[2].rstrip(', ')}]")
            has_context = match[1] in {"pgettext", "npgettext"}
            yield words[0] if has_context else None, words[1 if has_context else 0]


def texts_of_modules():
    for module in (ROOT / "accounts").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            words = [word for word in words if isinstance(word, str)]
            if node.func.id in {"_", "gettext", "gettext_lazy", "ngettext"} and words:
                yield None, words[0]
            elif node.func.id in {"pgettext", "pgettext_lazy"} and len(words) > 1:
                yield words[0], words[1]


def catalogue():
    with (ROOT / "accounts" / "locale" / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_nothing_is_left_in_english():
    french = catalogue()
    wanted = {*texts_of_templates(), *texts_of_modules()}

    missing = [
        text for context, text in wanted if not (m := french.get(text, context)) or not m.string
    ]

    assert len(wanted) > 100
    assert sorted(missing) == []


def test_nothing_is_translated_that_is_never_shown():
    shown = {text for _, text in (*texts_of_templates(), *texts_of_modules())}
    ids = [m.id[0] if isinstance(m.id, tuple) else m.id for m in catalogue() if m.id]

    assert [text for text in ids if text not in shown] == []


def test_placeholders_survive_translation():
    for message in catalogue():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        names = set(re.findall(r"%\(\w+\)s|\{\w+\}", ids[-1]))
        for string in strings if message.id else ():
            assert set(re.findall(r"%\(\w+\)s|\{\w+\}", string)) == names


def test_french_typography():
    strings = [
        string
        for message in catalogue()
        if message.id
        for string in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]

    assert [s for s in strings if "'" in s] == []
    assert [s for s in strings if re.search(r"(?<![\u202f])[;!?]", s)] == []
    assert [s for s in strings if re.search(r"(?<![\u00a0])[:%](?!\()", s)] == []
    assert [s for s in strings if FORBIDDEN.search(s)] == []
