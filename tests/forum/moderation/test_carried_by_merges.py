"""What is said of a whole thread, or was said before, when it is merged into another."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.threads.edits.actions import edit_post
from forum.conversation.threads.links.actions import link_thread
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.queries import edited_summary, summary_of
from forum.models import Thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import post_reply, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]


@pytest.fixture
def other(jeanne, spaces):
    """Jeanne's question, which another asked before."""
    return start_thread(jeanne, spaces["network"], title="La même question, posée avant ?")


def merge(thread, into, actor):
    return merge_threads(thread, into, viewer_of_person(actor))


def summary_text(thread, viewer):
    summary = summary_of(viewer, thread)
    return summary.text if summary else None


def test_a_thread_without_a_summary_takes_over_the_one_of_what_is_merged_into_it(
    thread, other, claire, lucie, viewer_of, browser_of
):
    write_summary(thread, viewer_of(claire), "Trois régies, un contrat.", 0)
    write_summary(thread, viewer_of(claire), "Quatre régies.", 1)
    merge(thread, other, lucie)

    assert summary_text(other, viewer_of(claire)) == "Quatre régies."
    assert "Quatre régies." in browser_of(claire).get(other.get_absolute_url()).text
    versions = browser_of(claire).get(reverse("summary-versions", args=[other.pk])).text
    assert "Trois régies" in versions


def test_versions_of_a_summary_that_a_move_put_out_of_sight_stay_so(
    thread, other, claire, lucie, viewer_of
):
    write_summary(thread, viewer_of(claire), "Entre nous.", 0)
    write_summary(thread, viewer_of(claire), "Entre nous encore.", 1)
    before = timezone.now()
    Thread.objects.filter(pk=thread.pk).update(moved_at=before)
    write_summary(thread, viewer_of(claire), "Pour tous.", 2)
    write_summary(thread, viewer_of(claire), "Pour tous, enfin.", 3)
    merge(thread, other, lucie)

    assert summary_text(other, viewer_of(claire)) == "Pour tous, enfin."
    seen = Revision.objects.visible_to(viewer_of(claire)).filter(thread=other)
    assert "Entre nous." not in set(seen.values_list("text", flat=True))
    assert "Pour tous." in set(seen.values_list("text", flat=True))


def test_a_thread_that_had_a_summary_takes_over_none(
    thread, other, claire, jeanne, lucie, viewer_of
):
    write_summary(other, viewer_of(jeanne), "Entre nous.", 0)
    Thread.objects.filter(pk=other.pk).update(moved_at=timezone.now())
    write_summary(thread, viewer_of(claire), "Trois régies.", 0)
    merge(thread, other, lucie)

    assert summary_text(other, viewer_of(jeanne)) is None
    assert (
        edited_summary(viewer_of(jeanne), Thread.objects.get(pk=other.pk)).text == "Entre nous."
    )


def test_a_summary_that_is_not_taken_over_is_shown_before(
    thread, other, claire, jeanne, lucie, viewer_of, browser_of
):
    write_summary(thread, viewer_of(claire), "Trois régies.", 0)
    write_summary(other, viewer_of(jeanne), "Deux contrats.", 0)
    url = reverse("merge-threads", args=[thread.pk])
    page = browser_of(lucie).get(url, {"into": other.pk}).text
    assert "Celui-ci ne sera plus montré" in page and "Trois régies." in page

    merge(thread, other, lucie)
    assert summary_text(other, viewer_of(claire)) == "Deux contrats."


def test_links_lead_to_and_from_the_thread_that_remains_and_none_to_itself(
    thread, other, claire, jeanne, lucie, spaces, viewer_of
):
    first, second = (
        start_thread(claire, spaces["network"], title=title, text=title)
        for title in ("Un premier fil sur le bois", "Un second fil sur le bois")
    )
    about = {"kind": LinkKind.SEE_ALSO}
    for one, led in (thread, first), (thread, other), (other, first), (second, thread):
        writer = viewer_of(jeanne if one == other else claire)
        link_thread(one, writer, led.pk, **about)
    merge(thread, other, lucie)

    links = set(ThreadLink.objects.values_list("thread", "linked"))
    assert links == {(other.pk, first.pk), (second.pk, other.pk)}


def test_versions_are_no_more_to_be_read_after_a_merge_than_before_and_no_less(
    thread, other, claire, jeanne, lucie, viewer_of, browser_of
):
    moved, kept = (post_reply(claire, thread, text) for text in ("Cent.", "Mille."))
    there = post_reply(jeanne, other, "Dix.")
    edit_post(moved, viewer_of(claire), "Deux cents.", 1)
    before = timezone.now() - timedelta(minutes=5)
    Revision.objects.update(edited_at=before - timedelta(minutes=1))
    Thread.objects.filter(pk=thread.pk).update(moved_at=before)
    edit_post(kept, viewer_of(claire), "Deux mille.", 1)
    edit_post(there, viewer_of(jeanne), "Vingt.", 1)
    Revision.objects.filter(post=there).update(edited_at=before - timedelta(minutes=1))
    merge(thread, other, lucie)

    seen = Revision.objects.visible_to(viewer_of(jeanne))
    assert set(seen.values_list("text", flat=True)) == {"Mille.", "Dix."}
    page = browser_of(jeanne).get(reverse("post-versions", args=[moved.pk])).text
    assert "Cent." not in page
