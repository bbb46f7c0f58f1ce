"""A yes to more readers is to what one has written until then, not to what one writes after."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import GUEST
from accounts.viewers.viewers import viewer_of_person as by
from forum.base.markup import quote
from forum.base.rules import Refused
from forum.conversation.files.actions import show_files
from forum.conversation.files.models import StoredFile
from forum.conversation.inbox.queries import find_waiting
from forum.conversation.threads.edits.actions import edit_post, edit_thread, set_wiki
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.revisions.actions import keep_title
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.library.tools.actions import ToolFacts, edit_tool
from forum.library.tools.models import ToolVersion
from forum.moderation.held_edits.actions import approve_edit
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, create_tool, join_group, post_reply, start_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
LATER = "Entre membres\u00a0: le maire a refusé le prix."


@pytest.fixture
def nora(make_person):
    """Who wrote nothing there."""
    return make_person("Nora Titre", AUTHORITIES)


@pytest.fixture
def thread(claire, jeanne, spaces):
    """Claire's question, with an answer of Jeanne, for members."""
    thread = start_thread(claire, spaces["network"], text="Notre question.")
    post_reply(jeanne, thread, "Une réponse.")
    return thread


@pytest.fixture
def move(thread, lucie, spaces):
    """Asked of both: may everybody read it?"""
    return move_thread(thread, by(lucie), spaces["public"])


def public_text(client, thread):
    return client.get(reverse("thread-short", args=[thread.pk]), follow=True).text


def asks(person):
    return [one.url for one in find_waiting(person, by(person)) if "lisent" in one.text]


def test_a_reply_written_after_the_yes_stays_with_its_readers(
    move, thread, claire, jeanne, client, browser_of
):
    answer_move(move, by(claire), True)
    post_reply(claire, thread, LATER)
    answer_move(move, by(jeanne), True)
    page = public_text(client, thread)
    assert "Notre question." in page and LATER not in page

    address = reverse("answer-move", args=[move.pk])
    assert LATER in browser_of(claire).get(address).text
    browser_of(claire).post(address, {"agrees": "1"})
    assert LATER in public_text(client, thread)


def test_an_edit_after_the_yes_has_the_post_stay_with_its_readers(
    move, thread, claire, jeanne, client
):
    reply = thread.posts.get(number=2)
    answer_move(move, by(jeanne), True)
    edit_post(reply, by(jeanne), LATER, reply.version)
    answer_move(move, by(claire), True)
    page = public_text(client, thread)

    assert "Notre question." in page and LATER not in page and "Une réponse." not in page


def test_an_edit_of_a_wiki_post_counts_for_who_made_it(
    thread, claire, jeanne, lucie, spaces, client, browser_of
):
    reply = set_wiki(thread.posts.get(number=2), by(jeanne), True)
    move = move_thread(thread, by(lucie), spaces["public"])
    answer_move(move, by(claire), True)
    edit_post(reply, by(claire), LATER, reply.version)
    reply.refresh_from_db()
    edit_post(reply, by(jeanne), f"{LATER} Et moi.", reply.version)
    answer_move(move, by(jeanne), True)

    assert LATER not in public_text(client, thread)
    address, waits = reverse("answer-move", args=[move.pk]), "qui n’a pas accepté"
    assert waits in browser_of(jeanne).get(address).text
    assert waits not in browser_of(claire).get(address).text


@pytest.mark.parametrize("part", ["text", "title"])
def test_who_changes_the_question_after_their_yes_is_asked_again(
    part, move, thread, claire, jeanne, lucie, spaces, client
):
    answer_move(move, by(claire), True)
    assert asks(claire) == []
    if part == "text":
        first = thread.posts.get(number=1)
        edit_post(first, by(claire), LATER, first.version)
    else:
        head = {"kind": thread.kind, "topic": thread.topic, "tags": []}
        edit_thread(thread, by(claire), title="Le maire a refusé le prix", **head)
    answer_move(move, by(jeanne), True)

    assert Thread.objects.get(pk=thread.pk).space == spaces["network"]
    assert asks(claire) == [reverse("answer-move", args=[move.pk])]
    with pytest.raises(Refused, match="sans l’accord de qui l’a ouvert"):
        complete_move(move, by(lucie))
    answer_move(move, by(claire), True)
    assert Thread.objects.get(pk=thread.pk).space == spaces["public"]


def test_what_was_written_before_the_yes_goes_with_it(move, thread, claire, jeanne, client):
    post_reply(claire, thread, "Encore un mot.")
    answer_move(move, by(claire), True)
    answer_move(move, by(jeanne), True)

    page = public_text(client, thread)
    assert all(it in page for it in ("Notre question.", "Une réponse.", "Encore un mot."))


def test_who_proposes_it_knows_of_it_as_they_write(claire, lucie, spaces, client):
    thread = start_thread(lucie, spaces["network"], text="De l’équipe.")
    post_reply(claire, thread, "Une réponse.")
    move = move_thread(thread, by(lucie), spaces["public"])
    post_reply(lucie, thread, "Un mot de plus.")
    answer_move(move, by(claire), True)

    assert "Un mot de plus." in public_text(client, thread)


