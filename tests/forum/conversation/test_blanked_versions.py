"""Blanking a former version: asked by its author, decided by an animator, logged, told."""

import pytest
from django.urls import reverse

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.threads.edits.actions import edit_post
from forum.conversation.threads.revisions.actions import ask_to_blank, blank, refuse_to_blank
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.revisions.queries import waiting_revisions
from tests.factories import post_reply, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
SECRET = "06 12 34 56 78"


@pytest.fixture
def revision(claire, jeanne, spaces, viewer_of):
    """What Jeanne's post said before: a telephone number."""
    post = post_reply(jeanne, start_thread(claire, spaces["network"]), f"Appelez le {SECRET}.")
    edit_post(post, viewer_of(jeanne), "Appelez la mairie.", 1, reason=f"{SECRET} de trop")
    return Revision.objects.get()


@pytest.fixture
def address(revision):
    return reverse("blank-version", args=[revision.pk])


def told(person):
    found = notifications_of(person, viewer_of_person(person))
    return [one.text for one in found if "version" in one.text]


def test_its_author_asks_the_desk_shows_it_and_an_animator_blanks_it(
    revision, address, claire, jeanne, lucie, browser_of
):
    assert browser_of(jeanne).post(address, {"reason": ""}).status_code == 422
    sent = {"reason": "Le numéro d’une voisine."}
    assert browser_of(jeanne).post(address, sent).status_code == 302
    desk = browser_of(lucie).get(reverse("review-queue")).text
    assert address in desk and sent["reason"] in desk
    assert browser_of(lucie).post(address).status_code == 302

    revision.refresh_from_db()
    assert (revision.text, revision.reason, revision.request_reason) == ("", "", "")
    assert revision.blanked_by == lucie and revision.blanked_at
    for reader in claire, jeanne, lucie:
        page = browser_of(reader).get(revision.get_absolute_url())
        assert SECRET not in page.text and "effacée" in page.text
    entry = ModerationLogEntry.objects.get(action=LoggedAction.BLANK_VERSION)
    assert (entry.actor, entry.person) == (lucie, jeanne)
    assert not waiting_revisions(viewer_of_person(lucie)).exists()
    assert len(told(jeanne)) == 1 and told(claire) == []
    assert browser_of(lucie).get(address).status_code == 404


def test_an_animator_who_refuses_says_why_and_its_author_is_told(
    revision, address, jeanne, lucie, browser_of, viewer_of
):
    ask_to_blank(revision, viewer_of(jeanne), "Pour rien.")
    empty = browser_of(lucie).post(address, {"refuse": "1", "refusal": ""})
    assert empty.status_code == 422
    sent = {"refuse": "1", "refusal": "C’est le numéro de la mairie."}
    assert browser_of(lucie).post(address, sent).status_code == 302

    revision.refresh_from_db()
    assert SECRET in revision.text and revision.asked_at is None
    assert sent["refusal"] in told(jeanne)[0]
    assert sent["refusal"] in browser_of(jeanne).get(address).text
    assert ModerationLogEntry.objects.filter(action=LoggedAction.KEEP_VERSION).exists()


def test_others_neither_ask_nor_decide(revision, address, claire, jeanne, client, browser_of):
    for method in "get", "post":
        assert getattr(browser_of(claire), method)(address).status_code == 404
        assert getattr(client, method)(address).status_code == 302, "to sign-in"
    with pytest.raises(Refused):
        ask_to_blank(revision, viewer_of_person(claire), "Non.")
    with pytest.raises(Refused):
        blank(revision, viewer_of_person(jeanne))


def test_an_animator_leaves_their_own_to_another(lucie, spaces, viewer_of):
    post = post_reply(lucie, start_thread(lucie, spaces["network"]), "Avant.")
    edit_post(post, viewer_of(lucie), "Après.", 1)
    revision = Revision.objects.get()
    ask_to_blank(revision, viewer_of(lucie), "Une erreur.")

    assert not waiting_revisions(viewer_of(lucie)).exists()
    for decide in blank, lambda *about: refuse_to_blank(*about, "Non."):
        with pytest.raises(Refused):
            decide(revision, viewer_of(lucie))
