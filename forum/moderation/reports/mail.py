"""The mails of a report made without an account: that it is received, what was decided.

They say nothing of what is reported and nothing that the reporter wrote, since anybody's
address may have been given; the page that they lead to does.
"""

from django.http import HttpRequest
from django.tasks import task
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.base.mail import send
from accounts.base.rate_limits import RateLimit
from forum.moderation.reports.models import Report

#: Of one address, whoever gives it.
_RECEIPTS = RateLimit("report-receipt", "3/h/key,6/d/key")


def send_receipt(request: HttpRequest, report: Report) -> None:
    """Mail that ``report`` is received, where it gives an address that had few such mails."""
    address = report.reporter_email
    if address and _RECEIPTS.allows(request, key=address.casefold()):
        _send(report, "receipt", _("Votre signalement est reçu"))


@task()
def mail_decision(pk: int) -> None:
    """Mail that the report ``pk`` is decided, in the language it was made in."""
    report = Report.objects.filter(pk=pk).exclude(reporter_email="").first()
    if report is not None:  # Not deleted meanwhile.
        with translation.override(report.language):
            _send(report, "decision", _("Une réponse à votre signalement"))


def _send(report: Report, name: str, subject: str) -> None:
    context = {"report": report}
    send(
        report.reporter_email,
        subject,
        render_to_string(f"moderation/email/report_{name}.txt", context),
    )
