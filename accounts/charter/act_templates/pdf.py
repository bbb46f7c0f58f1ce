"""Styled paragraphs as a PDF, in the fonts of the receipt."""

from reportlab.lib.styles import ParagraphStyle

from accounts.charter import pdf

MEDIA_TYPE = "application/pdf"
_BODY = ParagraphStyle("act", pdf.BODY, fontSize=10.5, leading=16)
_STYLES = {
    "body": _BODY,
    "title": pdf.TITLE,
    "heading": pdf.HEADING,
    "item": ParagraphStyle("act-item", _BODY, leftIndent=pdf.ITEM.leftIndent),
    "note": ParagraphStyle("act-note", pdf.SMALL, fontName="Receipt-Italic", fontSize=8.5),
}


def render_pdf(title, blocks):
    """The bytes of a PDF of ``blocks``, (style, text) pairs, in French."""
    return pdf.build_pdf(
        title, lambda: [pdf.paragraph(words, _STYLES[style]) for style, words in blocks]
    )
