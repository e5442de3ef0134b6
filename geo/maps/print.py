"""Maps for paper: PNG and PDF, A3 landscape, with all that a map on a wall must say."""

from __future__ import annotations

import io
import threading
import warnings
from typing import TYPE_CHECKING, Any

from geo.maps import ink, style
from geo.maps.drawing import draw_map
from geo.maps.fonts import pdf_font_type
from geo.maps.imprint import draw_imprint
from geo.maps.panel import draw_panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo.i18n import Lang
    from geo.maps.picture import Picture

WIDTH_MM, HEIGHT_MM = 420.0, 297.0
DPI = 200  # sharp on A3; 300 costs a second, 40 MB and a file of 3.4 MB
_MM = 25.4
_EDGE, _HEAD, _PANEL, _STRIP = 10.0, 22.0, 108.0, 15.0
# matplotlib's settings are the process's own: one map is saved at a time.
_SAVING = threading.Lock()


def draw_sheet(picture: Picture, lang: Lang) -> Figure:
    """The whole sheet: title above, map at the left, the column of words at the right; to be saved as often as needed."""
    with _SAVING, warnings.catch_warnings():
        # A character that no font here has is drawn as a box; the finding about fonts says so.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return _draw(picture, lang)


def _draw(picture: Picture, lang: Lang) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_MM / _MM, HEIGHT_MM / _MM), dpi=DPI, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    said = picture.facts(lang)
    high = HEIGHT_MM - 2 * _EDGE - _HEAD - _STRIP
    wide = WIDTH_MM - 3 * _EDGE - _PANEL
    head = figure.add_axes(_place(_EDGE, HEIGHT_MM - _EDGE - _HEAD, WIDTH_MM - 2 * _EDGE, _HEAD))
    head.set(xlim=(0, WIDTH_MM - 2 * _EDGE), ylim=(_HEAD, 0))
    head.axis("off")
    ink.write(head, 0, 6, ink.shorten(said.title, 70), 26, bold=True, va="center", color=style.INK)
    ink.write(head, 0, 16, f"{said.subtitle} · {said.standard}", 14, va="center", color=style.MUTED)
    there = figure.add_axes(_place(_EDGE, _EDGE + _STRIP, wide, high))
    panel = figure.add_axes(_place(2 * _EDGE + wide, _EDGE + _STRIP, _PANEL, high + 12))
    foot = figure.add_axes(_place(_EDGE, _EDGE, WIDTH_MM - 2 * _EDGE, _STRIP))
    draw_imprint(foot, picture, lang, (WIDTH_MM - 2 * _EDGE, _STRIP, wide + _EDGE))
    numbered = draw_panel(panel, picture, said, (_PANEL, high + 12), lang)
    draw_map(there, picture, lang, (wide, high), numbered)
    return figure


def _place(left: float, bottom: float, wide: float, high: float) -> tuple[float, float, float, float]:
    return left / WIDTH_MM, bottom / HEIGHT_MM, wide / WIDTH_MM, high / HEIGHT_MM


def map_png(sheet: Figure) -> bytes:
    """The sheet as PNG, :data:`DPI` dots an inch; the same input gives the same bytes."""
    return _save(sheet, format="png", metadata={"Software": "Lifecircle"}, pil_kwargs={"compress_level": 4})


def map_pdf(sheet: Figure, title: str) -> bytes:
    """The sheet as PDF with embedded fonts, whose text can be found and copied."""
    known = {"Title": ink.one_line(title), "Creator": "Lifecircle", "Producer": "matplotlib", "CreationDate": None}
    return _save(sheet, format="pdf", metadata=known)


def _save(sheet: Figure, **options: Any) -> bytes:  # noqa: ANN401  (matplotlib's own)
    import matplotlib as mpl

    out = io.BytesIO()
    with _SAVING, mpl.rc_context({"pdf.fonttype": pdf_font_type()}), warnings.catch_warnings():
        # A character that no font here has is drawn as a box; the finding about fonts says so.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        sheet.savefig(out, **options)
    return out.getvalue()
