"""One thing has one name: the Chinese of every catalogue, schema, table, page and document keeps to docs/words.toml."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
TABLE = tomllib.loads((ROOT / "docs" / "words.toml").read_text(encoding="utf-8"))
ZH = "\u4e00-\u9fff"
CHINESE = re.compile(f"[{ZH}]")
FIGURES = "|".join(TABLE["spacing"]["figures"])
KEYWORDS = re.compile(r"^keywords = \[.*?\]$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Text:
    """A piece of Chinese with the place where it stands."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Rule:
    """A word that is not used, the phrases in which it may stand, and what to write."""

    word: str
    within: tuple[str, ...]
    use: str


def rules() -> list[Rule]:
    return [
        Rule(word, tuple(phrase for phrase in row.get("within", ()) if word in phrase), row["use"])
        for row in TABLE["words"]
        for word in row["not"]
    ]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of_users(path: Path) -> bool:
    return named(path) in TABLE["users_words"] and path.suffix != ".toml"


def lines_of(path: Path, text: str | None = None) -> Iterator[Text]:
    """The lines with Chinese in them."""
    whole = path.read_text(encoding="utf-8") if text is None else text
    for number, line in enumerate(whole.splitlines(), start=1):
        if CHINESE.search(line):
            yield Text(named(path), number, line)


def of_catalogue(path: Path) -> Iterator[Text]:
    with path.open("rb") as file:
        for entry in read_po(file, locale="zh"):
            if entry.id:
                yield Text(named(path), entry.lineno or 0, str(entry.string))


def of_code(path: Path) -> Iterator[Text]:
    """Every literal of a module; what stands in comments and docstrings is for programmers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told and CHINESE.search(node.value):
            yield Text(named(path), node.lineno, node.value)


def of_toml(path: Path) -> Iterator[Text]:
    """All lines but the words by which users' tables are recognised."""
    text = path.read_text(encoding="utf-8")
    return lines_of(path, KEYWORDS.sub(lambda found: "\n" * found[0].count("\n"), text))


@cache
def sentences() -> tuple[Text, ...]:
    """What we say ourselves: words and punctuation are ours to choose."""
    geo = ROOT / "geo"
    found = [text for path in sorted(geo.rglob("*.po")) for text in of_catalogue(path)]
    found += [text for path in sorted(geo.rglob("*.toml")) for text in of_toml(path)]
    for kind in ("json", "js", "css", "html", "qml"):
        found += [text for path in sorted(geo.rglob(f"*.{kind}")) for text in lines_of(path)]
    found += [text for path in [ROOT / "app.py", *sorted(geo.rglob("*.py"))] if not of_users(path) for text in of_code(path)]
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found += [text for path in documents if not of_users(path) for text in lines_of(path)]
    return tuple(found)


@cache
def sample() -> tuple[Text, ...]:
    """The sample town: names as an office would write them, so only the words are looked at."""
    texts = [path for kind in ("toml", "md", "csv", "geojson") for path in sorted((ROOT / "data" / "qinghe").glob(f"*.{kind}"))]
    found = [text for path in texts for text in lines_of(path)]
    return (*found, *(text for path in sorted((ROOT / "data" / "generator").glob("*.py")) for text in of_code(path)))


def broken(text: Text, known: list[Rule]) -> list[str]:
    """What is wrong with the words of one text, as file, line, word and what to write."""
    found = []
    for rule in known:
        rest = text.text
        for phrase in rule.within:
            rest = rest.replace(phrase, "")
        if rule.word in rest:
            found.append(f"{text.file}:{text.line}: “{rule.word}” is not used; write {rule.use}: {text.text[:80]}")
    return found


