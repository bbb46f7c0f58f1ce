"""The home page: what a guest is told first, and what waits there for a member."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupEntry, WorkingGroup
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.questions import actions as questions
from forum.models import Expertise, Topic
from forum.moderation import actions as moderation
from tests.factories import AUTHORITIES, break_glass, create_charter, post_reply, start_thread

DAYS = timedelta(days=9)
pytestmark = pytest.mark.usefixtures("cast_scene")


@pytest.fixture
def home(browser_of):
    """What someone's home says above its list."""

    def home(person, query=""):
        text = browser_of(person).get(f"/{query}").text
        return text[text.index("<main") : text.index('class="tabs"')]

    return home


@pytest.fixture
def exchange(browser_of):
    """The exchange that someone's home shows below its list, if any."""

    def exchange(person):
        _, _, rest = browser_of(person).get("/").text.partition('<section class="exchange"')
        return rest.partition("</section>")[0]

    return exchange


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
    assert "Communes, porteurs de projet et structures de soutien" in text
    assert "les 2 fils des membres" in " ".join(re.sub("<[^>]*>", "", text).split())
    assert f'href="{reverse("account_signup")}"' in text


@pytest.mark.parametrize(
    ("admission", "said"),
    [
        ("open", "pièce privée de votre collège s’ouvrent dès la signature."),
        ("review", "la pièce privée de votre collège s’ouvrent quand votre siège est confirmé"),
        ("sponsored", "Une organisation nouvelle entre avec deux parrains."),
    ],
)
def test_what_signing_opens_of_ones_college_is_said_as_it_is_on_this_site(
    admission, said, people, asked, browser_of, settings
):
    settings.FORUM_ADMISSION = admission

    for person, address in (
        (None, "/"), (None, reverse("charter")), (people.registered, "/"),
    ):  # fmt: skip
        main = browser_of(person).get(address).text.partition("<main")[2]
        main = main.partition("</main>")[0]
        assert said in " ".join(re.sub("<[^>]*>", "", main).split()), address


def test_a_guest_is_shown_a_solved_question_and_the_answer_that_was_kept(
    claire, jeanne, spaces, asked, exchange, viewer_of
):
    assert exchange(None) == "", "nobody has answered yet"
    other = start_thread(claire, spaces["public"], title="Un autre fil ?")
    answer = post_reply(jeanne, asked, "La **régie**, et le prix se vote.")
    post_reply(jeanne, other, "Plus récent, sans être retenu.")
    assert "Plus récent" in exchange(None)
    questions.accept_answer(answer, viewer_of(claire))
    text = exchange(None)

    assert asked.title in text and "La régie, et le prix se vote." in text
    assert str(claire.seats.get().organisation) in text
    assert str(jeanne.seats.get().organisation) in text


def test_of_what_someone_told_the_answer_is_shown_and_not_what_it_was_asked(
    claire, jeanne, spaces, exchange
):
    told = start_thread(claire, spaces["public"], title="Trois ans de suivi", kind="experience")
    post_reply(jeanne, told, "Quel rythme de restitution ?")
    assert "Quel rythme" in exchange(None), "nobody else has answered yet"
    post_reply(claire, told, "Deux fois par an, au printemps et avant le budget.")
    text = exchange(None)
    assert "Deux fois par an" in text and "Quel rythme" not in text


def test_a_question_that_was_answered_is_shown_before_what_was_told_since(
    claire, jeanne, spaces, asked, exchange
):
    post_reply(jeanne, asked, "Une réponse à la question.")
    told = start_thread(claire, spaces["public"], title="Trois ans de suivi", kind="experience")
    post_reply(jeanne, told, "Plus récent.")
    text = exchange(None)
    assert "Une réponse à la question." in text and "Plus récent." not in text


def test_what_is_hidden_or_not_public_is_no_exchange_to_show(
    claire, jeanne, lucie, spaces, asked, exchange, viewer_of
):
    private = start_thread(claire, spaces["network"], title="Entre nous ?")
    post_reply(jeanne, private, "Une réponse entre membres.")
    hidden = post_reply(jeanne, asked, "Une réponse qui blesse.")
    assert "qui blesse" in exchange(None)
    moderation.hide_post(hidden, viewer_of(lucie), "Blessant.")

    assert "qui blesse" not in exchange(None)
    assert "entre membres" not in exchange(None) and "Entre nous" not in exchange(None)


def test_a_long_answer_is_shown_by_its_beginning_and_as_text(jeanne, asked, exchange):
    post_reply(jeanne, asked, "Moins de 3 & <b>plus</b> de 2, " * 40)
    text = exchange(None)

    assert "Moins de 3 &amp; &lt;b&gt;plus" in text
    assert len(text[text.index("<blockquote") : text.index("</blockquote>")]) < 300


def test_a_long_answer_ends_with_a_whole_word(jeanne, asked, exchange):
    post_reply(jeanne, asked, "anticonstitutionnellement " * 40)

    (quoted,) = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", exchange(None), re.DOTALL)
    assert quoted.strip().endswith("anticonstitutionnellement…")


