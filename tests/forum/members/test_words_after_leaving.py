"""What others wrote where somebody reads no more is not given to them as their own."""

import json
import tracemalloc

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.groups.models import WorkingGroup
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.files.models import StoredFile
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.models import Thread
from forum.conversation.threads.revisions.actions import keep_title
from forum.conversation.threads.revisions.models import Revision
from forum.library.sheets.authors.actions import answer_invitation, invite_author
from forum.library.sheets.confirmations.actions import answer_still_true
from forum.library.sheets.models import ExperienceSheet
from forum.library.tools.actions import ToolFacts, edit_tool
from forum.library.tools.models import ToolVersion
from forum.members.data_export.archive import archive, data_as_json
from forum.moderation.actions import hide_post
from forum.moderation.thread_moves.actions import move_thread
from tests.factories import (
    AUTHORITIES,
    SUPPORT,
    create_seat,
    create_sheet,
    create_tool,
    join_group,
    moderation_reason,
    post_reply,
    start_thread,
)
from tests.forum.members.export_helpers import data_of, taken_along

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
    posts, choice = (browser.get(reverse(it)).text for it in ("own-posts", "posts-to-delete"))
    return posts, data_of(browser), choice


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

    assert (SECRET in data_of(browser_of(claire))) is reads


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


def leave_college(person):
    """Let ``person`` read the room of their college no more."""
    person.seats.update(ended_at=timezone.now())


@pytest.mark.parametrize("reads", [True, False])
def test_the_page_of_a_move_shows_what_others_wrote_as_far_as_they_read(
    reads, claire, paul, lucie, thread, spaces, viewer_of, browser_of
):
    post = set_wiki(post_reply(claire, thread, "Mes mots."), viewer_of(claire), True)
    own = post_reply(claire, thread, "À moi seule.")
    if not reads:
        leave_college(claire)
    edit_post(post, viewer_of(paul), SECRET, post.version)
    Thread.objects.filter(pk=thread.pk).update(title="Titre d’après")
    create_seat(lucie, AUTHORITIES)
    move = move_thread(thread, viewer_of(lucie), spaces["network"])
    page = browser_of(claire).get(reverse("answer-move", args=[move.pk])).text

    assert (SECRET in page) is reads and own.text in page
    assert ("là où vous ne lisez plus" in page) is not reads
    assert "J’accepte" in page


def test_the_page_of_a_move_does_not_show_a_post_that_animators_hid(
    claire, paul, lucie, spaces, viewer_of, browser_of
):
    """To whom edited it; its author reads it."""
    thread = start_thread(paul, spaces["network"])
    post = set_wiki(post_reply(paul, thread, "De Paul."), viewer_of(paul), True)
    edit_post(post, viewer_of(claire), "De Claire.", post.version)
    post.refresh_from_db()
    edit_post(post, viewer_of(paul), SECRET, post.version)
    hide_post(post, viewer_of(lucie), "Des faits.", moderation_reason())
    move = move_thread(thread, viewer_of(lucie), spaces["public"])

    address = reverse("answer-move", args=[move.pk])
    shown = [SECRET in browser_of(person).get(address).text for person in (claire, paul)]
    assert shown == [False, True]


def test_the_page_of_a_move_has_pages(claire, lucie, spaces, viewer_of, browser_of):
    thread = start_thread(claire, spaces["network"])
    for number in range(25):
        post_reply(claire, thread, f"Réponse {number}.")
    move = move_thread(thread, viewer_of(lucie), spaces["public"])
    address = reverse("answer-move", args=[move.pk])
    first, second = (browser_of(claire).get(f"{address}?page={n}").text for n in (1, 2))

    assert "Réponse 2." in first and "Réponse 24." not in first
    assert "Réponse 24." in second and "J’accepte" in second


