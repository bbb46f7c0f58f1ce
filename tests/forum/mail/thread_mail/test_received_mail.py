"""The link of a receipt: what was folded is put back by whose it is, as an edit."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from forum.conversation.threads.edits.actions import edit_post
from forum.mail.incoming_mail import headers
from forum.mail.incoming_mail.addresses import MASK
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from tests.factories import SUPPORT, move_thread
from tests.forum.mail.thread_mail.helpers import answer

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
BELOW = (
    "Merci.\n\nLe 12/03/2026 à 10:00, Jeanne <jeanne@example.org> a écrit :\n"
    "> Quelle puissance ?\n> Ne plus le suivre : https://forum.example.org/c/{key}/\n"
    "\n-- \nClaire, claire.perso@example.org\n"
)


@pytest.fixture
def page(address, claire):
    """The address in the receipt of a mail of which something was folded."""
    key = address.partition("+")[2].partition("@")[0]
    receive_mail(answer(claire, BELOW.format(key=key)).as_bytes(), address)
    (path,) = re.findall(r"https?://[^/]+(/compte/courriels/\d+/)", mail.outbox[-1].body)
    return path


def shown_fields(text):
    return dict(re.findall(r'name="(version|shown_readers)"\s+value="([^"]*)"', text))


def test_opening_it_shows_what_would_be_published_and_changes_nothing(
    page, thread, claire, browser_of
):
    text = browser_of(claire).get(page).text

    assert "Quelle puissance" in text and "Publier le tout" in text
    assert thread.posts.last().text == "Merci." and thread.posts.last().version == 1


def test_a_press_publishes_all_of_it_without_keys_and_others_addresses(
    page, thread, claire, browser_of
):
    browser = browser_of(claire)
    answered = browser.post(page, shown_fields(browser.get(page).text))

    post = thread.posts.last()
    assert answered.status_code == 302 and post.version == 2
    assert post.text.startswith(f"Merci.\n\nLe 12/03/2026 à 10:00, Jeanne {MASK} a écrit :")
    assert "/c/" not in post.text and "example.org" not in post.text and "<h" not in post.html
    assert "Publier le tout" not in browser.get(page).text


def test_what_was_edited_meanwhile_stays_and_the_rest_stands_below(
    page, thread, claire, viewer_of, browser_of
):
    browser = browser_of(claire)
    fields = shown_fields(browser.get(page).text)
    edit_post(thread.posts.last(), viewer_of(claire), "Merci, Jeanne.", 1)

    assert browser.post(page, fields).status_code == 409
    browser.post(page, shown_fields(browser.get(page).text))
    assert thread.posts.last().text.startswith("Merci, Jeanne.\n\nLe 12/03/2026")


def test_rights_are_those_of_the_moment(
    page, thread, claire, lucie, spaces, viewer_of, browser_of
):
    browser = browser_of(claire)
    fields = shown_fields(browser.get(page).text)
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    assert browser.get(page).status_code == browser.post(page, fields).status_code == 404


def test_it_is_nobody_elses(page, jeanne, lucie, browser_of, client):
    assert browser_of(jeanne).get(page).status_code == 404
    assert browser_of(lucie).post(page, {"version": "1"}).status_code == 404
    assert client.get(page).url.startswith(reverse("account_login"))


def test_the_page_reads_no_mail(page, claire, browser_of, monkeypatch):
    monkeypatch.setattr(headers, "message_from_bytes", None)

    assert "Quelle puissance" in browser_of(claire).get(page).text


def test_a_missing_version_is_a_conflict(page, claire, browser_of, thread):
    assert browser_of(claire).post(page).status_code == 409
    assert thread.posts.last().version == 1


def test_a_mail_of_which_nothing_was_folded_is_only_taken_back(address, claire, browser_of):
    receive_mail(answer(claire).as_bytes(), address)
    received = ReceivedMail.objects.get()
    text = browser_of(claire).get(reverse("received-mail", args=[received.pk])).text

    assert "Publier le tout" not in text
    assert reverse("delete-post", args=[received.post_id]) in text


def test_what_would_be_too_long_is_refused_in_words(page, claire, thread, browser_of):
    received = ReceivedMail.objects.get()
    ReceivedMail.objects.filter(pk=received.pk).update(whole=received.whole + "x" * 40_000)
    browser = browser_of(claire)

    answered = browser.post(page, shown_fields(browser.get(page).text))
    assert answered.status_code == 403 and "est plus long que les" in answered.text
    assert thread.posts.last().text == "Merci."
