"""The first page of a PDF: shown with its post, to who reads it, within bounds."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from django_ox.testing import run_tasks
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.preparing import images
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.preparing.image_program import ImageRefused
from forum.conversation.files.preparing.images import draw_first_page
from forum.conversation.files.storage import post_file_storage
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    pdf_of,
    picture,
    post_with_file,
)


def objects():
    """The names of all objects there are."""
    storage = post_file_storage()
    folders = storage.listdir("")[0]
    return {f"{one}/{name}" for one in folders for name in storage.listdir(one)[1]}


@pytest.mark.django_db
def test_a_post_shows_the_first_page_of_its_pdf(jeanne, claire, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "cahier.pdf", pdf_of())
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert "Première page" not in page and row.state == FileState.READY

    run_tasks()
    row.refresh_from_db()
    page = browser_of(claire).get(thread.get_absolute_url()).text
    first = browser_of(claire).get(f"{address_of(row)}?largeur=320")

    assert (row.width, row.height, row.widths) == (566, 800, [320, 566])
    assert 'alt="Première page : cahier.pdf"' in page
    assert 'width="566"' in page and 'height="800"' in page and 'loading="lazy"' in page
    assert first["Content-Type"] == "image/webp" and first.content[8:12] == b"WEBP"
    assert first["Content-Disposition"].startswith("inline")
    assert first["Content-Security-Policy"] == "sandbox; default-src 'none'"
    whole = browser_of(claire).get(address_of(row))
    assert (whole["Content-Type"], whole.content[:5]) == ("application/pdf", b"%PDF-")
    assert whole["Content-Disposition"].startswith("attachment")
    odd = browser_of(claire).get(f"{address_of(row)}?largeur=321")
    assert odd["Content-Type"] == "application/pdf"


@pytest.mark.django_db
def test_a_first_page_is_seen_where_its_post_is_and_goes_with_it(
    jeanne, claire, thread, browser_of, client
):
    row = post_with_file(browser_of(jeanne), thread, "cahier.pdf", pdf_of())
    run_tasks()
    row.refresh_from_db()
    address = f"{address_of(row)}?largeur=320"
    assert browser_of(claire).get(address).status_code == 200
    assert len(objects()) == len(row.object_names) == 3

    assert prepare(str(row.pk)) is None  # There is nothing left to do.
    browser_of(jeanne).post(reverse("delete-post", args=[row.post_id]))
    run_tasks()

    assert browser_of(claire).get(address).status_code == 404
    assert objects() == set()


@pytest.mark.django_db
def test_a_pdf_that_is_deleted_while_it_is_drawn_leaves_nothing(
    jeanne, thread, browser_of, monkeypatch
):
    row = post_with_file(browser_of(jeanne), thread, "cahier.pdf", pdf_of())

    def draw_and_lose(content):
        StoredFile.objects.filter(pk=row.pk).delete()
        return draw_first_page(content)

    monkeypatch.setattr(
        "forum.conversation.files.preparing.actions.draw_first_page", draw_and_lose
    )
    assert prepare(str(row.pk)) is None
    assert objects() == {row.content.name}


@pytest.mark.django_db
def test_a_pdf_without_a_page_to_show_is_a_document_like_others(
    jeanne, claire, thread, browser_of
):
    locked = pdf_of(encrypt=StandardEncryption("secret", "secret"))
    for name, content in [("casse.pdf", PDF), ("chiffre.pdf", locked)]:
        row = post_with_file(browser_of(jeanne), thread, name, content, text=name)
        run_tasks()
        row.refresh_from_db()
        assert (row.state, row.widths, row.width) == (FileState.READY, [], None)
        assert browser_of(claire).get(address_of(row)).content == content
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert "casse.pdf" in page and "Première page" not in page


@pytest.mark.deep
def test_whatever_the_page_is_as_many_pixels_are_drawn():
    for size in [(842, 595), (20, 20), (720_000, 1_000_000)]:
        page = draw_first_page(pdf_of(size))
        assert max(page.width, page.height) == 800
        assert min(page.width, page.height) > 500
        assert sum(map(len, page.versions.values())) < 20_000
    many = draw_first_page(pdf_of(pages=500))
    assert (many.width, many.height) == (566, 800)


def test_a_page_that_is_a_thread_and_a_file_that_is_none_are_refused():
    for content in [pdf_of((5, 20_000)), PDF, pdf_of()[:500], b"", picture()]:
        with pytest.raises(ImageRefused):
            draw_first_page(content)


def test_a_pdf_that_draws_without_end_is_given_up(monkeypatch):
    calls = b"/X Do " * 40
    depth = range(5, 15)  # Each of ten draws the next one forty times.
    forms = [_stream(_RESOURCES % (n + 1) + b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", calls)
             for n in depth]  # fmt: skip
    bomb = _pdf_of_objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R" + _RESOURCES % 5
        + b">>",
        _stream(b"", calls),
        *forms,
        _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f"),
    )  # fmt: skip
    assert len(bomb) < 10_000
    monkeypatch.setattr(images, "BOUNDS", replace(images.BOUNDS, cpu_seconds=1))
    with pytest.raises(ImageRefused, match="too-large"):
        draw_first_page(bomb)


def test_no_script_of_a_pdf_can_run():
    assert not {"V8", "XFA"} & set(pypdfium2.PDFIUM_INFO.flags)
    page = draw_first_page(pdf_of())
    with Image.open(BytesIO(page.versions[320])) as image:
        assert not image.info.get("exif") and not image.info.get("icc_profile")


_RESOURCES = b"/Resources<</XObject<</X %d 0 R>>>>"


def _stream(about, content):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(content), content)


def _pdf_of_objects(*bodies):
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    about = (len(bodies) + 1, start)
    return written + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % about
