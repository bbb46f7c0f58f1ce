"""The home page: what a guest is told first, and what waits there for a member."""

import pytest
from django.conf import settings
from django.urls import reverse

from forum.moderation import actions as moderation
from forum.questions import actions as questions
from tests.factories import post_reply, start_thread

pytestmark = pytest.mark.usefixtures("cast_scene")


@pytest.fixture
def home(browser_of):
    """What someone's home says above its list."""

    def home(person, query=""):
        text = browser_of(person).get(f"/{query}").text
        return text[text.index("<main") : text.index('class="tabs"')]

    return home


@pytest.fixture
def asked(claire, spaces):
    """Claire's public question."""
    return start_thread(claire, spaces["public"], title="Chaufferie : régie ou société ?")


def test_a_guest_reads_of_which_network_this_is_and_what_signing_opens(
    jeanne, spaces, asked, home
):
    start_thread(jeanne, spaces["network"])
    start_thread(jeanne, spaces["network"])
    text = home(None)

    assert f"<h1>{settings.FORUM_NETWORK}</h1>" in text
    assert "communes, porteurs de projet et structures de soutien" in text
    assert "les 2 fils des membres" in text.replace("\n", " ").replace("  ", "")
    assert f'href="{reverse("account_signup")}"' in text


def test_a_guest_is_shown_a_solved_question_and_the_answer_that_was_kept(
    claire, jeanne, spaces, asked, home, viewer_of
):
    assert "échange parmi" not in home(None), "nobody has answered yet"
    other = start_thread(claire, spaces["public"], title="Un autre fil ?")
    answer = post_reply(jeanne, asked, "La **régie**, et le prix se vote.")
    post_reply(jeanne, other, "Plus récent, sans être retenu.")
    assert "Plus récent" in home(None)
    questions.accept_answer(answer, viewer_of(claire))
    text = home(None)

    assert asked.title in text and "La régie, et le prix se vote." in text
    assert str(claire.seats.get().organisation) in text
    assert str(jeanne.seats.get().organisation) in text


def test_what_is_hidden_or_not_public_is_no_exchange_to_show(
    claire, jeanne, lucie, spaces, asked, home, viewer_of
):
    private = start_thread(claire, spaces["network"], title="Entre nous ?")
    post_reply(jeanne, private, "Une réponse entre membres.")
    hidden = post_reply(jeanne, asked, "Une réponse qui blesse.")
    assert "qui blesse" in home(None)
    moderation.hide_post(hidden, viewer_of(lucie), "Blessant.")

    assert "qui blesse" not in home(None)
    assert "entre membres" not in home(None) and "Entre nous" not in home(None)


def test_a_long_answer_is_shown_by_its_beginning_and_as_text(jeanne, asked, home):
    post_reply(jeanne, asked, "Moins de 3 & <b>plus</b> de 2, " * 40)
    text = home(None)

    assert "Moins de 3 &amp; &lt;b&gt;plus" in text
    assert len(text[text.index("<blockquote") : text.index("</blockquote>")]) < 300


def test_who_has_an_account_or_asks_for_a_choice_is_not_welcomed(people, asked, home):
    for person, query in (
        (people.registered, ""), (people.authorities, ""),
        (None, "?vue=experiences"), (None, "?page=2"),
    ):  # fmt: skip
        assert "À la une du réseau" in home(person, query)