def test_who_has_an_account_or_asks_for_a_choice_is_not_welcomed(people, asked, home):
    for person, query, title in (
        (people.registered, "", "À la une du réseau"),
        (people.authorities, "", "À la une du réseau"),
        (None, "?vue=experiences", "Échanges publics"), (None, "?page=2", "Échanges publics"),
    ):  # fmt: skip
        assert f"<h1>{title}</h1>" in home(person, query)


@pytest.fixture
def waits(browser_of):
    """``{what waits for someone, as home says it: where the line leads}``, in order."""

    def waits(person, query=""):
        text = browser_of(person).get(f"/{query}").text
        _, _, rest = text.partition('<section class="waiting"')
        lines = rest.partition("</section>")[0].partition('<li class="week">')[0]
        rows = re.findall(r'<a href="([^"]*)">(.*?)</a>', lines, re.S)
        return {re.sub("[ \n]+", " ", unescape(said)).strip(): url for url, said in rows}

    return waits


def test_nothing_is_said_to_wait_where_nothing_does(claire, jeanne, thread, waits):
    post_reply(jeanne, thread)  # Jeanne's own words are no news to her.

    assert waits(jeanne) == {}
    assert waits(claire, "?vue=resolus") == {}, "elsewhere than on home"


def test_an_answer_to_one_s_question_waits_until_it_is_read(
    claire, jeanne, thread, waits, browser_of
):
    start_thread(jeanne, thread.space, title="Un fil de Jeanne")
    reply = post_reply(jeanne, thread)
    (said,) = waits(claire)

    assert thread.title in said and waits(claire)[said] == reply.page_url()
    browser_of(claire).get(thread.get_absolute_url())
    assert waits(claire) == {}


def test_other_followed_threads_with_news_are_one_line_that_leads_to_them(
    claire, jeanne, people, thread, waits, browser_of
):
    other = start_thread(jeanne, thread.space, title="Un fil de Jeanne")
    post_reply(claire, other)
    post_reply(people.support, other)
    post_reply(people.support, thread)
    answered, followed = waits(claire)

    assert thread.title in answered and followed == "1 fil que vous suivez a du nouveau."
    assert waits(claire)[followed] == reverse("inbox")
    browser_of(claire).get(other.get_absolute_url())
    assert list(waits(claire)) == [answered]


def test_a_question_on_a_topic_that_one_knows_waits_for_who_may_answer_it(
    people, claire, jeanne, thread, spaces, waits
):
    for person in (claire, jeanne, people.registered):
        Expertise.objects.create(person=person, topic=thread.topic)
    (said,) = waits(jeanne)

    assert thread.topic.name in said and thread.title in said
    assert waits(jeanne)[said] == f"{thread.get_absolute_url()}#repondre"
    assert waits(claire) == {}, "it is hers"
    assert thread.title not in "".join(waits(people.registered))
    start_thread(claire, spaces[AUTHORITIES], title="Entre nous ?")
    start_thread(claire, spaces["network"], title="Du vent ?", topic=Topic.objects.last())
    start_thread(claire, spaces["network"], title="Un récit.", kind="experience")
    assert list(waits(jeanne)) == [said]
    post_reply(people.support, thread)
    assert waits(jeanne) == {}, "it is answered"


def test_a_question_that_is_put_to_someone_who_knows_its_topic_waits_once(
    claire, jeanne, thread, waits
):
    Expertise.objects.create(person=jeanne, topic=thread.topic)
    ThreadAddressee.objects.create(thread=thread, person=jeanne, asked_by=claire)
    (said,) = waits(jeanne)

    assert "vous demande" in said


def test_where_one_only_reads_no_question_waits(claire, lucie, spaces, waits):
    thread = start_thread(claire, spaces[AUTHORITIES])
    Expertise.objects.create(person=lucie, topic=thread.topic)
    break_glass(lucie, AUTHORITIES)

    assert thread.title not in "".join(waits(lucie))


def test_what_waits_in_the_inbox_waits_on_home_until_it_is_done(claire, lucie, thread, waits):
    create_charter(2, published_at=timezone.now(), binding_from=timezone.now() + DAYS)
    invited = GroupEntry.objects.create(
        group=WorkingGroup.objects.get(slug="chaufferies"), person=claire, type="invitation",
        created_by=lucie, expires_at=timezone.now() + DAYS,
    )  # fmt: skip
    addresses = set(waits(claire).values())

    assert addresses == {reverse("charter"), reverse("invitation", args=[invited.pk])}
    invited.outcome, invited.decided_at = "declined", timezone.now()
    invited.save()
    assert set(waits(claire).values()) == {reverse("charter")}


def test_home_says_five_things_and_leads_to_the_rest(claire, jeanne, thread, waits):
    Expertise.objects.create(person=jeanne, topic=thread.topic)
    for n in range(5):
        asked = start_thread(jeanne, thread.space, title=f"Question numéro {n} ?")
        post_reply(claire, asked)

    *first_five, rest = waits(jeanne)
    assert len(first_five) == 5 and rest == "Tout voir"
    assert waits(jeanne)[rest] == reverse("inbox")


def test_who_has_not_signed_is_led_to_the_charter(people, thread, waits):
    ((said, url),) = waits(people.registered).items()

    assert url == reverse("charter") and "fil des membres" in said
    assert "waiting" not in waits(None)
