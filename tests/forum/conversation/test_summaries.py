"""The summary of a thread: who keeps it, its versions, conflicts, moves and names."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base import markup
from forum.base.rules import Refused
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.conversation.threads.links.actions import link_thread
from forum.conversation.threads.links.models import LinkKind
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.summaries.queries import SummaryConflict
from forum.members.closing.actions import announce_parts
from forum.models import Event, Thread
from forum.moderation.actions import lock_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.members.export_helpers import taken_along
from tests.forum.test_query_counts import Counted, cost

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Quelle chaufferie ?")


@pytest.fixture
def summary(thread, claire, viewer_of):
    """Claire's, of her own thread."""
    write_summary(thread, viewer_of(claire), "La **régie** l’emporte.", 0)
    return Summary.objects.get()


def edit_url(thread):
    return reverse("edit-summary", args=[thread.pk])


def versions_url(thread):
    return reverse("summary-versions", args=[thread.pk])


def fields(browser, thread, text, **more):
    """The form of the page as ``browser`` sends it."""
    page = browser.get(edit_url(thread)).text
    found = dict(re.findall(r'name="(version|shown_readers)" value="([^"]*)"', page))
    return found | {"text": text} | more


def shown(page):
    """What the summary says on a page, None where there is none."""
    found = re.search(r'<details class="part" id="summary".*?</details>', page.text, re.DOTALL)
    return found and " ".join(re.sub("<[^>]+>", " ", found[0]).replace("\u00a0", " ").split())


def test_it_quotes_nothing_that_not_all_of_its_readers_read_but_what_it_does_already(
    claire, jeanne, spaces, viewer_of, browser_of
):
    thread = start_thread(claire, spaces["public"], title="Quelle chaufferie ?")
    post = start_thread(jeanne, spaces["public"], text="Entre nous.").posts.get()
    words = markup.quote(post.text, "Jeanne Brunel", 1, post.get_absolute_url())
    write_summary(thread, viewer_of(claire), words, 0)
    Thread.objects.filter(pk=post.thread_id).update(space=spaces["network"])
    write_summary(thread, viewer_of(claire), f"{words}La régie.", 1)
    write_summary(thread, viewer_of(claire), "La régie.", 2)

    sent = fields(browser_of(claire), thread, words)
    answer = browser_of(claire).post(edit_url(thread), sent)
    assert answer.status_code == 403 and "Vous citez un message" in answer.text
    assert "Entre nous." in answer.text and Summary.objects.get().text == "La régie."


def test_who_asked_writes_it_and_all_read_it_on_every_page(
    thread, claire, jeanne, browser_of, client
):
    sent = fields(browser_of(claire), thread, "La **régie** l’emporte.")
    answer = browser_of(claire).post(edit_url(thread), sent, follow=True)
    assert "Le résumé est enregistré." in answer.text
    for reader, page in ((claire, ""), (jeanne, "?page=2")):
        text = shown(browser_of(reader).get(thread.get_absolute_url() + page))
        assert text.startswith("Résumé La régie l’emporte.") and str(claire) in text
    assert client.get(versions_url(thread)).status_code == 404
    assert "Modifier le résumé" in browser_of(claire).get(thread.get_absolute_url()).text
    assert "Modifier le résumé" not in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_it_is_proposed_on_a_long_thread_only_and_to_who_keeps_it(
    thread, claire, jeanne, lucie, browser_of, no_posting_limits
):
    page = thread.get_absolute_url()
    assert "Résumer ce fil" not in browser_of(claire).get(page).text
    for _n in range(10):
        post_reply(jeanne, thread)
    for keeper in (claire, lucie):
        assert "Résumer ce fil" in browser_of(keeper).get(page).text
    assert "Résumer ce fil" not in browser_of(jeanne).get(page).text


def test_who_asked_and_animators_keep_it_and_nobody_else(
    thread, summary, claire, jeanne, lucie, viewer_of, browser_of, client
):
    assert browser_of(jeanne).get(edit_url(thread)).status_code == 403
    with pytest.raises(Refused, match="Le résumé est tenu par"):
        write_summary(thread, viewer_of(jeanne), "Le mien.", 1)
    assert "next" in client.get(edit_url(thread)).url
    write_summary(thread, viewer_of(lucie), "Mots de Lucie.", 1, reason="Plus court")
    entry = ModerationLogEntry.objects.get(action=LoggedAction.EDIT_SUMMARY)
    assert (entry.actor, entry.person, entry.reason) == (lucie, claire, "Plus court")
    lock_thread(thread, viewer_of(lucie), True)
    with pytest.raises(Refused):
        write_summary(thread, viewer_of(claire), "Fermé.", 2)
    assert Summary.objects.get().text == "Mots de Lucie."


def test_its_versions_are_kept_with_who_and_why_apart_from_the_titles(
    thread, summary, claire, jeanne, lucie, viewer_of, browser_of
):
    write_summary(thread, viewer_of(lucie), "La délégation l’emporte.", 1, reason="Erreur")
    kept = Revision.objects.get()
    assert (kept.text, kept.author, kept.edited_by) == (summary.text, claire, lucie)
    text = browser_of(jeanne).get(versions_url(thread)).text
    for said in ("délégation", "régie", "Erreur", str(claire), str(lucie)):
        assert said in text
    assert kept.get_absolute_url() == versions_url(thread)
    assert (
        "régie" not in browser_of(jeanne).get(reverse("title-versions", args=[thread.pk])).text
    )
    assert "régie" in str(taken_along(claire))
    assert "délégation" in str(taken_along(lucie))


