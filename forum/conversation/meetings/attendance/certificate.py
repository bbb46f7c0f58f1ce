"""The certificate that somebody came to a meeting, as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.charter import pdf

if TYPE_CHECKING:
    from forum.conversation.meetings.models import Meeting, Registration


def render_certificate(meeting: Meeting, own: Registration) -> bytes:
    """The PDF that says that the person of ``own`` came to ``meeting``, as bytes."""
    title, network = _("Attestation de présence"), settings.FORUM_NETWORK
    name = str(own.person)
    if own.seat:
        name = f"{name}, {own.seat.organisation}"
    where = meeting.place or _("en visio")
    today = date_format(timezone.localdate(), "j F Y")
    return pdf.build_pdf(
        title,
        lambda: [
            pdf.paragraph(network, pdf.SMALL),
            pdf.paragraph(title, pdf.TITLE),
            pdf.paragraph(name, pdf.HEADING),
            pdf.paragraph(_("A participé à cette rencontre\u00a0:"), pdf.BODY),
            pdf.paragraph(meeting.thread.title, pdf.HEADING),
            pdf.paragraph(meeting.when, pdf.BODY),
            pdf.paragraph(where, pdf.BODY),
            pdf.paragraph(_("Fait le %(day)s.") % {"day": today}, pdf.SMALL),
        ],
    )
