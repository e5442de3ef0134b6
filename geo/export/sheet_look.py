"""How sheets of a workbook look: cell formats, widths, and how they come out of a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.maps.style import CLASSES
from geo.maps.words import percent

if TYPE_CHECKING:
    from geo.export.plain import Plain

_A4 = 9
_WIDEST, _NARROWEST = 40, 7
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}  # inches
_NEAR = 0.00051  # a ratio so near below a class is rounded up into it by a spreadsheet


def formats(book: Any) -> dict[str, Any]:  # noqa: ANN401  (xlsxwriter has no types)
    """The cell formats by their names."""
    head = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0072B2", "text_wrap": True, "valign": "vcenter", "border": 1}
    return {
        "text": book.add_format({"valign": "top"}),
        "quoted": book.add_format({"valign": "top", "quote_prefix": True}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True}),
        "head": book.add_format({**head, "border_color": "#FFFFFF"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "part": book.add_format({"bold": True, "bottom": 1}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.0"}),
        "exact": book.add_format({"num_format": "#,##0.###"}),
        "minutes": book.add_format({"num_format": "#,##0.0"}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "general": book.add_format({}),
    }


def look(name: str, values: list[Plain]) -> str:
    """How a column's numbers are shown; the numbers themselves stay whole. Seconds are shown in full."""
    if name.endswith("_ratio"):
        return "percent"
    if not name.endswith(("weight", "_s", "_m", "_m2")):
        return "general"
    whole = all(isinstance(value, int) for value in values if value is not None)
    return "whole" if whole else "exact" if name.endswith("_s") else "number"


def said_percent(value: float) -> str | None:
    """How a ratio must read where a spreadsheet's own rounding would say more than it is; None where that is right."""
    limits = [one.low for one in CLASSES if one.low > 0]
    risky = any(low - _NEAR <= value < low for low in limits) or 0 < value < _NEAR
    return percent(value, "en") if risky else None


def width(heading: str, values: list[Plain]) -> float:
    """Wide enough for what stands in the first rows; a Chinese character takes two places, and a heading two lines."""
    shown = [f"{value:,.1f}" if isinstance(value, float) else str(value) for value in values[:200] if value is not None]
    longest = max((_places(item) for item in shown), default=0)
    return float(min(max(longest, _places(heading) / 2, _NARROWEST) + 2, _WIDEST))


def _places(shown: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in shown[:_WIDEST])  # noqa: PLR2004  (from here on, CJK)


def for_paper(sheet: Any, *, heads: int | None = 0, wide: bool = True) -> None:  # noqa: ANN401
    """A4, one page wide and as many high as it takes, its heading on every page, numbered.

    Parameters
    ----------
    heads
        The row of the heading; None for a sheet without one.
    wide
        Landscape; else portrait.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape() if wide else sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**_MARGINS)
    sheet.center_horizontally()
    sheet.set_footer("&L&A&R&P / &N")
    if heads is not None:
        sheet.repeat_rows(heads)
