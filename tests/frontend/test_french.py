"""Every text that is shown has its French, in every app."""

import ast
import re
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

from tests.architecture.sources import PACKAGES, modules, nodes_of, tree_of

ROOT = Path(settings.BASE_DIR)
CALL = re.compile(
    r"\b(n?p?gettext|_)\(((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:,\s*)?)+)"
)
# A text message keeps to the letters that cost one text; a header is written as it is sent.
MACHINE = re.compile(r"\b(?:STOP|START)\.|Authorization: Bearer|\bhttps://")
FORBIDDEN = re.compile(
    r"\b(veuillez|désolé|oups|invalide|une erreur est survenue|merci de)\b",  # codespell:ignore
    re.IGNORECASE,
)


def templates():
    return [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]


def texts_of_templates():
    for template in templates():
        for match in CALL.finditer(templatize(template.read_text(encoding="utf-8"))):
            words = ast.literal_eval(f"[{match[2].rstrip(', ')}]")
            has_context = match[1] in {"pgettext", "npgettext"}
            yield words[0] if has_context else None, words[1 if has_context else 0]


def texts_of_modules():
    for module in modules(packages=PACKAGES):
        for node in nodes_of(module):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            words = [word for word in words if isinstance(word, str)]
            if node.func.id == "_" and len(words) > 1:  # as pgettext_lazy is called there
                yield words[0], words[1]
            elif node.func.id in {"_", "gettext", "gettext_lazy", "ngettext"} and words:
                yield None, words[0]
            elif node.func.id in {"pgettext", "pgettext_lazy"} and len(words) > 1:
                yield words[0], words[1]


@lru_cache(maxsize=1)
def catalogue():
    """All catalogues as one: Django finds a text in whichever has it."""
    whole = Catalog(locale="fr")
    for path in ROOT.glob("*/locale/fr/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    whole[message.id] = message
    return whole


def test_nothing_is_left_in_english():
    french = catalogue()
    wanted = {*texts_of_templates(), *texts_of_modules()}

    missing = [
        text for context, text in wanted if not (m := french.get(text, context)) or not m.string
    ]

    assert len(wanted) > 100
    assert sorted(missing) == [], missing


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
    tight = [s for s in strings if re.search(r"(?<![\u00a0\d%])[:%](?!\()", s)]
    assert [s for s in tight if not MACHINE.search(s)] == []
    assert [s for s in strings if FORBIDDEN.search(s)] == []


def eager_calls(module):
    """Lines outside functions where a text is translated at once, in the language of the start."""
    tree = tree_of(module)
    eager = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
    }
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in eager:
            yield f"{module.relative_to(ROOT)}:{node.lineno}"
        waiting.extend(ast.iter_child_nodes(node))


def test_no_text_is_translated_before_its_reader_is_known():
    of_the_product = modules(packages=PACKAGES)

    assert [line for module in of_the_product for line in eager_calls(module)] == []
