"""One author of a sheet deletes nothing of what another wrote in it."""

import pytest
from django.urls import reverse

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person as by
from forum.conversation.threads.edits.actions import delete_post
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.members.closing.actions import close_account
from tests.forum.library.sheets.sheet_helpers import publish, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "no_posting_limits")]
WORDS = "La régie a tenu les comptes du premier hiver."


@pytest.fixture
def sheet(draft, claire, jeanne, place, topics, spaces):
    """Claire's, published, of which Jeanne wrote the advice."""
    invitation = invite_author(draft, by(claire), jeanne)
    answer_invitation(invitation.pk, by(jeanne), accepts=True)
    save_draft(draft, by(jeanne), values(place, topics[0], advice=WORDS), 1)
    return publish(draft, by(claire), spaces["network"])


def advice_of(sheet):
    return ExperienceSheet.objects.get(pk=sheet.pk).advice


def test_its_first_author_does_not_delete_it_alone(sheet, claire, browser_of):
    post = sheet.thread.posts.get(number=1)
    page = browser_of(claire).post(reverse("delete-post", args=[post.pk]), follow=True)

    assert "ne se supprime pas sans eux" in page.text
    assert advice_of(sheet) == WORDS and WORDS in sheet.thread.posts.get(number=1).text


def test_nor_as_their_account_is_closed_with_all_they_wrote(sheet, claire):
    ask_to_close(claire, deletes_all_posts=True, days=0)
    close_account(claire)

    assert advice_of(sheet) == WORDS and WORDS in sheet.thread.posts.get(number=1).text


def test_once_the_others_are_gone_it_goes_as_any_post(sheet, claire, jeanne):
    ask_to_close(jeanne, days=0)
    close_account(jeanne)
    delete_post(sheet.thread.posts.get(number=1), by(claire))

    assert not ExperienceSheet.objects.filter(pk=sheet.pk).exists()


def test_who_wrote_it_alone_deletes_it(draft, claire, spaces):
    sheet = publish(draft, by(claire), spaces["network"])
    delete_post(sheet.thread.posts.get(number=1), by(claire))

    assert not ExperienceSheet.objects.filter(pk=sheet.pk).exists()
