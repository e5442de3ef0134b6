"""The sheet of a plan: before and after, for everyone and each group, and what each of its sites brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.export.plain import plain, text
from geo.i18n import Lang, say
from geo.maps.planned import baseline, change_name, marks
from geo.maps.words import group_name, local_names
from geo.messages import msg

if TYPE_CHECKING:
    from geo.export.plain import Plain
    from geo.export.results import Results
    from geo.maps.planned import Planned

_FIGURES = ("served_weight", "coverage_ratio")


def share_rows(results: Results, planned: Planned, lang: Lang, *, people: bool) -> list[list[Plain]]:
    """Heading, then everyone and each group: people, served before, share before, served after, share after."""
    share = say(msg("Share of people served") if people else msg("Share of homes served"), lang)
    was, now = baseline(planned.proposed, lang), say(msg("with the plan"), lang)
    head: list[Plain] = [
        "",
        say(msg("People") if people else msg("Homes"), lang),
        *(f"{one}: {what}" for one in (was, now) for what in (say(msg("Served"), lang), share)),
    ]
    before, after = planned.before, results.totals
    everyone: list[Plain] = [
        say(msg("Everyone"), lang),
        plain(after.demand_weight),
        *(plain(getattr(one, key)) for one in (before, after) for key in _FIGURES),
    ]
    rows = [
        [
            text(group_name(name, lang)),
            plain(row["total_weight"]),
            *(
                plain(one[name][key])
                for one in (planned.before_groups, results.groups)
                for key in ("served_weight", "coverage_ratio")
            ),
        ]
        for name, row in results.groups.items()
    ]
    return [head, everyone, *rows]


def site_rows(results: Results, planned: Planned, lang: Lang) -> list[list[Plain]]:
    """Heading, then each site: its mark on the map, what happens to it, name, id, kind, community, gained, lost."""
    heads = (
        *(msg("On the map"), msg("Change"), msg("Name"), msg("Facility id"), msg("Kind of facility"), msg("Community")),
        *(msg("Newly served"), msg("No longer served")),
    )
    from geo.sources.kinds import kind_label

    names = dict(zip(results.communities["id"].astype(str), local_names(results.communities, lang), strict=True))
    at = dict(zip(results.facilities["id"].astype(str), results.facilities["community_id"], strict=True))
    rows: list[list[Plain]] = [[say(head, lang) for head in heads]]
    for row, name, mark in zip(
        planned.sites.to_dict("records"), local_names(planned.sites, lang), marks(planned, lang), strict=True
    ):
        where = at.get(str(row["id"]))
        rows.append(
            [
                *(mark, change_name(str(row["change"]), lang), text(name), text(str(row["id"]))),
                *(kind_label(str(row["kind"] or ""), lang), text(names.get(str(where), "") if where is not None else "")),
                *(plain(row["gain_weight"]), plain(row["lost_weight"])),
            ]
        )
    return rows
