"""Every sentence that people see is there in Chinese too, with the same gaps; the catalogues hold nothing else.

Sentences are found by walking the syntax tree: whatever is given to ``msg("…")``, and every
literal given to ``say("…", …)``.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import geo.errors
from geo.i18n import LOCALE_DIR, catalogue, say

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted((LOCALE_DIR / "zh").glob("*.po"))
ERRORS = {name for name, value in vars(geo.errors).items() if isinstance(value, type) and issubclass(value, geo.errors.GeoError)}


def sources() -> list[Path]:
    return [ROOT / "app.py", *sorted((ROOT / "geo").rglob("*.py"))]


def called(call: ast.Call) -> str:
    """The plain name of what is called: ``i18n.say(…)`` is say."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def calls(tree: ast.AST):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def sentences_in(tree: ast.AST):
    """Pairs of line and sentence; the sentence is None where ``msg`` is given no literal."""
    for call in calls(tree):
        name, first = called(call), call.args[0] if call.args else None
        if name == "msg" or (name == "say" and text_of(first) is not None):
            yield call.lineno, text_of(first)


def unmarked_in(tree: ast.AST):
    """Lines where a literal goes into a Message or one of our errors without ``msg``: no catalogue would ever hold it."""
    for call in calls(tree):
        if called(call) in {"Message", *ERRORS} and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr):
            yield call.lineno, ast.unparse(call.args[0])


@cache
def spoken() -> dict[str, list[str]]:
    """Sentence to the places where the code says it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sources():
        for line, text in sentences_in(ast.parse(path.read_text(encoding="utf-8"))):
            if text is not None:
                found[text].append(f"{path.relative_to(ROOT)}:{line}")
    return dict(found)


@cache
def entries() -> dict[str, list[tuple[str, str, bool]]]:
    """Sentence to the file, translation and fuzzy mark of each of its entries."""
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for path in CATALOGUES:
        with path.open("rb") as file:
            for entry in read_po(file, locale="zh"):
                if entry.id:
                    found[str(entry.id)].append((path.name, str(entry.string or ""), entry.fuzzy))
    return dict(found)


def gaps(template: str) -> set[tuple[str, str, str]]:
    """The named gaps with how each is formatted."""
    return {(name, spec or "", how or "") for _, name, spec, how in Formatter().parse(template) if name is not None}


def listing(rows) -> str:
    rows = list(rows)
    return f"{len(rows)}:\n" + "\n".join(f"  {row}" for row in rows)


def test_there_are_sentences_and_catalogues():
    assert len(spoken()) > 50
    assert CATALOGUES


def test_every_sentence_has_its_chinese():
    known = {text for text, rows in entries().items() if any(zh and not fuzzy for _, zh, fuzzy in rows)}
    missing = [f"{places[0]}  {text!r}" for text, places in spoken().items() if text not in known]
    assert not missing, f"sentences without a Chinese translation, {listing(missing)}"


def test_no_translation_is_fuzzy_or_empty():
    bad = [f"{file}  {text!r}" for text, rows in entries().items() for file, zh, fuzzy in rows if fuzzy or not zh.strip()]
    assert not bad, f"fuzzy or empty translations, {listing(bad)}"


def test_both_languages_have_the_same_gaps():
    bad = [
        f"{file}  {text!r} has {sorted(gaps(text))}, the Chinese {sorted(gaps(zh))}"
        for text, rows in entries().items()
        for file, zh, _ in rows
        if gaps(text) != gaps(zh)
    ]
    assert not bad, f"translations with other gaps than the English, {listing(bad)}"


def test_every_gap_has_a_plain_name():
    bad = [
        f"{places[0]}  {text!r}" for text, places in spoken().items() if not all(name.isidentifier() for name, _, _ in gaps(text))
    ]
    assert not bad, f"gaps must be plain names such as {{row}}, {listing(bad)}"


def test_the_catalogues_hold_nothing_that_nobody_says():
    unused = [f"{rows[0][0]}  {text!r}" for text, rows in entries().items() if text not in spoken()]
    assert not unused, f"translations of sentences that the code no longer says, {listing(unused)}"


def test_a_sentence_is_translated_alike_everywhere():
    bad = [f"{text!r}: {[row[:2] for row in rows]}" for text, rows in entries().items() if len({zh for _, zh, _ in rows}) > 1]
    assert not bad, f"sentences with two translations, {listing(bad)}"


def test_no_english_sentence_is_empty():
    assert not [places for text, places in spoken().items() if not text.strip()]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_are_marked_as_literals(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unreadable = [f"{path.name}:{line} msg(…) needs a literal" for line, text in sentences_in(tree) if text is None]
    unmarked = [f"{path.name}:{line} needs msg(…): {text}" for line, text in unmarked_in(tree)]
    assert not unreadable + unmarked, listing(unreadable + unmarked)


def test_chinese_is_chinese():
    """A translation has Chinese characters unless the English has no words of its own (numbers, units, formats)."""
    formats = r"\b(km/h|GeoJSON|GeoPackage|XLSX|HTML)\b"
    bad = []
    for text, rows in entries().items():
        words = re.findall(r"[A-Za-z]{4,}", re.sub(formats, "", re.sub(r"\{[^}]*\}", "", text)))
        bad += [f"{file}  {text!r} -> {zh!r}" for file, zh, _ in rows if words and not re.search(r"[\u4e00-\u9fff]", zh)]
    assert not bad, f"translations without a Chinese character, {listing(bad)}"


def test_the_walk_finds_what_it_should():
    tree = ast.parse('say("A {x}", lang, x=1)\ni18n.say("B" " C", lang)\nraise StudyFileError("D")\nmsg(text)\nsay(other, lang)')
    assert [text for _, text in sentences_in(tree)] == ["A {x}", "B C", None]
    assert [text for _, text in unmarked_in(tree)] == ["'D'"]


def test_what_the_catalogue_says_is_what_people_read():
    text, places = next((text, places) for text, places in spoken().items() if not gaps(text))
    assert say(text, "zh") == catalogue("zh")[text], places
    assert say(text, "en") == text
