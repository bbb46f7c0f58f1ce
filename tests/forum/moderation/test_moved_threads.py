"""A thread that moved says what its author did; why fewer read it is told."""

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.moderation.thread_moves.actions import answer_move, move_thread
from tests.factories import SUPPORT, post_reply, start_thread
from tests.forum.moderation.move_helpers import rung_for, told

pytestmark = pytest.mark.django_db
WHY = "Cela servirait à d’autres communes."


@pytest.fixture
def animator(lucie, viewer_of):
    return viewer_of(lucie)


def head_of(page):
    """What the page of a thread says above its posts."""
    return page.text.split('id="thread-head"')[1].split("</header>")[0]


def test_why_fewer_read_reaches_those_who_wrote_and_those_who_lose_it(
    thread, animator, claire, jeanne, make_person, spaces, browser_of
):
    sonia = make_person("Sonia", SUPPORT)
    post_reply(jeanne, thread, "Chez nous, la régie.")
    post_reply(sonia, thread, "Nous y avons aidé.")
    rung = rung_for(browser_of(sonia))
    move = move_thread(thread, animator, spaces[SUPPORT], "Un prix y est donné.")

    for person in (claire, jeanne):
        assert "vous ne le lisez plus" in told(person)[0]
        assert "Un prix y est donné." in told(person)[0]
    assert "moins de personnes le lisent" in told(sonia)[0]
    assert "Un prix y est donné." in told(sonia)[0]
    own, place = browser_of(sonia), reverse("answer-move", args=[move.pk])
    assert rung_for(own) == rung + 1 and f'href="{place}"' in own.get(reverse("inbox")).text
    page = own.get(place).text
    assert "Un prix y est donné." in page and "que moins de personnes lisent" in page
    assert "propose que d’autres" not in page and "J’accepte" not in page
    post_reply(rose := make_person("Rose", SUPPORT), thread, "Je viens d’arriver.")
    assert not any("a changé d’espace" in one for one in told(rose))


def test_the_thread_keeps_what_its_author_did_whoever_reads_it_since(
    claire, lucie, animator, spaces, browser_of, client
):
    audiences = "sur la place publique", "à tout le réseau", "au collège"
    done = {"question": "pose une question", "discussion": "ouvre la discussion"}
    for kind, words in done.items():
        thread = start_thread(claire, spaces["network"], kind=kind)
        assert "à tout le réseau" in head_of(browser_of(claire).get(thread.get_absolute_url()))
        move_thread(thread, animator, spaces[SUPPORT])
        narrowed = head_of(browser_of(lucie).get(thread.get_absolute_url()))
        assert "le lit." in narrowed and "nul autre" not in narrowed

        move = move_thread(thread, animator, spaces["public"], WHY)
        answer_move(move, viewer_of_person(claire), True)
        widened = head_of(client.get(thread.get_absolute_url()))
        for head in (narrowed, widened):
            assert words in head
            assert not any(audience in head for audience in audiences)