SPACING = {
    "no space between Chinese and Latin letters or digits": re.compile(f"[{ZH}][0-9A-Za-z]|[0-9A-Za-z%][{ZH}]"),
    "no space beside a figure": re.compile(rf"[{ZH}]\{{(?:{FIGURES})[:}}]|\{{(?:{FIGURES})(?::[^}}]*)?\}}[{ZH}]"),
    "half-width punctuation in a Chinese sentence": re.compile(rf"[{ZH}”）][,;:?!]|[,;?!] ?[{ZH}“（]|[{ZH}]\(|\)[{ZH}]"),
    "a space beside full-width punctuation": re.compile("[，。；：？！、（）] | [，。；：？！、（）]"),
}


def untidy(text: Text) -> list[str]:
    return [
        f"{text.file}:{text.line}: {what} ({found[0]!r}): {text.text[:80]}"
        for what, pattern in SPACING.items()
        if (found := pattern.search(text.text))
    ]


def test_no_other_word_is_used_for_what_has_one():
    known = rules()
    found = [line for text in (*sentences(), *sample()) for line in broken(text, known)]
    assert not found, f"{len(found)} words that docs/words.toml does not know:\n" + "\n".join(found)


def test_spaces_and_punctuation_are_alike_everywhere():
    found = [line for text in sentences() for line in untidy(text)]
    assert not found, f"{len(found)} places:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "file",
    [
        "geo/locale/zh/ui.po",
        "geo/schemas/summary.schema.json",
        "geo/domain/kinds.toml",
        "geo/domain/profiles.toml",
        "geo/cli/study.py",
        "README.md",
        "data/qinghe/study.toml",
        "data/generator/ledger.py",
    ],
)
def test_every_kind_of_file_is_read(file: str):
    assert any(text.file == file for text in (*sentences(), *sample()))


def test_files_of_users_words_are_there():
    assert [name for name in TABLE["users_words"] if not (ROOT / name).is_file()] == []


def test_no_word_of_the_table_is_both_used_and_not():
    """The words to use, and their meanings, break no rule themselves."""
    written = [Text("docs/words.toml", 0, row["use"]) for row in TABLE["words"]]
    assert [line for text in written for line in broken(text, rules())] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("正在打开资料", "资料"),
        ("各社区服务覆盖率", "覆盖率"),
        ("未覆盖的住宅", "住宅"),
        ("步行 15 分钟以内", "以内"),
        ("小区大门 3 个", "大门"),
    ],
)
def test_a_wrong_word_is_found_and_told(text: str, word: str):
    told = broken(Text("x.po", 7, text), rules())
    assert any(line.startswith(f"x.po:7: “{word}” is not used; write ") for line in told)


@pytest.mark.parametrize("text", ["人口覆盖率", "每栋住宅建筑按 1 计", "小区出入口（大门）"])
def test_a_longer_phrase_may_hold_the_word(text: str):
    assert broken(Text("x.po", 1, text), rules()) == []


@pytest.mark.parametrize(
    "text", ["65岁及以上", "步行15 分钟", "第 3, 5 行,请核对", "缺少{count} 行", "社区(边界)", "是， 否", "占{share}%"]
)
def test_untidy_text_is_found(text: str):
    assert untidy(Text("x.po", 1, text))


@pytest.mark.parametrize(
    "text",
    [
        "65 岁及以上",
        '请写 crs = "EPSG:4544"，不要用 \\。',
        "{count} 行",
        "“id”列",
        "{total} 人中有 {served} 人{within}可达{what}。",
    ],
)
def test_tidy_text_is_left_alone(text: str):
    assert untidy(Text("x.po", 1, text)) == []


@pytest.mark.parametrize("path", sorted((ROOT / "geo").rglob("*.py")), ids=named)
def test_lists_are_joined_by_the_language_that_says_them(path: Path):
    """A list goes into its sentence as it is (see geo.messages): a comma put in by the code is wrong in one of the languages."""
    if named(path) in {"geo/ui/server.py", "geo/export/plain.py"}:  # a header of HTTP, a cell of the user's own
        return
    commas = {", ", "; ", "、", "；"}
    joins = [
        call.lineno
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "join"
        if isinstance(call.func.value, ast.Constant) and call.func.value.value in commas
    ]
    assert joins == []
