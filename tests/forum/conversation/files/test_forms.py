"""Forms with files, as they are without a script; how much may be sent."""

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from forum.conversation.files.models import StoredFile
from forum.conversation.files.sizes import size_in_words
from forum.models import Thread
from tests.forum.conversation.files.file_helpers import (
    PDF,
    picture,
    reply_form,
    send_reply,
    sent,
    upload,
    uploaded,
)
from tests.forum.conversation.files.test_sweeping import objects

pytestmark = pytest.mark.django_db


def test_the_form_is_there_without_a_script(jeanne, thread, browser_of):
    for address in (thread.get_absolute_url(), reverse("replies", args=[thread.pk])):
        page = browser_of(jeanne).get(address).text
        assert 'enctype="multipart/form-data"' in page
        assert 'type="file"' in page and 'name="files"' in page
        assert ".pdf" in page and "10\u00a0fichiers au plus, chacun 20\u00a0Mo au plus" in page


def test_several_documents_at_once_are_posted_with_the_text(jeanne, thread, browser_of):
    files = [sent("a.pdf", PDF), sent("b.csv", b"a;b"), sent("c.txt", b"c")]

    assert send_reply(browser_of(jeanne), thread, files=files).status_code == 302
    post = thread.posts.latest("pk")
    assert [it.name for it in post.stored_files.order_by("position")] == [
        "a.pdf", "b.csv", "c.txt"
    ]  # fmt: skip
    assert [it.name for it in post.shown_files] == ["a.pdf", "b.csv", "c.txt"]


def test_a_form_that_comes_back_keeps_its_files_and_descriptions(jeanne, thread, browser_of):
    browser = browser_of(jeanne)
    row = uploaded(browser, "a.png", picture((20, 20), "PNG"))
    said = {f"description-{row.pk}": "Un <pré>"}
    answer = send_reply(
        browser, thread, "", file=str(row.pk), files=[sent("b.pdf", PDF)], **said
    )

    assert answer.status_code == 422
    draft = StoredFile.objects.get(name="b.pdf")
    assert f'name="file" value="{draft.pk}"' in answer.text
    assert f'name="file" value="{row.pk}"' in answer.text
    assert "Un &lt;pré&gt;" in answer.text
    assert "Il vous reste 500\u00a0Mo sur 500\u00a0Mo." in answer.text


def test_a_decorative_picture_needs_no_description(jeanne, thread, browser_of):
    browser = browser_of(jeanne)
    row = uploaded(browser, "a.png", picture((20, 20), "PNG"))
    said = {f"description-{row.pk}": "", f"decorative-{row.pk}": "1"}

    assert send_reply(browser, thread, file=str(row.pk), **said).status_code == 302
    run_tasks()
    assert 'alt=""' in browser.get(thread.get_absolute_url()).text


def test_the_same_form_sent_twice_posts_once_and_keeps_its_files_once(
    jeanne, thread, browser_of, files_folder
):
    browser, form = browser_of(jeanne), reply_form(thread)
    row = uploaded(browser, "avant.pdf")
    count = thread.posts.count()
    for _time in range(2):
        files = [sent("a.pdf", PDF)]
        answer = browser.post(
            reverse("replies", args=[thread.pk]), form | {"file": str(row.pk), "files": files}
        )
        assert answer.status_code == 302

    assert thread.posts.count() == count + 1
    assert StoredFile.objects.count() == 2
    run_tasks()
    assert len(objects(files_folder)) == 2


def test_a_new_thread_has_files(jeanne, topics, spaces, browser_of):
    page = browser_of(jeanne).get(reverse("new-thread"))
    form = {
        "title": "Une chaufferie bois", "kind": "experience", "topic": topics[0].slug,
        "space": "reseau", "text": "Voici nos plans.", "files": [sent("a.pdf", PDF)],
        "idempotency_key": page.context["form"].initial["idempotency_key"],
        "shown_readers": page.context["form"].initial["shown_readers"],
    }  # fmt: skip
    answer = browser_of(jeanne).post(reverse("new-thread"), form)

    assert answer.status_code == 302
    assert Thread.objects.latest("pk").posts.get().shown_files[0].name == "a.pdf"


def test_a_script_that_sends_files_with_the_form_sends_it_as_forms_are(
    jeanne, thread, browser_of
):
    form = reply_form(thread, files=[sent("a.pdf", PDF)])
    address, seen = reverse("replies", args=[thread.pk]), {"X-Seen": "1"}
    answer = browser_of(jeanne).post(address, form, headers=seen)

    assert (answer.status_code, StoredFile.objects.count()) == (415, 0)


