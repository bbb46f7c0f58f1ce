"""The act that a signature rests on, and the receipt that tells of it."""

import hashlib
import re
from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from accounts.base.rate_limits import RateLimit
from accounts.charter import pdf_check
from accounts.charter.receipt import render_receipt
from accounts.charter.rendering import blocks, render
from accounts.charter.signing_requests import views as requests
from accounts.charter.views import signing
from accounts.models import (
    CharterVersion,
    College,
    Organisation,
    RegisterLine,
    Signature,
)
from tests import factories
from tests.accounts.signing.forms import a_pdf, sent

pytestmark = pytest.mark.django_db


def test_the_act_is_kept_with_its_hash_and_the_register_attests_it(
    rita, town, charter, browser_of
):
    act = a_pdf()
    upload = SimpleUploadedFile("délibération.pdf", act, "application/pdf")
    assert sent(browser_of(rita), rita, town, document=upload).status_code == 302
    signature = rita.signatures.get()
    assert signature.document_sha256 == hashlib.sha256(act).hexdigest()
    with signature.document.open() as kept:
        assert kept.read() == act
    line = RegisterLine.objects.get(signature=signature)
    assert signature.document_sha256 in line.content and "2026-06-12" in line.content


@pytest.mark.parametrize(
    "content", [b"GIF89a", b"%PDF-1.7 and then nothing", b"%PDF-" + bytes(500), b""]
)
def test_a_pdf_that_is_none_is_refused_beside_its_field_and_the_rest_is_kept(
    rita, town, charter, browser_of, content
):
    upload = SimpleUploadedFile("acte.pdf", content, "application/pdf")
    answer = sent(browser_of(rita), rita, town, document=upload, position="Gardé là")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["document"]
    assert "Gardé là" in answer.text
    assert not rita.signatures.exists()


def shut(password, owner="owner"):
    """A PDF that opens with ``password``, and gives more rights to who knows ``owner``."""
    writer = PdfWriter(clone_from=BytesIO(a_pdf()))
    writer.encrypt(password, owner, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


#: A PDF that only the holder of a certificate opens.
CERTIFIED = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 1>>\nendobj\n"
    b"5 0 obj\n<</Filter/Adobe.PubSec/V 4/SubFilter/adbe.pkcs7.s5>>\nendobj\n"
    b"trailer\n<</Size 6/Root 1 0 R/Encrypt 5 0 R/ID[<00><00>]>>\nstartxref\n0\n%%EOF"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (shut("secret"), "est protégé"),
        (CERTIFIED, "est protégé"),
        (a_pdf() + bytes(5 * 2**20), "plus de 5\u00a0Mo"),
    ],
    ids=["password", "certificate", "large"],
)
def test_a_pdf_that_is_protected_or_too_large_is_refused_and_the_rest_is_kept(
    rita, town, charter, browser_of, content, said
):
    upload = SimpleUploadedFile("acte.pdf", content, "application/pdf")
    answer = sent(browser_of(rita), rita, town, document=upload, position="Gardé là")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["document"]
    assert said in answer.context["form"].errors["document"][0]
    assert "Gardé là" in answer.text


