"""Kinds of service on the screen: their names, their order, and what is asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.i18n import Lang, say
from geo.maps.kinds import KindLook, kind_looks
from geo.messages import msg
from geo.sources.kinds import kind_label, load_kinds

if TYPE_CHECKING:
    from geo.model import Facilities, Study
    from geo.ui.question import Question

MEALS = ("canteen", "meal_point")
STARTERS = (*MEALS, "love_station", "service_station")  # what a town without any service may begin with


def kind_name(kind: str, lang: Lang) -> str:
    """The kind in words; a kind we don't know keeps the name that the file gives it."""
    return kind_label(kind, lang) or say(msg("facility"), lang)


def looks_of(facilities: Facilities, lang: Lang) -> dict[str, KindLook]:
    """Names and badges of the kinds that occur, the known ones first."""
    return kind_looks((str(kind) for kind in facilities.frame["kind"]), lang)


def placeable(study: Study, question: Question) -> tuple[str, ...]:
    """What a click can place: the kinds asked about, else those that occur, else a few to begin with."""
    return question.kinds or kinds_of(study.facilities) or STARTERS


def kinds_of(facilities: Facilities) -> tuple[str, ...]:
    """The kinds that occur, in the order in which they are shown; without those that have no name."""
    return tuple(kind for kind in looks_of(facilities, "en") if kind.strip())


def first_question(facilities: Facilities) -> tuple[str, ...]:
    """What is asked when a study is opened: meals if there are any, else the most frequent kind, else everything.

    Kinds that circles of life are about come before all others.
    """
    known = kinds_of(facilities)
    meals = tuple(kind for kind in MEALS if kind in known)
    of_a_circle = [kind for kind in known if kind in load_kinds()] or known
    often = facilities.frame["kind"].value_counts()
    return meals or tuple(sorted(of_a_circle, key=lambda kind: -int(often[kind]))[:1])
