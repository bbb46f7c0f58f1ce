"""What is answered at the address of a file: headers, ranges, revalidation, nginx."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_ox.testing import run_tasks

from tests.forum.conversation.files.file_helpers import PDF, address_of, picture, post_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(jeanne, thread, browser_of):
    return post_with_file(browser_of(jeanne), thread, "Délibération 4.pdf")


def test_a_document_is_saved_and_never_run(document, claire, browser_of):
    answer = browser_of(claire).get(address_of(document))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''D%C3%A9lib")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Content-Encoding" not in answer


def test_a_browser_asks_each_time_whether_it_still_may(document, claire, browser_of):
    browser = browser_of(claire)
    first = browser.get(address_of(document))
    again = browser.get(address_of(document), headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    assert (again.status_code, again.content) == (304, b"")
    document.post.thread.posts.filter(pk=document.post_id).update(hidden_at=timezone.now())
    gone = browser.get(address_of(document), headers={"If-None-Match": first["ETag"]})
    assert gone.status_code == 404


#: The status and the content of what is answered, by the part that is asked for.
PARTS = [
    ("bytes=0-3", 206, PDF[:4]),
    ("bytes=4-", 206, PDF[4:]),
    ("bytes=-6", 206, PDF[-6:]),
    ("bytes=0-99999", 206, PDF),
    ("bytes=99999-", 416, b""),
    ("bytes=-0", 416, b""),
    ("bytes=5-2", 416, b""),
    ("bytes=0-1,4-5", 200, PDF),
    ("lines=0-1", 200, PDF),
    ("bytes=-", 200, PDF),
    ("bytes=" + "9" * 400 + "-", 416, b""),
    ("bytes=" + "9" * 5000 + "-", 416, b""),
    ("bytes=0-" + "9" * 5000, 206, PDF),
    ("bytes=-" + "9" * 5000, 206, PDF),
    ("BYTES=0-3", 206, PDF[:4]),
    ("bytes=٣-٤", 200, PDF),
]


def test_parts_of_a_document(document, claire, browser_of):
    browser, address = browser_of(claire), address_of(document)
    answers = [browser.get(address, headers={"Range": asked}) for asked, *_about in PARTS]
    given = [
        (asked, answer.status_code, answer.content)
        for (asked, *_about), answer in zip(PARTS, answers, strict=True)
    ]

    assert given == PARTS
    assert {answer["Accept-Ranges"] for answer in answers} == {"bytes"}


def test_a_part_of_another_version_is_the_whole(document, claire, browser_of):
    headers = {"Range": "bytes=0-3", "If-Range": '"another"'}

    assert browser_of(claire).get(address_of(document), headers=headers).content == PDF


def test_a_part_of_headers_alone_is_not_heeded(document, claire, browser_of):
    answer = browser_of(claire).head(address_of(document), headers={"Range": "bytes=0-3"})

    assert (answer.status_code, "Content-Range" in answer) == (200, False)


def test_headers_alone_may_be_asked_for(document, claire, browser_of):
    answer = browser_of(claire).head(address_of(document))

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_picture_is_shown_and_only_as_it_was_made_anew(jeanne, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "a.png", picture(file_format="PNG"))
    run_tasks()
    row.refresh_from_db()

    answer = browser_of(jeanne).get(address_of(row))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == 'inline; filename="a.webp"'
    assert answer.content[8:12] == b"WEBP"
    odd = {"largeur": "../../x"}
    assert browser_of(jeanne).get(address_of(row), odd).content == answer.content


def test_nginx_sends_what_was_let_through(document, claire, make_person, browser_of, settings):
    settings.FORUM_ACCEL_REDIRECT = "/fichiers-internes/"
    answer = browser_of(claire).get(address_of(document))

    assert answer["X-Accel-Redirect"] == f"/fichiers-internes/{document.content.name}"
    assert answer.content == b""
    stranger = browser_of(make_person("Paul Passant", college=None))
    assert "X-Accel-Redirect" not in stranger.get(address_of(document))


def test_a_file_whose_object_is_lost_is_not_there(document, claire, browser_of, files_folder):
    (files_folder / document.content.name).unlink()

    assert browser_of(claire).get(address_of(document)).status_code == 404


def test_the_name_in_an_address_is_for_people(document, claire, browser_of):
    address = reverse("file", args=[document.pk, "autre nom.html"])

    answer = browser_of(claire).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