def test_what_a_newsletter_said_of_it_to_members_is_said_to_nobody_else(
    thread, claire, jeanne, lucie, spaces, client
):
    issue = NewsletterIssue.objects.create(
        week=monday_of(timezone.localdate()), published_at=timezone.now()
    )
    other = start_thread(claire, spaces["network"], title="Un autre fil")
    for position, one in enumerate((thread, other)):
        about = {"thread": one, "note": LATER, "position": position}
        NewsletterItem.objects.create(issue=issue, **about)
    move = move_thread(thread, by(lucie), spaces["public"])
    for author in claire, jeanne:
        answer_move(move, by(author), True)

    page = client.get(issue.get_absolute_url()).text
    assert thread.title in page and LATER not in page
    assert NewsletterItem.objects.get(thread=other).note == LATER


SAID = "Entre membres : le maire a refusé."


def add_tool_facts(thread, jeanne, _claire):
    tool = thread.posts.get(number=2).stored_files.get().tool_version
    facts = ToolFacts(tool.title, tool.type, tool.licence, tool.topic, used_for=SAID)
    edit_tool(tool, by(jeanne), facts)


def quote_what_was_written_since(thread, jeanne, claire):
    said = post_reply(jeanne, thread, SAID)
    heading = quote(said.text, jeanne.full_name, said.number, said.get_absolute_url())
    post_reply(claire, thread, f"{heading}\n\nAh bon.")


@pytest.mark.parametrize("act", [add_tool_facts, quote_what_was_written_since])
def test_what_a_post_shows_since_the_yes_stays_with_its_readers(
    act, thread, claire, jeanne, lucie, spaces, client
):
    create_tool(thread.posts.get(number=2), used_for="Chiffrer.")
    move = move_thread(thread, by(lucie), spaces["public"])
    answer_move(move, by(jeanne), True)
    act(thread, jeanne, claire)
    answer_move(move, by(claire), True)

    page = public_text(client, thread)
    assert "Notre question." in page and "le maire a refusé" not in page
    assert not ToolVersion.objects.visible_to(GUEST).filter(used_for=SAID)


def test_what_a_merge_brings_after_the_yes_stays_with_its_readers(
    move, thread, claire, jeanne, lucie, spaces, client
):
    other = start_thread(claire, spaces["network"], title="Un autre fil", text=SAID)
    answer_move(move, by(claire), True)
    merge_threads(other, thread, by(lucie))
    answer_move(move, by(jeanne), True)

    page = public_text(client, thread)
    assert "Notre question." in page and SAID not in page


def test_an_edit_that_was_held_meanwhile_is_not_published_to_more_readers(
    move, thread, claire, jeanne, lucie, client
):
    reply = thread.posts.get(number=2)
    answer_move(move, by(jeanne), True)
    about = {"post": reply, "part": "text", "author": jeanne, "version": reply.version}
    edit = HeldEdit.objects.create(text=SAID, held_for="newcomer", **about)
    answer_move(move, by(claire), True)

    with pytest.raises(Refused, match="plus de lecteurs"):
        approve_edit(edit, by(lucie))
    assert SAID not in public_text(client, thread)


def test_a_yes_to_some_readers_is_none_to_others_about_what_was_written_since(
    claire, jeanne, lucie, spaces, client
):
    for person in claire, jeanne, lucie:
        join_group(person)
    thread = start_thread(claire, spaces["group"], text="Notre question.")
    reply = post_reply(jeanne, thread, "Une réponse.")
    to_members = move_thread(thread, by(lucie), spaces["network"])
    answer_move(to_members, by(claire), True)
    complete_move(to_members, by(lucie))
    thread.refresh_from_db()
    to_all = move_thread(thread, by(lucie), spaces["public"])
    answer_move(to_all, by(jeanne), True)
    edit_post(Post.objects.get(pk=reply.pk), by(jeanne), SAID, reply.version)
    answer_move(to_all, by(claire), True)
    answer_move(to_members, by(jeanne), True)

    assert SAID not in public_text(client, thread)


def test_a_title_of_somebody_who_is_not_asked_goes_to_nobody_else(
    thread, nora, lucie, claire, spaces
):
    keep_title(thread, by(nora), "")
    Thread.objects.filter(pk=thread.pk).update(title="Le titre de Nora")
    with pytest.raises(Refused, match="donné son titre"):
        move_thread(thread, by(lucie), spaces["public"])

    keep_title(thread, by(lucie), "")
    assert move_thread(thread, by(lucie), spaces["public"]).is_pending


def test_what_is_withheld_may_be_said_again_to_readers_of_today(
    move, thread, claire, jeanne, lucie, client
):
    words = "Chez nous, la régie a fait ses comptes, et tout est en ordre depuis un an."
    post_reply(jeanne, thread, words)
    answer_move(move, by(claire), True)
    thread = complete_move(move, by(lucie)).thread
    assert words not in public_text(client, thread)

    post_reply(jeanne, Thread.objects.get(pk=thread.pk), words)
    assert words in public_text(client, thread)


def test_a_picture_that_becomes_ready_changes_nothing_of_a_yes(
    move, thread, claire, jeanne, client
):
    first = thread.posts.get(number=1)
    about = {"size": 1, "is_image": True, "key": "a", "content": "aa/a", "name": "bois.jpg"}
    picture = StoredFile.objects.create(post=first, owner=claire, state="preparing", **about)
    show_files(first)
    answer_move(move, by(claire), True)
    StoredFile.objects.filter(pk=picture.pk).update(state="ready", width=800, height=600)
    show_files(first)
    answer_move(move, by(jeanne), True)

    assert Thread.objects.get(pk=thread.pk).space.audience == "public"
