"""A post that shows words of several, edited or quoted, goes to more readers by all of them."""

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.base.rules import Refused
from forum.base.writers import has_words_of, writer_ids
from forum.conversation.inbox.queries import find_waiting
from forum.conversation.threads.edits.actions import delete_post, edit_post, set_wiki
from forum.models import Post, Thread
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.consents import author_ids
from tests.factories import SUPPORT, join_group, post_reply, start_thread
from tests.forum.moderation.move_helpers import rung_for

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
ADDED = "Et la régie de la vallée."


@pytest.fixture
def animator(lucie, viewer_of):
    return viewer_of(lucie)


@pytest.fixture
def nora(make_person):
    """A member who writes nothing of her own there."""
    return make_person("Nora Pons", SUPPORT)


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"])


@pytest.fixture
def wiki(thread, jeanne, nora, viewer_of):
    """Jeanne's wiki post, to which Nora added a sentence."""
    post = set_wiki(post_reply(jeanne, thread, "Bois ou gaz."), viewer_of(jeanne), True)
    return edit_post(post, viewer_of(nora), f"Bois ou gaz. {ADDED}", post.version)


def quotation(post):
    """``post`` quoted, and a word about it."""
    name = post.author.full_name
    return markup.quote(post.text, name, post.number, post.get_absolute_url()) + "\n\nOui."


def answer(move, person, agrees=True):
    return answer_move(move, viewer_of_person(person), agrees)


def shown(client, thread):
    return client.get(thread.get_absolute_url()).text


def test_who_edited_a_wiki_post_is_asked_as_its_author_is(
    wiki, thread, claire, jeanne, nora, animator, spaces, client, browser_of
):
    rung = rung_for(browser_of(nora))
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, jeanne)

    assert Thread.objects.get().space == spaces["network"]
    assert "propose que d’autres lisent" in find_waiting(nora, viewer_of_person(nora))[0].text
    assert rung_for(browser_of(nora)) == rung + 1
    assert ADDED in browser_of(nora).get(reverse("answer-move", args=[move.pk])).text
    answer(move, nora)
    assert ADDED in shown(client, thread)


def test_without_an_editor_s_word_the_post_stays_behind_until_all_agree(
    wiki, thread, claire, jeanne, nora, animator, spaces, client, browser_of
):
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, nora, agrees=False)
    complete_move(move, animator)

    address = reverse("answer-move", args=[move.pk])
    answered = browser_of(jeanne).post(address, {"agrees": "1"}, follow=True)
    assert "Un message montre aussi des mots de quelqu’un" in answered.text
    assert ADDED not in shown(client, thread)
    answer(move, nora)
    assert ADDED in shown(client, thread)


def test_what_quotes_somebody_who_refuses_stays_behind_too(
    thread, claire, jeanne, nora, animator, spaces, client, viewer_of, browser_of
):
    own = post_reply(jeanne, thread, "Nous avons perdu le procès.")
    other = post_reply(nora, thread, quotation(own))
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, nora), answer(move, jeanne, agrees=False)
    complete_move(move, animator)

    assert "procès" not in shown(client, thread)
    page = browser_of(nora).get(reverse("answer-move", args=[move.pk])).text
    assert "montre aussi des mots de quelqu’un" in page
    other.refresh_from_db()
    edit_post(other, viewer_of(nora), "Oui, comme chez nous.", other.version)
    answer(move, nora)
    assert "Oui, comme chez nous." in shown(client, thread)
    assert "procès" not in shown(client, thread)


def test_who_agrees_later_shows_what_quotes_them(
    thread, claire, jeanne, nora, animator, spaces, client
):
    own = post_reply(jeanne, thread, "Nous avons perdu le procès.")
    post_reply(nora, thread, quotation(own))
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, nora)
    complete_move(move, animator)
    assert "procès" not in shown(client, thread)

    answer(move, jeanne)
    assert shown(client, thread).count("Nous avons perdu le procès.") >= 2


def test_a_quotation_of_what_all_may_read_anyhow_asks_nobody(
    thread, claire, jeanne, nora, animator, spaces, client
):
    public = post_reply(jeanne, start_thread(jeanne, spaces["public"], title="Ailleurs"), "Su.")
    post_reply(nora, thread, quotation(public))
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, nora)

    assert "Su." in shown(client, thread)


def test_a_first_post_does_not_take_words_along_of_who_is_not_asked(
    claire, jeanne, animator, spaces, topics
):
    quoted_post = start_thread(jeanne, spaces["network"], title="Le procès").posts.get()
    about = {"title": "Autre chose", "text": quotation(quoted_post)}
    thread = start_thread(claire, spaces["network"], **about)

    with pytest.raises(Refused, match="Le premier message cite"):
        move_thread(thread, animator, spaces["public"])
    assert Thread.objects.get(pk=thread.pk).space == spaces["network"]


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("way", ["reply", "thread", "edit"])
def test_nobody_quotes_to_more_readers_what_another_wrote_for_fewer(
    way, nested, claire, jeanne, spaces, viewer_of
):
    join_group(claire), join_group(jeanne)
    quoted_post = start_thread(jeanne, spaces["group"], title="Entre nous").posts.get()
    thread = start_thread(claire, spaces["network"])
    text = (
        "> " + quotation(quoted_post).replace("\n", "\n> ")
        if nested
        else quotation(quoted_post)
    )
    post = post_reply(claire, thread, "Voyons.")
    before = Post.objects.count()

    with pytest.raises(Refused, match="tous ne lisent pas ici"):
        if way == "reply":
            post_reply(claire, thread, text)
        elif way == "thread":
            start_thread(claire, spaces["public"], title="Autre fil", text=text)
        else:
            edit_post(post, viewer_of(claire), text, post.version)
    assert Post.objects.count() == before and Post.objects.get(pk=post.pk).text == "Voyons."


def test_one_quotes_oneself_a_link_and_what_all_there_read(claire, jeanne, spaces):
    join_group(claire), join_group(jeanne)
    own = start_thread(claire, spaces["group"], title="Entre nous").posts.get()
    other = post_reply(jeanne, own.thread, "De Jeanne.")
    known = post_reply(jeanne, start_thread(jeanne, spaces["network"]), "Pour le réseau.")
    thread = start_thread(claire, spaces["network"], title="Autre fil")

    assert post_reply(claire, thread, quotation(own)).pk
    assert post_reply(claire, thread, f"Voir [là]({other.get_absolute_url()}).").pk
    assert post_reply(claire, own.thread, quotation(known)).pk


def test_who_deleted_what_others_quote_still_has_words_there(
    thread, claire, jeanne, nora, animator, spaces, viewer_of, client
):
    own = post_reply(jeanne, thread, "Nous avons perdu le procès.")
    post_reply(nora, thread, quotation(own))
    delete_post(own, viewer_of(jeanne))
    move = move_thread(thread, animator, spaces["public"])
    answer(move, claire), answer(move, nora)

    assert Thread.objects.get().space == spaces["public"]
    assert "procès" not in shown(client, thread)


def test_one_function_says_whose_words_they_are_in_both_directions(
    wiki, thread, claire, jeanne, nora, lucie, viewer_of
):
    assert writer_ids(Post.objects.filter(pk=wiki.pk)) == {jeanne.pk, nora.pk}
    assert author_ids(thread) == {claire.pk, jeanne.pk, nora.pk}
    for person in (claire, jeanne, nora, lucie):
        posts = Post.objects.filter(has_words_of(viewer_of(person), "Post"))
        assert (wiki in posts) == (person in (jeanne, nora)), person.full_name
