"""Who reads a thread no more is told nothing of it as it moves on among others."""

import pytest
from django.urls import reverse

from accounts.models import GroupMembership, WorkingGroup
from accounts.viewers.viewers import viewer_of_person as by
from forum.conversation.threads.edits.actions import edit_thread
from forum.models import Space, Thread
from forum.moderation.thread_moves.actions import answer_move, move_thread
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import PROJECTS, SUPPORT, join_group, post_reply, start_thread
from tests.forum.moderation.move_helpers import told

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
KNOWN, LATER, REASON = "Une chaufferie à deux", "Le maire a menti au conseil", "Trop délicat."


def retitle(thread, person, words, reason=""):
    thread = Thread.objects.get(pk=thread.pk)
    about = {"topic": thread.topic, "kind": thread.kind, "tags": [], "reason": reason}
    edit_thread(thread, by(person), title=words, **about)
    return Thread.objects.get(pk=thread.pk)


@pytest.fixture
def odile(make_person):
    return make_person("Odile Mas", PROJECTS)


@pytest.fixture
def thread(claire, lucie, odile, spaces):
    """Claire's, where Odile wrote; then of a group that Odile does not read, and retitled."""
    join_group(lucie)
    join_group(claire)
    thread = start_thread(claire, spaces["network"], title=KNOWN)
    post_reply(odile, thread, "Chez nous, la régie.")
    move_thread(thread, by(lucie), spaces["group"], "À garder entre nous.")
    return retitle(thread, claire, LATER)


def page_of(browser, move):
    return browser.get(reverse("answer-move", args=[move.pk]))


def test_by_the_move_that_they_lost_it_they_know_title_and_reason(thread, odile, browser_of):
    page = page_of(browser_of(odile), thread.moves.get()).text

    assert KNOWN in page and "À garder entre nous." in page and LATER not in page


def test_who_is_asked_for_more_readers_knows_it_by_the_title_they_read(
    thread, odile, claire, lucie, spaces, browser_of
):
    move = move_thread(thread, by(lucie), spaces["network"], REASON)
    page = page_of(browser_of(odile), move).text
    assert move.is_pending and f"« {KNOWN} »" in page.replace("\u00a0", " ")
    said = " ".join(told(odile))
    assert KNOWN in said and not any(it in page + said for it in (LATER, REASON))

    assert LATER in page_of(browser_of(claire), move).text
    answer_move(move, by(claire), True)
    answer_move(move, by(odile), True)
    assert LATER in page_of(browser_of(odile), move).text  # They read it again.


def test_what_their_word_opened_to_others_is_told_by_that_title_too(
    thread, odile, claire, lucie, spaces, browser_of
):
    move = move_thread(thread, by(lucie), spaces[SUPPORT], REASON)
    for person in (claire, odile):
        answer_move(move, by(person), True)
    move.refresh_from_db()
    page, said = page_of(browser_of(odile), move).text, " ".join(told(odile))

    assert move.moved_at and KNOWN in page and KNOWN in said
    assert not any(it in page + said for it in (LATER, REASON))
    exported = browser_of(odile).get(reverse("data-export"))
    assert LATER not in b"".join(exported.streaming_content).decode()


def test_a_later_move_to_fewer_readers_is_not_there_for_them(
    odile, claire, lucie, spaces, browser_of
):
    join_group(lucie)
    WorkingGroup.objects.update(college=spaces[SUPPORT].college)
    thread = start_thread(claire, spaces["network"], title=KNOWN)
    post_reply(odile, thread, "Chez nous, la régie.")
    lost = move_thread(thread, by(lucie), spaces[SUPPORT], "À garder entre nous.")
    group = Space.objects.select_related("group").get(pk=spaces["group"].pk)
    closed = move_thread(Thread.objects.get(pk=thread.pk), by(lucie), group, REASON)
    browser = browser_of(odile)

    assert closed.moved_at and page_of(browser, lost).status_code == 200
    assert page_of(browser, closed).status_code == 404


