"""Sending a file: what comes back, where it lies, and who may."""

import pytest
from django_ox.testing import run_tasks

from forum.conversation.files.models import FileState, StoredFile
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    picture,
    post_with_file,
    send_reply,
    sent,
    upload,
)

pytestmark = pytest.mark.django_db


def test_a_file_that_is_sent_is_its_senders_alone(jeanne, claire, browser_of, files_folder):
    answer = upload(browser_of(jeanne), "Délibération nº 4.pdf")

    assert answer.status_code == 201
    said = answer.json()
    row = StoredFile.objects.get(pk=said["id"])
    assert (row.owner, row.seat, row.post) == (jeanne, jeanne.seats.get(), None)
    assert said["name"] == row.name == "Délibération nº 4.pdf"
    assert browser_of(jeanne).get(said["address"]).content == PDF
    assert browser_of(claire).get(said["address"]).status_code == 404
    (stored,) = (path for path in files_folder.rglob("*") if path.is_file())
    assert "lib" not in str(stored.relative_to(files_folder))


def test_a_reply_has_the_files_that_were_sent_before(jeanne, claire, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread)

    page = browser_of(claire).get(thread.get_absolute_url())
    assert address_of(row) in page.text
    assert browser_of(claire).get(address_of(row)).content == PDF


def test_a_picture_is_made_anew_by_the_worker(jeanne, claire, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "IMG_1.JPG", picture((2000, 1000)))
    assert "en préparation" in browser_of(claire).get(thread.get_absolute_url()).text
    assert browser_of(claire).get(address_of(row)).status_code == 404

    run_tasks()

    row.refresh_from_db()
    assert (row.state, row.width, row.height) == (FileState.READY, 1600, 800)
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert 'width="1600"' in page and 'alt="Un plan."' in page
    for width in (320, 800, None):
        answer = browser_of(claire).get(address_of(row), {"largeur": width} if width else {})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


def test_a_form_without_a_script_asks_for_the_description(jeanne, thread, browser_of):
    browser = browser_of(jeanne)
    answer = send_reply(browser, thread, files=[sent("a.png", picture(file_format="PNG"))])

    assert answer.status_code == 422
    row = StoredFile.objects.get()
    assert f'name="description-{row.pk}"' in answer.text
    assert "Voici les pièces." in answer.text
    again = send_reply(
        browser, thread, file=str(row.pk), **{f"description-{row.pk}": "Un pré."}
    )
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.post.author == jeanne and row.description == "Un pré."
