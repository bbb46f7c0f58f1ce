"""What our PDFs are made with: fonts, styles, paragraphs of plain text and page numbers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reportlab
from django.conf import settings
from django.utils.html import escape
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from accounts.charter import rendering

if TYPE_CHECKING:
    pass


_FONTS = {"Receipt": "Vera", "Receipt-Bold": "VeraBd", "Receipt-Italic": "VeraIt"}
_INK, _MUTED = HexColor("#1d2a24"), HexColor("#5a665f")
BODY = ParagraphStyle("body", fontName="Receipt", fontSize=9, leading=13.5, textColor=_INK,
                      spaceAfter=2 * mm)  # fmt: skip
TITLE = ParagraphStyle("title", BODY, fontName="Receipt-Bold", fontSize=15, leading=20)
HEADING = ParagraphStyle("heading", BODY, fontName="Receipt-Bold", fontSize=11, leading=15,
                         spaceBefore=4 * mm)  # fmt: skip
ITEM = ParagraphStyle("item", BODY, leftIndent=6 * mm)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=11, textColor=_MUTED)
DIGEST = ParagraphStyle("digest", SMALL, fontName="Courier", textColor=_INK)


def build_pdf(title: str, story: Callable[..., Any]) -> bytes:
    """The bytes of a PDF; ``story`` is called for its parts once the fonts are loaded."""
    _load_fonts()
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=title, author=settings.FORUM_NETWORK, lang="fr",
        leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    document.build(story(), onFirstPage=_draw_footer, onLaterPages=_draw_footer)
    return out.getvalue()


def paragraph(text: object, style: ParagraphStyle) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph(escape(_drawable(str(text))), style)


def marked_paragraph(markup: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph of ReportLab's markup, whose text is escaped already."""
    return Paragraph(_drawable(markup), style)


def text_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of the charter's ``text``."""
    return [_block(tag, markup) for tag, markup in rendering.blocks(text)]


def _block(tag: str, markup: str) -> Paragraph:
    style = HEADING if tag.startswith("h") else ITEM if tag == "li" else BODY
    return marked_paragraph(markup, style)


def _drawable(words: str) -> str:
    """``words`` with replacements for characters that the font lacks."""
    glyphs = pdfmetrics.getFont("Receipt").face.charToGlyph
    if {*map(ord, words)} <= glyphs.keys():
        return words
    return "".join(c if ord(c) in glyphs else rendering.ascii_fallback(c) for c in words)


def _draw_footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Receipt", 7.5)
    canvas.setFillColor(_MUTED)
    canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, str(document.page))


def _load_fonts() -> None:
    """Register the fonts that reportlab ships, once a process."""
    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            place = Path(reportlab.__file__).parent / "fonts" / f"{file}.ttf"
            pdfmetrics.registerFont(TTFont(name, place))
    pdfmetrics.registerFontFamily("Receipt", "Receipt", "Receipt-Bold", "Receipt-Italic")