@pytest.fixture
def closed_meanwhile(odile, claire, lucie, spaces, make_person):
    """Of a member of the support college: lost by Odile, retitled, for fewer, and given back.

    The move to fewer readers, which was while she did not read it.
    """
    WorkingGroup.objects.update(college=spaces[SUPPORT].college)
    sylvie = make_person("Sylvie Vidal", SUPPORT)
    join_group(lucie)
    join_group(sylvie)
    thread = start_thread(sylvie, spaces["network"], title=KNOWN)
    post_reply(odile, thread, "Chez nous, la régie.")
    move_thread(thread, by(lucie), spaces[SUPPORT], "À garder entre nous.")
    retitle(thread, sylvie, LATER)
    group = Space.objects.select_related("group").get(pk=spaces["group"].pk)
    closed = move_thread(Thread.objects.get(pk=thread.pk), by(lucie), group, REASON)
    retitle(thread, sylvie, KNOWN)
    back = move_thread(Thread.objects.get(pk=thread.pk), by(lucie), spaces["network"])
    for person in (sylvie, odile):
        answer_move(back, by(person), True)
    return closed


def test_of_moves_in_the_meantime_they_are_told_nothing_once_they_read_it_again(
    closed_meanwhile, odile, browser_of
):
    said = " ".join(told(odile))
    page = page_of(browser_of(odile), closed_meanwhile)

    assert not any(it in said + page.text for it in (LATER, REASON))


def test_a_post_that_is_split_off_meanwhile_says_nothing_of_where_it_was(
    thread, odile, claire, lucie, spaces, browser_of
):
    about = {"title": "La régie", "topic": thread.topic, "kind": "question", "tags": []}
    new = split_thread(thread, by(lucie), numbers=[2], reason=REASON, **about)
    move = move_thread(Thread.objects.get(pk=new.pk), by(lucie), spaces["network"])
    answer_move(move, by(odile), True)
    said = " ".join(told(odile)).replace("\u00a0", " ")

    assert "dans un fil que vous ne lisez plus est désormais dans le fil « La régie »" in said
    assert LATER not in said and REASON not in said


def test_the_log_about_oneself_has_reasons_of_where_one_reads(
    thread, claire, lucie, browser_of
):
    about = {"title": "La régie", "topic": thread.topic, "kind": "question", "tags": []}
    split_thread(thread, by(lucie), numbers=[2], reason=REASON, **about)
    address, export = reverse("own-moderation"), reverse("data-export")

    def exported():
        return b"".join(browser_of(claire).get(export).streaming_content).decode()

    assert REASON in browser_of(claire).get(address).text and REASON in exported()
    GroupMembership.objects.filter(person=claire).delete()
    assert REASON not in browser_of(claire).get(address).text and REASON not in exported()


def test_titles_that_others_gave_meanwhile_are_not_taken_along(
    claire, lucie, odile, spaces, browser_of
):
    thread = start_thread(claire, spaces["network"], title=KNOWN)
    post_reply(odile, thread)
    move_thread(thread, by(lucie), spaces[SUPPORT])
    for words in (LATER, KNOWN):
        thread = retitle(thread, lucie, words, REASON)
    back = move_thread(thread, by(lucie), spaces["network"])
    for person in (claire, odile):
        answer_move(back, by(person), True)
    exported = browser_of(claire).get(reverse("data-export"))
    data = b"".join(exported.streaming_content).decode()

    assert KNOWN in data and LATER not in data and REASON not in data


def test_who_knew_no_title_is_told_none(thread, odile, claire, lucie, spaces, browser_of):
    thread.moves.get().lost_readers.all().delete()
    move = move_thread(thread, by(lucie), spaces["network"], REASON)
    page = page_of(browser_of(odile), move).text

    assert "fil que vous ne lisez plus" in page and LATER not in page