def test_of_two_who_edit_the_later_sees_both_texts(thread, summary, claire, lucie, browser_of):
    sent = fields(browser_of(claire), thread, "Mots de Claire.")
    first = fields(browser_of(lucie), thread, "Mots de Lucie.")
    assert browser_of(lucie).post(edit_url(thread), first).status_code == 302
    answer = browser_of(claire).post(edit_url(thread), sent)

    assert answer.status_code == 409
    assert "Mots de Lucie." in answer.text and "Mots de Claire." in answer.text
    again = dict(re.findall(r'name="(version)" value="([^"]*)"', answer.text))
    assert browser_of(claire).post(edit_url(thread), sent | again).status_code == 302
    assert Summary.objects.get().text == "Mots de Claire."


def test_too_long_a_text_comes_back_and_an_empty_one_takes_it_away(
    thread, summary, claire, browser_of
):
    long = fields(browser_of(claire), thread, "x" * 3001)
    answer = browser_of(claire).post(edit_url(thread), long)
    assert answer.status_code == 422 and "x" * 3001 in answer.text
    assert "trop long" in answer.text
    events = Event.objects.count()
    same = fields(browser_of(claire), thread, summary.text)
    browser_of(claire).post(edit_url(thread), same)
    assert Event.objects.count() == events, "what changes nothing is told to nobody"

    browser_of(claire).post(edit_url(thread), fields(browser_of(claire), thread, ""))
    assert shown(browser_of(claire).get(thread.get_absolute_url())) is None
    assert browser_of(claire).get(versions_url(thread)).status_code == 404
    browser_of(claire).post(edit_url(thread), fields(browser_of(claire), thread, "De retour."))
    assert "De retour." in shown(browser_of(claire).get(thread.get_absolute_url()))
    assert summary.text.replace("*", "") in browser_of(claire).get(
        versions_url(thread)
    ).text.replace("*", "")


def test_a_thread_that_changes_its_readers_leaves_its_summary_behind(
    claire, lucie, viewer_of, browser_of, spaces
):
    thread = start_thread(lucie, spaces[SUPPORT])
    write_summary(thread, viewer_of(lucie), "Entre nous.", 0)
    write_summary(thread, viewer_of(lucie), "Entre nous seuls.", 1)
    move_thread(thread, viewer_of(lucie), spaces["network"])
    assert shown(browser_of(claire).get(thread.get_absolute_url())) is None
    assert browser_of(claire).get(versions_url(thread)).status_code == 404
    assert not Summary.objects.visible_to(viewer_of(claire)).exists()
    assert "Entre nous seuls." in browser_of(lucie).get(edit_url(thread)).text, "her own words"

    Thread.objects.filter(pk=thread.pk).update(author=claire)
    assert "Entre nous" not in browser_of(claire).get(edit_url(thread)).text
    with pytest.raises(SummaryConflict) as conflict:
        write_summary(thread, viewer_of(claire), "Pour tous.", 7)
    assert conflict.value.current.text == ""
    write_summary(thread, viewer_of(claire), "Pour tous.", 2)
    page = browser_of(claire).get(versions_url(thread)).text
    assert "Pour tous." in page and "Entre nous" not in page


def test_a_page_costs_the_same_with_a_summary_a_wiki_post_and_links(
    thread, claire, jeanne, viewer_of, browser_of, spaces
):
    other = start_thread(claire, spaces["network"], title="Et l’autre chaufferie ?")
    page = thread.get_absolute_url()
    before = [cost(browser_of(reader), page) for reader in (claire, jeanne)]
    write_summary(thread, viewer_of(claire), "La régie l’emporte.", 0)
    set_wiki(thread.posts.get(), viewer_of(claire), True)
    edit_post(thread.posts.get(), viewer_of(jeanne), "Laquelle ?", 1)
    link_thread(thread, viewer_of(claire), other.pk, LinkKind.ANSWERED_IN)
    link_thread(other, viewer_of(claire), thread.pk, LinkKind.SEE_ALSO)
    assert [cost(browser_of(reader), page) for reader in (claire, jeanne)] == before
    with Counted() as first:
        write_summary(thread, viewer_of(claire), "Ou la délégation.", 1)
        browser_of(jeanne).get(page)
    with Counted() as second:
        write_summary(thread, viewer_of(claire), "", 2)
        browser_of(jeanne).get(page)
    assert first.number - second.number <= 1, "its words are read once, with what else changed"


def test_a_closed_account_leaves_its_summary_without_a_name(
    thread, summary, claire, lucie, viewer_of, browser_of
):
    write_summary(thread, viewer_of(lucie), "La régie a raison.", 1)
    events = Event.objects.count()
    User.objects.filter(pk=lucie.pk).update(full_name="Ancien membre")
    announce_parts(lucie.pk)
    page = browser_of(claire).get(thread.get_absolute_url())
    assert "Ancien membre" in shown(page) and "Lucie" not in shown(page)
    assert Event.objects.count() == events + 1