def test_a_script_is_told_which_picture_lacks_a_description(jeanne, thread, browser_of):
    browser = browser_of(jeanne)
    row = uploaded(browser, "a.png", picture((20, 20), "PNG"))
    answer = browser.post(
        reverse("replies", args=[thread.pk]),
        reply_form(thread, file=str(row.pk)),
        headers={"X-Seen": "1"},
    )
    assert answer.status_code == 422
    assert "a.png" in str(answer.json()["errors"])


def test_a_preview_shows_what_was_sent_and_names_what_will_be(jeanne, claire, browser_of):
    browser = browser_of(jeanne)
    row = uploaded(browser)
    form = {"text": "Voici.", "file": str(row.pk), "files": [sent("b.pdf", PDF)]}

    page = browser.post(reverse("preview"), form).text
    assert row.shown.address in page and "b.pdf" in page
    assert StoredFile.objects.count() == 1
    assert row.shown.address not in browser_of(claire).post(reverse("preview"), form).text


@pytest.mark.parametrize("junk", ["rien", "", "0" * 32, "\u0661", "x" * 5000])
def test_ids_that_name_nothing_are_passed_over(jeanne, thread, browser_of, junk):
    fields = {"file": junk, "remove": junk, f"description-{junk[:50]}": "x"}

    assert send_reply(browser_of(jeanne), thread, **fields).status_code == 302


def limited(settings, **limits):
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | limits


def test_a_post_has_so_many_files_and_no_more(jeanne, thread, browser_of, settings):
    limited(settings, count=2)
    files = [sent(f"{n}.pdf", PDF) for n in range(4)]
    answer = send_reply(browser_of(jeanne), thread, files=files)

    assert answer.status_code == 422
    assert "Un message a 2\u00a0fichiers au plus." in answer.text
    assert StoredFile.objects.count() == 2


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("person", "Il vous reste 0\u00a0octets sur 60\u00a0octets."),
        ("organisation", "à votre organisation."),
        ("site", "à tout le réseau."),
    ],
)
def test_what_there_is_no_room_for_is_refused_in_words(
    jeanne, browser_of, settings, files_folder, of, words
):
    limited(settings, **{of: 60})
    assert len(PDF) <= 60 < 2 * len(PDF)
    assert upload(browser_of(jeanne)).status_code == 201
    answer = upload(browser_of(jeanne))

    assert answer.status_code == 422
    said = answer.json()["errors"]["file"][0]
    assert words.partition("0")[0] in said and "plus assez de place" in said
    assert len(objects(files_folder)) == 1


def test_a_file_that_is_too_large_is_refused(jeanne, browser_of, settings, files_folder):
    limited(settings, file=10)
    answer = upload(browser_of(jeanne))

    assert answer.status_code == 422
    assert "10\u00a0octets au plus" in answer.json()["errors"]["file"][0]
    assert objects(files_folder) == set()


def test_a_body_that_is_too_large_is_refused_unread(jeanne, browser_of, settings):
    limited(settings, post=10)
    answer = browser_of(jeanne).generic("POST", reverse("upload-file"), b"x" * (2 * 2**20 + 11))

    assert answer.status_code == 413
    assert "trop lourds" in answer.text


def test_guests_and_who_has_not_signed_send_nothing(client, people, browser_of):
    assert upload(client).status_code == 403
    assert upload(browser_of(people.registered)).status_code == 403
    assert upload(browser_of(people.suspended)).status_code == 403
    assert browser_of(people.projects).post(reverse("upload-file")).status_code == 422
    assert client.get(reverse("upload-file")).status_code == 403


def test_files_are_bounded_per_person(jeanne, browser_of, monkeypatch):
    from forum.conversation.files import sent_files, views

    limit = sent_files.MemberRateLimit("upload-few", "2/h/user", waiting="1/h/user")
    monkeypatch.setattr(views, "UPLOADS", limit)
    answers = [upload(browser_of(jeanne)).status_code for _time in range(3)]

    assert answers == [201, 201, 429]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1\u00a0octets"),
        (640_400, "640\u00a0ko"),
        (2_449_000, "2,4\u00a0Mo"),
        (3_000_000, "3\u00a0Mo"),
        (9_960_000, "10\u00a0Mo"),
        (499_999_900, "500\u00a0Mo"),
        (50 * 10**9, "50\u00a0Go"),
    ],
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_in_words(size) == words
