"""« Remercier » in the mail of a post: a page, then a press, by the rights of that moment."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from forum.conversation.thanks.models import Thank
from forum.mail.thread_mail.mail_links import tokens
from forum.mail.thread_mail.mail_links.tokens import sign_thanks
from forum.models import Follow, Post, Space
from forum.moderation.actions import hide_post, lock_thread
from tests.factories import SUPPORT, move_thread, post_reply
from tests.forum.mail.thread_mail.helpers import deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
_LINK = re.compile(r"https?://[^/\s\"<]+(/t/[^\s\"<]+)")


def links(sent):
    """The links that thank, the same in both parts of the mail."""
    plain, page = (set(_LINK.findall(text)) for text in (sent.body, sent.alternatives[0][0]))
    assert plain == page
    return plain


@pytest.fixture
def mailed(thread, claire, jeanne):
    """The link in Claire's mail of Jeanne's reply."""
    post_reply(jeanne, thread, "La première.")
    deliver()
    (link,) = links(mail.outbox[-1])
    return link


def thanked():
    return list(Thank.objects.values_list("person__full_name", "post__number"))


def test_a_press_thanks_once_and_opening_changes_nothing(mailed, claire, jeanne):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(mailed)
    assert f"Remercier {jeanne}" in page.text.replace("\u00a0", " ") and thanked() == []
    assert "no-store" in page.headers["Cache-Control"] and "noindex" in page.text

    for _press in range(2):
        assert "C’est fait" in strict.post(mailed).text
        assert thanked() == [(claire.full_name, 2)]
        assert Post.objects.get(number=2).thank_count == 1
    assert "C’est fait" in strict.get(mailed).text


def test_what_is_out_of_sight_is_not_named_nor_thanked_for(
    mailed, thread, jeanne, lucie, spaces, viewer_of, client
):
    hide_post(thread.posts.get(number=2), viewer_of(lucie), "Hors sujet.")
    for page in client.get(mailed), client.post(mailed):
        assert "Vous ne pouvez plus lire ce message" in page.text
        assert jeanne.full_name not in page.text and thread.title not in page.text
    assert thanked() == []


def test_who_lost_the_thread_learns_nothing(mailed, thread, lucie, spaces, viewer_of, client):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    assert thread.title not in client.get(mailed).text + client.post(mailed).text
    assert thanked() == []


def test_who_may_thank_no_more_is_told_so(mailed, thread, lucie, viewer_of, client):
    lock_thread(thread, viewer_of(lucie), True)
    for page in client.get(mailed), client.post(mailed):
        assert "Vous ne pouvez pas remercier" in page.text and "<form method" not in page.text
    assert thanked() == []


def test_the_link_is_only_in_mails_to_who_may_thank_and_bring_the_text(
    thread, claire, jeanne, make_person, viewer_of, lucie
):
    registered = make_person("Inscrite seulement")
    public = Space.objects.get(audience="public")
    move_thread(thread, viewer_of(lucie), public)
    Follow.objects.create(person=registered, thread=thread)
    post_reply(jeanne, thread)
    deliver()
    by_reader = {one.to[0]: len(links(one)) for one in mail.outbox}
    assert by_reader[registered.email] == 0 and by_reader[claire.email] == 1

    mail.outbox.clear()
    for content in "title", "nothing":
        Space.objects.filter(pk=public.pk).update(mail_content=content)
        post_reply(jeanne, thread)
        deliver()
    assert mail.outbox and not any(links(one) for one in mail.outbox)


def test_an_old_link_says_so_and_does_nothing(thread, claire, client, monkeypatch):
    link = reverse("thank-by-mail", args=[sign_thanks(claire.pk, thread.posts.get().pk)])
    monkeypatch.setattr(tokens, "MAX_AGE", timedelta(seconds=-1))

    for page in client.get(link), client.post(link):
        assert page.status_code == 410 and thread.title not in page.text
