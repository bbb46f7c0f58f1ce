"""The receipt of a signature as a PDF: who signed what and when, the text, the hashes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table, TableStyle

from accounts.base.dates import date_format
from accounts.charter import pdf

if TYPE_CHECKING:
    from accounts.charter.models import RegisterLine, Signature


_LINE = HexColor("#c9d1cb")


def render_receipt(signature: Signature, line: RegisterLine | None) -> bytes:
    """The PDF of ``signature``, whose line in the register is ``line``, as bytes."""
    title = _("Reçu de signature de la charte")
    version = signature.version
    return pdf.build_pdf(
        f"{title}, {signature.organisation.name}",
        lambda: [
            pdf.paragraph(settings.FORUM_NETWORK, pdf.SMALL),
            pdf.paragraph(title, pdf.TITLE),
            _facts(signature, line),
            Spacer(1, 3 * mm),
            pdf.paragraph(_("Le texte signé"), pdf.HEADING),
            *pdf.text_paragraphs(version.text),
            pdf.paragraph(_("Empreinte SHA-256 du texte"), pdf.SMALL),
            pdf.paragraph(version.sha256, pdf.DIGEST),
        ],
    )


def receipt_name(signature: Signature) -> str:
    """The name of the file."""
    name = slugify(signature.organisation.name)[:60]
    return f"charte-{signature.version.name}-{name}.pdf"


def _facts(signature: Signature, line: RegisterLine | None) -> Table:
    version, joined = signature.version, signature.countersigns
    rows = [
        (_("Organisation"), signature.organisation),
        (_("Collège"), signature.college),
        (_("Signée par"), _signer(signature)),
        (_("En vertu de"), _authority_text(signature)),
        (_("À la suite de"), joined and _signer(joined)),
        (_("Signée en vertu de"), joined and _authority_text(joined)),
        (_("Le"), _format_datetime(signature.signed_at)),
        (_("Version"), _("%(name)s, adoptée le %(day)s, langue : %(language)s") % {
            "name": version.name, "language": _language_name(version.language),
            "day": date_format(version.adopted_on, "j F Y")}),
        (_("Ligne du registre"), f"nº {line.number}" if line else ""),
        (_("Empreinte de la ligne"), line.sha256 if line else ""),
        (_("Empreinte de l’acte"), signature.document_sha256),
        (_("Retirée le"), signature.withdrawn_at and _format_datetime(signature.withdrawn_at)),
    ]  # fmt: skip
    cells = [
        [
            pdf.paragraph(name, pdf.SMALL),
            pdf.paragraph(value, pdf.DIGEST if _is_digest(value) else pdf.BODY),
        ]
        for name, value in rows
        if value
    ]
    table = Table(cells, colWidths=[42 * mm, None])
    ruled = ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE)
    table.setStyle(TableStyle([ruled, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _signer(signature: Signature) -> str:
    """Who signed; their name is on no receipt any more where their account is closed."""
    if signature.person_id is None:
        return _("ancien membre")
    return f"{signature.typed_name}, {signature.position}"


def _authority_text(signature: Signature) -> str:
    """The act that authorised it: kind, reference and date."""
    day = date_format(signature.act_date, "j F Y") if signature.act_date else ""
    facts = signature.get_authority_display(), signature.authority_detail, day
    return ", ".join(filter(None, facts))


def _language_name(code: str) -> str:
    """A language by its own name."""
    text: str = get_language_info(code)["name_local"]
    return text


def _format_datetime(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, G \\h i")


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64
