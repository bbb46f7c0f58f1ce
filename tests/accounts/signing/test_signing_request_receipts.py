"""Who signs by a mailed link has the receipt at once, without a password or an account."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Signature
from tests.accounts.signing.forms import MAYOR, signed

pytestmark = pytest.mark.django_db


def text_of(content):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_page_that_follows_the_signature_gives_the_receipt_itself(link, browser_of):
    guest = browser_of(None)
    signed(guest, link)
    receipt = reverse("receipt", args=[Signature.objects.get(authority="resolution").pk])
    assert guest.get(link).text.count(f'href="{receipt}"') == 1
    answer = guest.get(receipt)
    assert answer["Content-Type"] == "application/pdf"
    assert "Commune de Saint-Éloi" in text_of(answer.content)


def test_nobody_else_has_it_not_even_by_the_link(link, rita, browser_of, settings):
    guest = browser_of(None)
    signed(guest, link)
    given = Signature.objects.get(authority="resolution")
    receipt = reverse("receipt", args=[given.pk])
    other = browser_of(None)
    assert receipt not in other.get(link).text
    assert other.get(receipt).url.startswith(reverse("account_login"))
    assert guest.get(reverse("receipt", args=[given.pk + 1])).status_code == 302
    assert guest.get(reverse("signature-act", args=[given.pk])).status_code == 302


def test_an_hour_later_the_browser_has_it_no_more(link, browser_of):
    guest = browser_of(None)
    signed(guest, link)
    pk, until = guest.session["signed_by_link"]
    assert until <= (timezone.now() + timedelta(hours=1)).timestamp()
    session = guest.session
    session["signed_by_link"] = [pk, timezone.now().timestamp()]
    session.save()
    receipt = reverse("receipt", args=[pk])
    assert receipt not in guest.get(link).text.partition("<h1")[2]
    assert guest.get(receipt).status_code == 302


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Votre reçu", "Vous avez signé la charte"),
        ("en", "Your receipt", "You have signed the network"),
    ],
)
def test_the_receipt_is_mailed_to_who_signed(link, browser_of, language, subject, words):
    guest = browser_of(None)
    guest.cookies["django_language"] = language
    signed(guest, link)
    letter = next(
        one for one in mail.outbox if one.to == [MAYOR.casefold()] and one.attachments
    )
    assert subject in letter.subject and words in letter.body
    assert reverse("account") in letter.body
    [file] = letter.attachments
    assert file.filename == "charte-1.0-commune-de-saint-eloi.pdf"
    assert "Édith Maréchal" in text_of(file.content)
