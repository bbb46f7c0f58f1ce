"""A thread goes to more readers with the word of each author, and to fewer at once."""

import re

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.inbox.queries import find_waiting
from forum.conversation.threads.edits.actions import delete_post
from forum.conversation.threads.models import Post, Thread
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.thread_moves.actions import (
    answer_move,
    complete_move,
    move_thread,
    withdraw_move,
)
from forum.moderation.thread_moves.models import ThreadMove
from tests.factories import PROJECTS, SUPPORT, join_group, post_reply, start_thread
from tests.forum.moderation.move_helpers import rung_for, told
from tests.forum.thread_invariants import check_contribution_counts

pytestmark = pytest.mark.django_db
WHY = "Cela servirait à d’autres communes."


@pytest.fixture
def animator(lucie, viewer_of):
    return viewer_of(lucie)


@pytest.fixture
def asked(thread, jeanne, spaces, animator):
    """A move to the public square of Claire's question, to which Jeanne replied."""
    post_reply(jeanne, thread, "Chez nous, la régie.")
    return move_thread(thread, animator, spaces["public"], WHY)


def waiting(person):
    return [one.text for one in find_waiting(person, viewer_of_person(person))]


def space_of(move):
    return Thread.objects.get(pk=move.thread_id).space


def test_a_thread_that_more_would_read_waits_for_each_author(asked, claire, jeanne, spaces):
    assert asked.is_pending and space_of(asked) == spaces["network"]
    for author in (claire, jeanne):
        assert "propose que d’autres lisent le fil" in waiting(author)[0]

    answer_move(asked, viewer_of_person(claire), True)
    assert space_of(asked) == spaces["network"] and waiting(claire) == []

    answer_move(asked, viewer_of_person(jeanne), True)
    assert space_of(asked) == spaces["public"]
    assert "avec l’accord de ses auteurs" in told(claire)[0]


def test_the_bell_rings_for_who_is_asked_and_for_who_asked(
    asked, animator, claire, jeanne, lucie, browser_of
):
    rung = [rung_for(browser_of(person)) for person in (claire, jeanne, lucie)]
    answer_move(asked, viewer_of_person(jeanne), False)
    after = [rung_for(browser_of(person)) for person in (claire, jeanne, lucie)]
    withdraw_move(asked, animator)

    assert after == [rung[0], rung[1] - 1, rung[2] + 1]
    assert rung_for(browser_of(claire)) == rung[0] - 1


def test_who_refuses_keeps_the_thread_where_it_is_and_the_animator_is_told(
    asked, claire, jeanne, lucie, spaces
):
    answer_move(asked, viewer_of_person(claire), True)
    answer_move(asked, viewer_of_person(jeanne), False)

    assert space_of(asked) == spaces["network"]
    assert "Jeanne Brunel n’accepte pas" in waiting(lucie)[0]
    answer_move(asked, viewer_of_person(jeanne), True)  # One may think better of it.
    assert space_of(asked) == spaces["public"]


def test_what_is_not_agreed_to_stays_behind_until_its_author_agrees(
    asked, animator, claire, jeanne, browser_of, client
):
    answer_move(asked, viewer_of_person(claire), True)
    complete_move(asked, animator)
    check_contribution_counts()
    thread = Thread.objects.get(pk=asked.thread_id)

    for page in (
        client.get(thread.get_absolute_url()),
        browser_of(claire).get(thread.get_absolute_url()),
    ):
        assert "Chez nous, la régie." not in page.text and "Jeanne Brunel" not in page.text
        assert "n’est pas montré ici" in page.text
        assert "son auteur n’a pas accepté que d’autres l’y lisent" in page.text
    own = browser_of(jeanne)
    assert "Chez nous, la régie." in own.get(reverse("own-posts")).text
    assert "Chez nous, la régie." in own.get(reverse("answer-move", args=[asked.pk])).text

    own.post(reverse("answer-move", args=[asked.pk]), {"agrees": "1"})
    assert "Chez nous, la régie." in client.get(thread.get_absolute_url()).text


@pytest.mark.parametrize("answers", [False, None])
def test_who_has_not_agreed_is_told_that_the_thread_went_and_reads_their_words(
    answers, asked, animator, claire, jeanne, browser_of
):
    answer_move(asked, viewer_of_person(claire), True)
    if answers is not None:
        answer_move(asked, viewer_of_person(jeanne), answers)
    rung = rung_for(browser_of(jeanne))
    was_waiting = len(waiting(jeanne))
    complete_move(asked, animator)
    own, place = browser_of(jeanne), reverse("answer-move", args=[asked.pk])

    news = [one for one in told(jeanne) if "sans vos messages" in one]
    assert len(news) == 1 and "pouvez encore l’accepter" in news[0]
    assert rung_for(own) == rung + 1 - was_waiting
    assert f'href="{place}"' in own.get(reverse("inbox")).text
    page = own.get(asked.thread.posts.get(number=2).get_absolute_url(), follow=True).text
    assert f'href="{place}"' in page and "Lire votre message" in page
    answered = own.get(place).text
    assert "Chez nous, la régie." in answered and "n’y sont pas montrés" in answered
    assert "l’avait proposé" in answered and "propose que d’autres" not in answered
    assert not any("sans vos messages" in one for one in told(claire))

    own.post(place, {"agrees": "1"})
    assert not any("sans vos messages" in one for one in told(jeanne))