def costly_pdf():
    """A PDF whose pages are not where it says, each to be looked for in the whole of it."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 30_000))
    pages = b"".join(
        b"%d 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n" % number
        for number in range(3, 30_000)
    )
    head = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    tree = b"2 0 obj\n<</Type/Pages/Count 29997/Kids[" + kids + b"]>>\nendobj\n"
    table = b"xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n" % (9, len(head))
    end = len(head + tree + pages)
    trailer = b"trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % end
    return head + tree + pages + table + trailer


@pytest.mark.deep
@pytest.mark.parametrize("bounds", [{"cpu_seconds": 1}, {"seconds": 0.5}])
def test_a_pdf_that_costs_too_much_to_open_is_refused_in_time_and_the_rest_is_kept(
    rita, town, charter, browser_of, monkeypatch, bounds
):
    monkeypatch.setattr(pdf_check, "BOUNDS", replace(pdf_check.BOUNDS, **bounds))
    upload = SimpleUploadedFile("acte.pdf", costly_pdf(), "application/pdf")
    spent = process_time()
    answer = sent(browser_of(rita), rita, town, document=upload, position="Gardé là")
    assert process_time() - spent < 5
    assert answer.status_code == 422
    assert "trop long à ouvrir" in answer.context["form"].errors["document"][0]
    assert "Gardé là" in answer.text


def test_acts_are_not_sent_without_end(rita, town, charter, browser_of, monkeypatch):
    monkeypatch.setattr(signing, "ACTS", RateLimit("act", "1/h/user"))
    page = browser_of(rita)
    for expected in (422, 429):
        upload = SimpleUploadedFile("acte.pdf", b"rien", "application/pdf")
        answer = sent(page, rita, town, document=upload, position="Gardé là")
        assert answer.status_code == expected
        assert "Gardé là" in answer.text
    assert sent(page, rita, town).status_code == 302


def test_nor_by_who_prepares_a_signature(rita, charter, browser_of, monkeypatch):
    monkeypatch.setattr(requests, "ACTS", RateLimit("act", "1/h/user"))
    page = browser_of(rita)
    for expected, words in ((422, "PDF lisible"), (429, "en peu de temps")):
        upload = SimpleUploadedFile("acte.pdf", b"rien", "application/pdf")
        fields = {"document": upload, "position": "Gardé là"}
        answer = page.post(reverse("prepare-signature"), fields)
        assert answer.status_code == expected
        assert words in answer.context["form"].errors["document"][0]
        assert "Gardé là" in answer.text


def test_a_pdf_that_one_may_read_but_not_copy_is_taken(rita, town, charter, browser_of):
    upload = SimpleUploadedFile("acte.pdf", shut(""), "application/pdf")
    assert sent(browser_of(rita), rita, town, document=upload).status_code == 302


# Closing an answer ends its request, and with it the connection that a test's wall stands on.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("surface", ["signature-act", "receipt"])
def test_who_signed_the_contact_and_animators_read_the_papers_and_nobody_knows_of_them_else(
    rita, town, claire, jeanne, lucie, charter, browser_of, surface
):
    upload = SimpleUploadedFile("acte.pdf", a_pdf(), "application/pdf")
    sent(browser_of(rita), rita, town, document=upload)
    address = reverse(surface, args=[rita.signatures.get().pk])
    for person in (rita, claire, lucie):
        answer = browser_of(person).get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        answer.close()
    missing = reverse(surface, args=[9_999_999])
    for person in (jeanne,):
        answers = [browser_of(person).get(it) for it in (address, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert browser_of(None).get(address).status_code == 302
    claire.seats.update(ended_at=timezone.now())
    assert browser_of(claire).get(address).status_code == 404


def test_the_receipt_holds_the_whole_text_its_hash_and_the_signature(
    claire, charter, town, browser_of
):
    signature = claire.signatures.get()
    Signature.objects.filter(pk=signature.pk).update(
        typed_name="Zoé Łukaszewska-Ő’Brien 中", authority_detail="n° 2026-41"
    )
    answer = browser_of(claire).get(reverse("receipt", args=[signature.pk]))
    said = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Charte 1" in said and "Sobriété." in said
    assert charter.sha256 in said.replace("\n", "")
    assert town.name in said.replace("\n", " ") and "n° 2026-41" in said
    assert "Zoé Łukaszewska" in said


def test_the_receipt_of_a_countersignature_says_on_which_act_it_rests(
    claire, make_person, town, browser_of
):
    joined = claire.signatures.get()
    Signature.objects.filter(pk=joined.pk).update(
        authority="resolution", authority_detail="nº 2026-41", typed_name="Claire Le Bihan"
    )
    colleague = make_person("Yann Adjoint")
    factories.create_seat(colleague, factories.AUTHORITIES, organisation=town)
    own = colleague.signatures.get()
    Signature.objects.filter(pk=own.pk).update(
        authority="countersignature", countersigns=joined
    )
    answer = browser_of(colleague).get(reverse("receipt", args=[own.pk]))
    said = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Contresignature" in said and "Claire Le Bihan" in said
    assert "Délibération, nº 2026-41" in said and "français" in said


def test_a_receipt_s_articles_bear_their_numbers():
    text = (
        "# Charte\n\nPréambule.\n\n3. **Trois.** Et\n   la suite.\n4. Quatre.\n\n- un point\n"
    )
    assert list(blocks(text)) == [
        ("h1", "Charte"),
        ("p", "Préambule."),
        ("li", "3. <b>Trois.</b> Et la suite."),
        ("li", "4. Quatre."),
        ("li", "• un point"),
    ]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Avant\n\n    En retrait\n\nAprès", ["Avant", "En retrait ", "Après"]),
        ("```\nEntre < clôtures\n```", ["Entre &lt; clôtures "]),
        ('[ici](https://exemple.fr "Titre")', ['<a href="https://exemple.fr">ici</a>']),
        ("[ici](#ancre) et [là](/charte/)", ["ici et là"]),
        ("[ici](mailto:a@b.fr)", ["ici"]),
        ("1. # Titre", ["1. Titre"]),
        ("1. - deux", ["1. • deux"]),
    ],
)
def test_a_receipt_says_what_the_page_shows_and_leads_to_the_web_only(text, drawn):
    assert [markup for _kind, markup in blocks(text)] == drawn


_MARKS = [
    *("\n", "\n\n", "    ", "```\n", "# ", "- ", "1. ", "> ", "*", "**", "_", "`", "[", "]: "),
    *("](", "#a)", "https://b.fr)", ' "t")', "<", "&amp;", "&", "\\", "  \n", "---\n"),
]


@given(st.lists(st.sampled_from(_MARKS) | st.text("abcé’«", min_size=1, max_size=9)))
def test_whatever_the_text_its_receipt_is_made_and_has_every_word_of_the_page(pieces):
    text = "".join(pieces)
    signature = Signature(version=CharterVersion(text=text, adopted_on=date(2026, 6, 1)))
    signature.organisation, signature.college = Organisation(name="X"), College(name="X")
    said = "".join(
        it.extract_text() for it in PdfReader(BytesIO(render_receipt(signature, None))).pages
    )
    shown = re.sub(r"<[^>]*>", " ", render(text))
    for word in re.findall(r"[^\W\d_]+", unescape(shown)):
        assert word in re.sub(r"[\s\d]", "", said)
