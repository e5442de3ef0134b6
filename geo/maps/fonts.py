"""Fonts of this computer that can write Chinese, for printed maps."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geo.messages import Message, msg
from geo.model import Finding

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

# The first that is installed is used: free fonts of Linux, then those of Windows and macOS.
CJK_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "DengXian",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "Songti SC",
    "SimSun",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)
_OUTLINES_CFF = b"OTTO"


@cache
def cjk_family() -> str | None:
    """The first installed family with Chinese characters; None when there is none."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((family for family in CJK_FAMILIES if family in installed), None)


def families() -> list[str]:
    """Families to write with, in order: a Chinese one if there is one, then matplotlib's own."""
    family = cjk_family()
    return [family, "DejaVu Sans"] if family else ["DejaVu Sans"]


def font(size: float, *, bold: bool = False) -> FontProperties:
    """The font of the maps at a size in points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=families(), size=size, weight="bold" if bold else "normal")


def pdf_font_type() -> int:
    """How a PDF must embed the font: 42 (TrueType as it is), or 3 for outlines that type 42 can't hold."""
    family = cjk_family()
    return 42 if family is None else _type_of(family)


@cache
def _type_of(family: str) -> int:
    """The same of a family: kept by its name, so that what one font needs is never said of another."""
    from matplotlib import font_manager

    with Path(font_manager.findfont(family)).open("rb") as file:
        head = file.read(16)
        if head[:4] == b"ttcf":
            file.seek(int.from_bytes(head[12:16], "big"))
            head = file.read(4)
    return 3 if head[:4] == _OUTLINES_CFF else 42


def font_findings(texts: list[str]) -> tuple[Finding, ...]:
    """A finding when one of the texts is Chinese and no font of this computer can write it."""
    if cjk_family() is not None or not any(ord(sign) > 0x2E7F for text in texts for sign in text):  # noqa: PLR2004
        return ()
    sentence = msg(
        "No font with Chinese characters was found: install one (such as Noto Sans CJK) and write map.png and map.pdf anew."
    )
    return (Finding("doubtful", "map", Message(sentence), (), 1),)