def test_a_thread_does_not_move_without_the_word_of_who_opened_it(
    asked, animator, jeanne, lucie, browser_of
):
    answer_move(asked, viewer_of_person(jeanne), True)

    with pytest.raises(Refused):
        complete_move(asked, animator)
    page = browser_of(lucie).get(reverse("move-thread", args=[asked.thread_id])).text
    assert "Déplacer sans leurs messages" not in page


def test_fewer_readers_means_at_once_and_those_who_lose_it_are_told(
    thread, animator, claire, jeanne, lucie, spaces, browser_of
):
    post_reply(jeanne, thread, "Chez nous, la régie.")

    move = move_thread(thread, animator, spaces[SUPPORT])

    assert move.moved_at and space_of(move) == spaces[SUPPORT]
    for person in (claire, jeanne):
        assert f"Le fil « {thread.title} » a changé d’espace" in told(person)[0].replace(
            "\xa0", " "
        )
    assert not any(thread.title in text for text in told(lucie))
    assert browser_of(claire).get(thread.get_absolute_url()).status_code == 404


def test_back_where_it_came_from_what_stayed_behind_is_shown_again(
    asked, animator, claire, spaces
):
    answer_move(asked, viewer_of_person(claire), True)
    complete_move(asked, animator)
    thread = Thread.objects.get(pk=asked.thread_id)
    assert Post.objects.exclude(withheld_move=None).count() == 1

    move_thread(thread, animator, spaces["network"])

    assert not Post.objects.exclude(withheld_move=None).exists()


def test_an_animator_alone_moves_what_is_all_their_own(lucie, animator, spaces):
    thread = start_thread(lucie, spaces["network"])

    assert move_thread(thread, animator, spaces["public"]).moved_at


def test_from_one_college_to_another_its_authors_are_asked(make_person, jeanne, spaces):
    ana = make_person("Ana", PROJECTS, is_animator=True)
    thread = start_thread(jeanne, spaces[PROJECTS])

    assert move_thread(thread, viewer_of_person(ana), spaces["network"], WHY).is_pending


def test_who_writes_while_authors_are_asked_is_asked_too(asked, claire, jeanne, make_person):
    rose = make_person("Rose", SUPPORT)
    post_reply(rose, asked.thread, "Et chez nous aussi.")

    for author in (claire, jeanne):
        answer_move(asked, viewer_of_person(author), True)
    assert ThreadMove.objects.get().is_pending and len(waiting(rose)) == 1
    answer_move(asked, viewer_of_person(rose), True)
    assert not ThreadMove.objects.get().is_pending


def test_hidden_words_are_asked_about_and_deleted_ones_are_not(
    asked, animator, claire, jeanne, spaces
):
    reply = asked.thread.posts.get(number=2)
    hide_post(reply, animator, "Hors sujet")
    answer_move(asked, viewer_of_person(claire), True)
    assert space_of(asked) == spaces["network"]
    complete_move(asked, animator)
    with pytest.raises(Post.DoesNotExist):
        restore_post(reply, animator)  # It would be shown to more than it was written for.

    back = move_thread(asked.thread, animator, spaces["network"])
    again = move_thread(back.thread, animator, spaces["public"], WHY)
    delete_post(reply, viewer_of_person(jeanne))
    answer_move(again, viewer_of_person(claire), True)
    assert space_of(again) == spaces["public"]


def test_a_request_that_is_withdrawn_changes_nothing(asked, animator, claire, spaces):
    withdraw_move(asked, animator)

    assert waiting(claire) == [] and space_of(asked) == spaces["network"]
    with pytest.raises(Refused):
        answer_move(asked, viewer_of_person(claire), True)


def test_asking_for_another_space_withdraws_what_was_asked(asked, animator, spaces):
    again = move_thread(asked.thread, animator, spaces["public"], WHY)
    assert again == asked  # Pressed twice.

    move_thread(asked.thread, animator, spaces[SUPPORT])
    asked.refresh_from_db()
    assert asked.withdrawn_at and not asked.moved_at


def test_only_authors_answer_and_only_animators_ask(asked, jeanne, make_person, spaces):
    paul = make_person("Paul", PROJECTS)

    with pytest.raises(Thread.DoesNotExist):
        answer_move(asked, viewer_of_person(paul), True)
    with pytest.raises(Refused):
        complete_move(asked, viewer_of_person(jeanne))
    with pytest.raises(Refused):
        withdraw_move(asked, viewer_of_person(jeanne))
    with pytest.raises(Refused):
        move_thread(asked.thread, viewer_of_person(paul), spaces["public"], WHY)


