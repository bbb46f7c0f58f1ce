"""What others wrote where somebody reads no more is not given to them as their own."""

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.files.models import StoredFile
from forum.sheets.authors.actions import answer_invitation, invite_author
from forum.sheets.models import ExperienceSheet
from forum.threads.edits.actions import edit_post, set_wiki
from tests.factories import AUTHORITIES, create_sheet, create_tool, post_reply, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
SECRET = "Le prix du lot 3, entre nous."


@pytest.fixture
def paul(make_person):
    """Somebody of the same college."""
    return make_person("Paul Autre", AUTHORITIES)


@pytest.fixture
def thread(paul, spaces):
    """A thread in the room of their college."""
    return start_thread(paul, spaces[AUTHORITIES], title="Salle privée")


def own_pages(browser):
    """The texts of the pages on which one finds one's own words."""
    names = "own-posts", "data-export", "posts-to-delete"
    return [browser.get(reverse(name)).text for name in names]


@pytest.mark.parametrize("reads", [True, False])
def test_a_wiki_post_that_others_edited_is_theirs_as_far_as_they_read(
    reads, claire, paul, thread, viewer_of, browser_of
):
    post = set_wiki(post_reply(claire, thread, "Mes mots."), viewer_of(claire), True)
    if not reads:
        claire.seats.update(ended_at=timezone.now())
    edit_post(post, viewer_of(paul), SECRET, post.version)

    posts, data, choice = own_pages(browser_of(claire))
    assert [SECRET in text for text in (posts, data, choice)] == [reads] * 3
    assert ("là où vous ne lisez plus" in posts) is not reads
    assert "Mes mots." in data, "what they wrote themselves is among former versions"
    assert "last_writer" not in data


def test_ones_own_words_stay_ones_own_where_one_reads_no_more(
    claire, paul, thread, viewer_of, browser_of
):
    post = set_wiki(post_reply(claire, thread, "Avant."), viewer_of(claire), True)
    edit_post(post, viewer_of(paul), "De Paul.", post.version)
    post.refresh_from_db()
    edit_post(post, viewer_of(claire), "Mes mots.", post.version)
    claire.seats.update(ended_at=timezone.now())

    posts, data, choice = own_pages(browser_of(claire))
    assert "Mes mots." in posts and "Mes mots." in data


@pytest.mark.parametrize("reads", [True, False])
def test_a_sheet_that_others_write_too_is_theirs_as_far_as_they_read(
    reads, claire, paul, spaces, viewer_of, browser_of
):
    sheet = create_sheet(claire, spaces[AUTHORITIES])
    invited = invite_author(sheet, viewer_of(claire), paul)
    answer_invitation(invited.pk, viewer_of(paul), accepts=True)
    ExperienceSheet.objects.filter(pk=sheet.pk).update(work=SECRET, saved_by=paul)
    if not reads:
        claire.seats.update(ended_at=timezone.now())

    assert (SECRET in browser_of(claire).get(reverse("data-export")).text) is reads


def test_files_that_others_added_to_ones_post_are_where_the_post_is(
    claire, paul, thread, viewer_of
):
    post = post_reply(claire, thread)
    own, other = create_tool(post).file, create_tool(post, title="De Paul").file
    StoredFile.objects.filter(pk=other.pk).update(owner=paul)

    def seen():
        return set(StoredFile.objects.visible_to(viewer_of(claire)))

    assert seen() == {own, other}
    claire.seats.update(ended_at=timezone.now())
    assert seen() == {own}
