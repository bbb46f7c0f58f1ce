"""The minutes of a consultation as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.platypus import Flowable

from accounts.base.dates import date_format
from accounts.charter import pdf

if TYPE_CHECKING:
    from datetime import datetime


def build_minutes(
    title: str, name: object, body: Callable[[], list[Flowable]], digest: str
) -> bytes:
    """The PDF of minutes with this ``title`` of what is called ``name``, as bytes."""

    def story() -> list[Flowable]:
        return [
            pdf.paragraph(settings.FORUM_NETWORK, pdf.SMALL),
            pdf.paragraph(title, pdf.TITLE),
            pdf.paragraph(name, pdf.HEADING),
            *body(),
            pdf.paragraph(_("Empreinte SHA-256 de tout ce qui précède"), pdf.SMALL),
            pdf.paragraph(digest, pdf.DIGEST),
        ]

    return pdf.build_pdf(f"{title}, {name}", story)


def changed_by_lines(later: Iterable[object]) -> list[Flowable]:
    """The lines that name ``later`` decisions, which changed this one."""
    words = _("Changée depuis par\u00a0:")
    return [pdf.paragraph(f"{words} {one}", pdf.BODY) for one in later]


def moment_words(moment: datetime | None) -> str:
    """``moment`` in words, to the minute."""
    return date_format(timezone.localtime(moment), "j F Y, G \\h i")