def test_an_animator_who_wrote_nothing_there_is_shown_how_the_answers_stand(
    asked, claire, jeanne, lucie, browser_of
):
    browser, address = browser_of(lucie), reverse("answer-move", args=[asked.pk])
    assert browser.get(address).url == reverse("move-thread", args=[asked.thread_id])

    for author in (claire, jeanne):
        answer_move(asked, viewer_of_person(author), True)
    assert browser.get(address).url == reverse("thread-short", args=[asked.thread_id])


def test_who_left_may_still_answer_and_is_shown_nothing_of_others(
    asked, jeanne, animator, browser_of
):
    jeanne.seats.update(ended_at=asked.proposed_at)
    browser = browser_of(jeanne)

    page = browser.get(reverse("answer-move", args=[asked.pk])).text
    assert "Chez nous, la régie." in page and asked.thread.posts.get(number=1).text not in page
    browser.post(reverse("answer-move", args=[asked.pk]), {"agrees": "0"})
    assert asked.answers.get(author=jeanne).agrees is False


def test_the_thread_says_that_it_moved_and_who_reads_it_since(asked, claire, jeanne, client):
    for author in (claire, jeanne):
        answer_move(asked, viewer_of_person(author), True)

    page = client.get(Thread.objects.get(pk=asked.thread_id).get_absolute_url()).text
    assert "Ce fil a changé d’espace le" in page and "Depuis, tout le monde le lit" in page


def test_the_form_asks_for_a_reason_where_more_would_read(thread, lucie, browser_of):
    browser, url = browser_of(lucie), reverse("move-thread", args=[thread.pk])

    assert "(nécessaire si d’autres doivent lire)" in browser.get(url).text
    assert "(facultatif)" not in browser.get(url).text
    answer = browser.post(url, {"space": "place-publique"})
    same = browser.post(url, {"space": thread.space.slug, "reason": ""})
    none = browser.post(url, {})

    assert answer.status_code == same.status_code == none.status_code == 422
    assert "Dites aux auteurs pourquoi" in answer.context["form"].errors["reason"][0]
    assert "déjà dans cet espace" in same.context["form"].errors["space"][0]
    assert "Choisissez l’espace" in none.context["form"].errors["space"][0]


def test_the_form_says_who_would_read_it_and_who_no_more(lucie, spaces, browser_of):
    """A group within a college, then the network: who reads there reads the wider space too."""
    group = spaces["group"].group
    group.college = spaces[SUPPORT].college
    group.save()
    join_group(lucie)
    said = {}
    for name in ("group", "network"):
        thread = start_thread(lucie, spaces[name])
        page = browser_of(lucie).get(reverse("move-thread", args=[thread.pk])).text
        for choice in re.findall(r"<label class.*?</label>", page, re.DOTALL):
            slug, words = (
                re.search(r'value="([\w-]+)"', choice)[1],
                re.findall("Y [gp]", choice),
            )
            said[name, slug] = "".join(words)
    assert said == {
        ("group", "chaufferies"): "",
        ("group", SUPPORT): "Y g",
        ("group", "reseau"): "Y g",
        ("group", "place-publique"): "Y g",
        ("network", "chaufferies"): "Y p",
        ("network", SUPPORT): "Y p",
        ("network", "reseau"): "",
        ("network", "place-publique"): "Y g",
    }


def test_who_agrees_is_told_how_it_stands(asked, claire, jeanne, browser_of):
    def answer(person, agrees):
        place = reverse("answer-move", args=[asked.pk])
        return browser_of(person).post(place, {"agrees": agrees}, follow=True).text

    answer(claire, "0")
    assert "ou sans les messages de ceux qui ne l’acceptent pas" in answer(jeanne, "1")
    last = answer(claire, "1")
    assert "tous ont accepté, et le fil a changé d’espace" in last
    assert "quand tous auront accepté" not in last


def test_the_animator_sees_who_answered_what(asked, claire, jeanne, lucie, browser_of):
    answer_move(asked, viewer_of_person(claire), True)
    browser, url = browser_of(lucie), reverse("move-thread", args=[asked.thread_id])

    page = browser.get(url).text
    assert "n’a pas encore répondu" in page and "Déplacer sans leurs messages" in page
    browser.post(reverse("complete-move", args=[asked.pk]))
    assert ThreadMove.objects.get().moved_at


def test_an_accepted_answer_that_stays_behind_settles_nothing(asked, animator, claire):
    reply = asked.thread.posts.get(number=2)
    Thread.objects.update(accepted=reply)
    answer_move(asked, viewer_of_person(claire), True)

    complete_move(asked, animator)

    assert Thread.objects.get().accepted is None