@pytest.mark.parametrize("reads", [True, False])
def test_reasons_and_titles_that_others_gave_are_taken_along_as_far_as_they_read(
    reads, claire, paul, lucie, spaces, viewer_of
):
    thread = start_thread(claire, spaces[AUTHORITIES], title="Le titre de Claire")
    post = set_wiki(thread.posts.get(), viewer_of(claire), True)
    if not reads:
        leave_college(claire)
    edit_post(post, viewer_of(paul), "Autre texte.", post.version, reason=SECRET)
    keep_title(thread, viewer_of(paul), "Un motif de Paul")
    thread.title = "Un titre de Paul"
    keep_title(thread, viewer_of(lucie), "Un motif de Lucie")

    data = json.dumps(taken_along(claire)["former_versions"], ensure_ascii=False)
    said = [SECRET, "motif de Paul", "motif de Lucie", "titre de Paul"]
    assert [it in data for it in said] == [reads] * 4
    assert "Le titre de Claire" in data and thread.posts.get().text not in data


@pytest.mark.parametrize("reads", [True, False])
def test_that_a_sheet_is_true_no_more_is_taken_along_as_far_as_they_read(
    reads, claire, paul, spaces, viewer_of
):
    sheet = create_sheet(claire, spaces[AUTHORITIES])
    invited = invite_author(sheet, viewer_of(claire), paul)
    answer_invitation(invited.pk, viewer_of(paul), accepts=True)
    if not reads:
        leave_college(claire)
    answer_still_true(sheet.thread_id, viewer_of(paul), SECRET)

    (row,) = taken_along(claire)["sheets"]
    assert (row["outdated"] == SECRET) is reads and bool(row["title"]) is reads


@pytest.mark.usefixtures("spaces")
def test_what_a_group_is_for_is_taken_along_by_who_says_it(claire, jeanne):
    group = join_group(claire).group
    WorkingGroup.objects.filter(pk=group.pk).update(
        created_by=claire, contact=claire, purpose=SECRET
    )
    (founded,) = taken_along(claire)["groups_founded"]
    assert founded["purpose"] == SECRET

    join_group(jeanne)
    WorkingGroup.objects.filter(pk=group.pk).update(contact=jeanne)
    (founded,) = taken_along(claire)["groups_founded"]
    assert founded["purpose"] is None and founded["name"]


def test_a_linked_thread_is_called_by_its_title_while_they_read_it(claire, thread, spaces):
    other = start_thread(claire, spaces["network"], title="L’autre fil")
    ThreadLink.objects.create(thread=other, linked=thread, kind="see_also", made_by=claire)
    (link,) = taken_along(claire)["thread_links"]
    assert (link["thread"], link["linked"]) == ("L’autre fil", "Salle privée")

    leave_college(claire)
    (link,) = taken_along(claire)["thread_links"]
    assert link["linked"] is None


@pytest.mark.deep
@pytest.mark.postgresql
def test_an_export_takes_memory_for_some_rows_not_for_all(claire, spaces):
    # A character beyond Latin-1 has a page take twice the memory.
    thread = start_thread(claire, spaces["network"], title="Une chaufferie")
    text, count = "Ligne de texte.\n" * 2500, 600
    about = {"thread": thread, "post": thread.posts.get(), "author": claire, "text": text}
    rows = (Revision(edited_by=claire, **about) for _number in range(count))
    Revision.objects.bulk_create(rows, batch_size=50)

    def most_of(pieces):
        tracemalloc.start()
        size = sum(map(len, pieces))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size, most

    viewer = viewer_of_person(claire)
    size, most = most_of(data_as_json(claire, viewer))
    assert size > count * len(text) > 20_000_000 > 2 * most
    _size, most = most_of(archive(claire, viewer))
    assert 2 * most < 20_000_000


def test_what_an_animator_says_of_a_tool_is_taken_along_as_far_as_they_read(
    claire, lucie, spaces, viewer_of
):
    thread = start_thread(claire, spaces["network"])
    version = create_tool(thread.posts.get())
    version = ToolVersion.objects.select_related("file__post__thread").get(pk=version.pk)
    facts = ToolFacts(SECRET, "guide", "cc0-1.0", thread.topic, used_for=SECRET)
    edit_tool(version, viewer_of(lucie), facts)
    (file,) = taken_along(claire)["files"]
    assert file["title"] == file["used_for"] == SECRET

    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    (file,) = taken_along(claire)["files"]
    assert file["title"] is file["used_for"] is None and file["name"]
