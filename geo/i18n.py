"""Words for people, in Chinese and English.

Every sentence is written in English in the code (marked with ``msg`` or passed to
:func:`say`) and translated in the catalogues ``geo/locale/zh/*.po``. The catalogues
are read as they are, so a translator sees a change without any build step.
"""

from __future__ import annotations

import locale
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from geo.errors import GeoError
from geo.messages import Habits, Message, fill

if TYPE_CHECKING:
    from collections.abc import Iterable

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
LOCALE_DIR = Path(__file__).parent / "locale"
_HABITS: dict[Lang, Habits] = {"zh": Habits(comma="、", spaced=True), "en": Habits()}


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """English sentence to its translation; empty for English, whose sentences are the keys."""
    if lang == "en":
        return {}
    from babel.messages.pofile import read_po  # here: the command line starts quicker

    found: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / lang).glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale=lang):
                if entry.id and entry.string and not entry.fuzzy:
                    found[cast("str", entry.id)] = cast("str", entry.string)
    return found


def say(what: str | Message | GeoError, lang: Lang, /, **values: object) -> str:
    """One sentence in the given language; text in ``values`` is put in as it is."""
    message = what.message if isinstance(what, GeoError) else what
    template = message.template if isinstance(message, Message) else message
    known = {**message.values, **values} if isinstance(message, Message) else values
    # A message among the values (a reason within a sentence) is said in the same language.
    said = {k: say(v, lang) if isinstance(v, Message | GeoError) else v for k, v in known.items()}
    return fill(catalogue(lang).get(template, template), said, _HABITS[lang])


def listed(items: Iterable[object], lang: Lang) -> str:
    """Several things in one cell, with the comma that the language puts between them."""
    return _HABITS[lang].comma.join(map(str, items))


def joined(sentences: Iterable[str], lang: Lang) -> str:
    """Several sentences in one cell, each ending as the language ends them."""
    return ("；" if lang == "zh" else "; ").join(sentence.rstrip(".。") for sentence in sentences)


def system_lang(preferred: Lang | None = None) -> Lang:
    """The language to start in: the setting, else the system's, Chinese or English."""
    if preferred is not None:
        return preferred
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"
