"""Styled paragraphs as a PDF, in the fonts of the receipt."""

from functools import lru_cache

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus.paragraph import Paragraph

from accounts.charter import pdf
from accounts.charter.act_templates.documents import BLANK

_BODY = ParagraphStyle("act", pdf.BODY, fontSize=10.5, leading=16)
_STYLES = {
    "body": _BODY,
    "title": pdf.TITLE,
    "heading": pdf.HEADING,
    "item": ParagraphStyle("act-item", _BODY, leftIndent=pdf.ITEM.leftIndent),
    "signature": ParagraphStyle("act-signature", _BODY, spaceBefore=10 * mm),
    "note": ParagraphStyle("act-note", pdf.SMALL, fontName="Receipt-Italic", fontSize=8.5),
}


#: A blank is a line to write on by hand, of 33 mm; the one of a signature is longer.
LINE, _SIGNATURE_LINE = 18 * "_", 36 * "_"


def render_pdf(title: str, blocks: list[tuple[str, str]]) -> bytes:
    """The bytes of a PDF of ``blocks``, (style, text) pairs, in French."""
    return pdf.build_pdf(title, lambda: [_paragraph(*block) for block in blocks])


@lru_cache(2)
def render_charter(title: str, text: str, sha256: str) -> bytes:
    """The bytes of a PDF of the charter's ``text``, which an act encloses; made once."""
    return pdf.build_pdf(
        title,
        lambda: [*pdf.text_paragraphs(text), pdf.paragraph(f"SHA-256 : {sha256}", pdf.SMALL)],
    )


def _paragraph(style: str, words: str) -> Paragraph:
    line = _SIGNATURE_LINE if style == "signature" else LINE
    return pdf.paragraph(words.replace(BLANK, line), _STYLES[style])
