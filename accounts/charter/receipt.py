"""The receipt of a signature as a PDF: who signed what and when, the text, the hashes."""

from io import BytesIO
from pathlib import Path

import reportlab
from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import escape
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from accounts.charter import rendering

_FONTS = {"Receipt": "Vera", "Receipt-Bold": "VeraBd", "Receipt-Italic": "VeraIt"}
_INK, _MUTED, _LINE = HexColor("#1d2a24"), HexColor("#5a665f"), HexColor("#c9d1cb")
_BODY = ParagraphStyle("body", fontName="Receipt", fontSize=9, leading=13.5, textColor=_INK,
                       spaceAfter=2 * mm)  # fmt: skip
_TITLE = ParagraphStyle("title", _BODY, fontName="Receipt-Bold", fontSize=15, leading=20)
_HEADING = ParagraphStyle("heading", _BODY, fontName="Receipt-Bold", fontSize=11, leading=15,
                          spaceBefore=4 * mm)  # fmt: skip
_ITEM = ParagraphStyle("item", _BODY, leftIndent=6 * mm)
_SMALL = ParagraphStyle("small", _BODY, fontSize=7.5, leading=11, textColor=_MUTED)
_DIGEST = ParagraphStyle("digest", _SMALL, fontName="Courier", textColor=_INK)


def render_receipt(signature, line):
    """The PDF of ``signature``, whose line in the register is ``line``, as bytes."""
    _load_fonts()
    out = BytesIO()
    title = _("Reçu de signature de la charte")
    document = SimpleDocTemplate(
        out, pagesize=A4, title=f"{title}, {signature.organisation.name}",
        author=settings.FORUM_NETWORK, lang="fr",
        leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    version = signature.version
    story = [
        _paragraph(settings.FORUM_NETWORK, _SMALL),
        _paragraph(title, _TITLE),
        _facts(signature, line),
        Spacer(1, 3 * mm),
        _paragraph(_("Le texte signé"), _HEADING),
        *(_block(tag, html) for tag, html in rendering.blocks(version.text)),
        _paragraph(_("Empreinte SHA-256 du texte"), _SMALL),
        _paragraph(version.sha256, _DIGEST),
    ]
    document.build(story, onFirstPage=_draw_footer, onLaterPages=_draw_footer)
    return out.getvalue()


def _facts(signature, line):
    version, joined = signature.version, signature.countersigns
    rows = [
        (_("Organisation"), signature.organisation),
        (_("Collège"), signature.college),
        (_("Signée par"), f"{signature.typed_name}, {signature.position}"),
        (_("En vertu de"), _authority_text(signature)),
        (_("À la suite de"), joined and f"{joined.typed_name}, {joined.position}"),
        (_("Signée en vertu de"), joined and _authority_text(joined)),
        (_("Le"), _format_datetime(signature.signed_at)),
        (_("Version"), _("%(name)s, adoptée le %(day)s, langue : %(language)s") % {
            "name": version.name, "language": _language_name(version.language),
            "day": formats.date_format(version.adopted_on, "j F Y")}),
        (_("Ligne du registre"), f"nº {line.number}" if line else ""),
        (_("Empreinte de la ligne"), line.sha256 if line else ""),
        (_("Empreinte de l’acte"), signature.document_sha256),
        (_("Retirée le"), signature.withdrawn_at and _format_datetime(signature.withdrawn_at)),
    ]  # fmt: skip
    cells = [
        [_paragraph(name, _SMALL), _paragraph(value, _DIGEST if _is_digest(value) else _BODY)]
        for name, value in rows
        if value
    ]
    table = Table(cells, colWidths=[42 * mm, None])
    ruled = ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE)
    table.setStyle(TableStyle([ruled, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _authority_text(signature):
    """The act that authorised it: kind, reference and date."""
    day = signature.act_date and formats.date_format(signature.act_date, "j F Y")
    said = signature.get_authority_display(), signature.authority_detail, day
    return ", ".join(filter(None, said))


def _language_name(code):
    """A language by its own name."""
    return get_language_info(code)["name_local"]


def _block(tag, html):
    style = _HEADING if tag.startswith("h") else _ITEM if tag == "li" else _BODY
    return Paragraph(_drawable(html), style)


def _paragraph(said, style):
    return Paragraph(escape(_drawable(str(said))), style)


def _format_datetime(moment):
    return formats.date_format(timezone.localtime(moment), "j F Y, G \\h i")


def _is_digest(said):
    return isinstance(said, str) and len(said) == 64


def _drawable(words):
    """``words`` with replacements for characters that the font lacks."""
    glyphs = pdfmetrics.getFont("Receipt").face.charToGlyph
    if {*map(ord, words)} <= glyphs.keys():
        return words
    return "".join(c if ord(c) in glyphs else rendering.ascii_fallback(c) for c in words)


def _draw_footer(canvas, document):
    canvas.setFont("Receipt", 7.5)
    canvas.setFillColor(_MUTED)
    canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, str(document.page))


def _load_fonts():
    """Register the fonts that reportlab ships, once a process."""
    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            place = Path(reportlab.__file__).parent / "fonts" / f"{file}.ttf"
            pdfmetrics.registerFont(TTFont(name, place))
    pdfmetrics.registerFontFamily("Receipt", "Receipt", "Receipt-Bold", "Receipt-Italic")
