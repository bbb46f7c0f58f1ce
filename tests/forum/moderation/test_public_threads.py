"""A thread becomes public under a licence that is said, with words its authors have read."""

import json

import pytest
from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.threads.changes import thread_changes_since
from forum.library.sheets.authors.models import SheetAuthor
from forum.models import Post, Thread
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.models import ThreadMove
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import PROJECTS, SUPPORT, create_sheet, post_reply, start_thread
from tests.forum.members.export_helpers import data_of
from tests.forum.moderation.move_helpers import rung_for, told

pytestmark = pytest.mark.django_db
WHY, SHARE_ALIKE = "Cela servirait à d’autres communes.", "cc-by-sa-4.0"
PRICE = "Chez nous, 45 k€ HT. Voyez Odile au 02 96 12 34 56."


@pytest.fixture
def animator(lucie, viewer_of):
    return viewer_of(lucie)


@pytest.fixture
def asked(thread, jeanne, spaces, animator):
    """A move to the public square of Claire's question, which Jeanne answered with a price."""
    post_reply(jeanne, thread, PRICE)
    return move_thread(thread, animator, spaces["public"], WHY, licence=SHARE_ALIKE)


@pytest.fixture
def public(asked, claire, jeanne):
    """The thread, public by the word of both."""
    return made_public(asked, claire, jeanne)


@pytest.fixture
def ana(make_person):
    """An animator who holds projects, and opens threads."""
    return make_person("Ana", PROJECTS, is_animator=True)


@pytest.fixture
def withheld(ana, jeanne, spaces):
    """A move of Ana's thread from her college to the network, without Jeanne's reply."""
    thread, animator = start_thread(ana, spaces[PROJECTS]), viewer_of_person(ana)
    post_reply(jeanne, thread, PRICE)
    move = move_thread(thread, animator, spaces["network"], WHY)
    answer_move(move, viewer_of_person(jeanne), False)
    return complete_move(move, animator)


def merged_into_another(move, animator):
    """The thread of the same space that the moved one was merged into."""
    into = start_thread(animator, move.space, title="Un autre fil, de tous bientôt")
    thread = Thread.objects.get(pk=move.thread_id)
    return merge_threads(thread, into, viewer_of_person(animator))


def made_public(move, *authors):
    for author in authors:
        answer_move(move, viewer_of_person(author), True)
    return Thread.objects.select_related("space").get(pk=move.thread_id)


def place_of(move):
    return reverse("answer-move", args=[move.pk])


def test_who_moves_a_thread_to_the_public_chooses_its_licence(thread, lucie, browser_of):
    browser, url = browser_of(lucie), reverse("move-thread", args=[thread.pk])
    assert "(nécessaire si tout le monde doit lire)" in browser.get(url).text
    sent = {"space": "place-publique", "reason": WHY}
    for licence in "", "reseau", "cc-by-4.0":
        answer = browser.post(url, sent | {"licence": licence})
        assert answer.status_code == 422 and answer.context["form"].errors["licence"]
        assert WHY in answer.text

    browser.post(url, sent | {"licence": SHARE_ALIKE})
    assert ThreadMove.objects.get().licence == SHARE_ALIKE
    assert "CC BY-SA 4.0" in browser.get(url).text  # How the answers stand.


def test_elsewhere_no_licence_is_asked_for(lucie, spaces, browser_of):
    url = reverse("move-thread", args=[start_thread(lucie, spaces["network"]).pk])
    browser_of(lucie).post(url, {"space": spaces[SUPPORT].slug, "licence": "rien"})

    move = ThreadMove.objects.get()
    assert move.moved_at and move.licence == Thread.objects.get().licence == ""


def test_another_licence_is_another_request(asked, animator, claire, spaces):
    answer_move(asked, viewer_of_person(claire), True)
    again = move_thread(asked.thread, animator, spaces["public"], WHY, licence="etalab-2.0")

    asked.refresh_from_db()
    assert asked.withdrawn_at and again.pk != asked.pk and not again.answers.exists()
    with pytest.raises(Refused):
        move_thread(asked.thread, animator, spaces["public"], WHY, licence="reseau")


def test_the_author_reads_what_everybody_would_and_under_which_licence(
    asked, claire, jeanne, browser_of
):
    page = browser_of(jeanne).get(place_of(asked)).text
    organisation = jeanne.seats.get().organisation.name
    for words in (
        "CC BY-SA 4.0", "en partageant sous la même licence", "https://creativecommons.org",
        "avec votre nom et", f"<b>{jeanne.full_name}</b>", organisation,
        ">45 k€ HT</b>", ">02 96 12 34 56</b>", WHY,
    ):  # fmt: skip
        assert words in page
    assert asked.thread.posts.get(number=1).text not in page
    page = browser_of(claire).get(place_of(asked)).text
    assert asked.thread.title in page and "Odile" not in page
    assert reverse("edit-thread", args=[asked.thread_id]) in page


def test_they_take_a_price_out_from_there_and_come_back(
    asked, claire, jeanne, browser_of, client
):
    browser, place = browser_of(jeanne), place_of(asked)
    post = asked.thread.posts.get(number=2)
    edit = f"{reverse('edit-post', args=[post.pk])}?next={place}"
    assert f'href="{edit}"' in browser.get(place).text
    page = browser.get(edit)
    assert f'action="{edit}"' in page.text and f'href="{place}"' in page.text
    form = page.context["form"].initial
    wrong = browser.post(edit, form | {"text": ""})
    assert wrong.status_code == 422 and f'action="{edit}"' in wrong.text
    answer = browser.post(edit, form | {"text": "Chez nous, une régie."})
    assert answer.url == place
    page = browser.get(place).text
    assert "Chez nous, une régie." in page and "Odile" not in page

    thread = made_public(asked, claire, jeanne)
    versions = client.get(reverse("post-versions", args=[post.pk])).text
    assert "Odile" not in versions + client.get(thread.get_absolute_url()).text


def test_an_address_of_elsewhere_is_nowhere_to_come_back_to(asked, jeanne, browser_of):
    post = asked.thread.posts.get(number=2)
    edit = f"{reverse('edit-post', args=[post.pk])}?next=https://ailleurs.example/"
    page = browser_of(jeanne).get(edit)
    assert "ailleurs.example" not in page.text
    form = page.context["form"].initial
    answer = browser_of(jeanne).post(edit, form | {"text": "Chez nous, une régie."})
    assert answer.url == post.page_url()


def test_a_session_that_ends_meanwhile_loses_neither_the_text_nor_the_way_back(
    asked, jeanne, client
):
    post = asked.thread.posts.get(number=2)
    edit = f"{reverse('edit-post', args=[post.pk])}?next={place_of(asked)}"
    sent = {"text": "Chez nous, une régie.", "version": "1", "writer": str(jeanne.pk)}
    answer = client.post(edit, sent)
    client.force_login(jeanne)
    page = client.get(edit)

    assert answer.url.startswith("/compte/login/") and "next%3D" in answer.url
    assert "Chez nous, une régie.</textarea>" in page.text
    assert f'action="{edit}"' in page.text


def test_the_thread_says_its_licence_to_all_and_open_pages_learn_it(
    asked, claire, jeanne, browser_of, client
):
    seq = Thread.objects.get(pk=asked.thread_id).seq
    thread = made_public(asked, claire, jeanne)

    assert thread.licence == SHARE_ALIKE
    for browser in client, browser_of(claire):
        head = (
            browser.get(thread.get_absolute_url())
            .text.split('id="thread-head"')[1]
            .split("</header>")[0]
        )
        assert "se reprennent sous CC BY-SA 4.0" in head
    elements = thread_changes_since(viewer_of_person(claire), thread.pk, seq).elements
    assert "se reprennent sous CC BY-SA 4.0" in elements["thread-head"]
    assert "se reprend sous CC BY-SA 4.0" in elements["thread-foot"]


def test_who_writes_there_later_is_told_the_licence(public, jeanne, browser_of, spaces):
    browser, words = browser_of(jeanne), "Ce que vous écrivez ici se reprend sous CC BY-SA 4.0"
    own = public.posts.get(number=2)
    for name, about in ("replies", public.pk), ("edit-post", own.pk):
        assert words in browser.get(reverse(name, args=[about])).text, name
    assert words in browser.get(public.get_absolute_url()).text
    other = start_thread(jeanne, spaces["public"])
    for address in other.get_absolute_url(), reverse("replies", args=[other.pk]):
        assert "se reprend" not in browser.get(address).text


def test_the_feed_of_public_threads_says_the_licence_of_those_that_have_one(
    public, jeanne, spaces, client
):
    start_thread(jeanne, spaces["public"], title="Un fil ouvert en public")
    feed = client.get(reverse("open-data-file", args=["fils", "atom"])).content.decode()

    assert feed.count("<entry>") == 2 and feed.count("<rights>") == 1
    assert "CC BY-SA 4.0" in feed.split("<rights>")[1].split("</rights>")[0]


def test_what_an_author_agreed_to_is_kept_with_when_and_under_which_licence(
    public, asked, claire, jeanne, browser_of
):
    page = browser_of(jeanne).get(place_of(asked)).text
    assert "Vous l’aviez accepté le" in page and "CC BY-SA 4.0" in page
    exported = json.loads(data_of(browser_of(jeanne)))["move_answers"][0]
    assert exported["licence"] == SHARE_ALIKE and exported["agrees"] and exported["answered_at"]


def test_a_request_without_a_licence_stays_valid(asked, claire, jeanne, browser_of, client):
    ThreadMove.objects.update(licence="")
    asked.refresh_from_db()
    page = browser_of(jeanne).get(place_of(asked)).text
    assert "J’accepte" in page and "Lire la licence" not in page

    thread = made_public(asked, claire, jeanne)
    assert thread.space.audience == "public" and thread.licence == ""
    assert "se reprennent" not in client.get(thread.get_absolute_url()).text


def test_a_thread_that_leaves_the_public_has_no_licence_any_more(
    public, animator, claire, jeanne, spaces
):
    move_thread(public, animator, spaces["network"])
    assert Thread.objects.get().licence == ""

    again = move_thread(public, animator, spaces["public"], WHY, licence="etalab-2.0")
    assert Thread.objects.get().licence == ""
    assert made_public(again, claire, jeanne).licence == "etalab-2.0"


def test_posts_join_no_thread_of_another_licence_and_take_theirs_along(
    public, animator, lucie, jeanne, claire, spaces, topics, browser_of
):
    plain = start_thread(jeanne, spaces["public"], title="Un autre fil, sans licence")
    for one, into in (plain, public), (public, plain):
        with pytest.raises(Refused, match="même licence"):
            merge_threads(one, into, animator)
        page = browser_of(lucie).get(reverse("merge-threads", args=[one.pk]), {"into": into.pk})
        assert page.status_code == 422 and "même licence" in page.text
    about = {
        "topic": topics[0],
        "kind": "question",
        "tags": [],
        "title": "Un fil à part",
    }
    new = split_thread(public, animator, numbers=[2], **about)
    assert new.licence == SHARE_ALIKE == Thread.objects.get(pk=new.pk).licence
    assert merge_threads(new, public, animator).licence == SHARE_ALIKE


def test_what_a_move_withholds_is_corrected_before_it_is_shown(
    asked, animator, claire, jeanne, browser_of, client
):
    answer_move(asked, viewer_of_person(claire), True)
    complete_move(asked, animator)
    browser, post = browser_of(jeanne), Post.objects.get(thread=asked.thread_id, number=2)
    edit = f"{reverse('edit-post', args=[post.pk])}?next={place_of(asked)}"
    assert f'href="{edit}"' in browser.get(place_of(asked)).text
    for other in claire, animator:
        person = other if other == claire else None
        assert browser_of(person).get(edit).status_code in (302, 404)
    form = browser.get(edit).context["form"].initial
    assert browser.post(edit, form | {"text": "Chez nous, une régie."}).url == place_of(asked)
    address = Thread.objects.get(pk=asked.thread_id).get_absolute_url()
    assert "une régie" not in client.get(address).text

    answer_move(asked, viewer_of_person(jeanne), True)
    assert "une régie" in client.get(address).text
    versions = client.get(reverse("post-versions", args=[post.pk])).text
    assert "Odile" not in versions  # What nobody read there, nobody reads now.


def test_a_yes_to_some_readers_is_none_to_those_who_came_later(
    withheld, ana, jeanne, spaces, browser_of, client
):
    """Withheld on the way from a college to the network, then the thread became public."""
    animator, thread = viewer_of_person(ana), withheld.thread
    second = move_thread(thread, animator, spaces["public"], WHY)
    if second.is_pending:
        complete_move(second, animator)
    address = Thread.objects.get(pk=thread.pk).get_absolute_url()

    browser = browser_of(jeanne)
    answer = browser.post(place_of(withheld), {"agrees": "1"})
    assert answer.url == place_of(second)
    assert "Odile" not in client.get(address).text
    assert "d’autres encore lisent ce fil" in browser.get(answer.url).text
    browser.post(place_of(second), {"agrees": "1"})
    assert "Odile" in client.get(address).text


def test_a_yes_to_some_readers_is_none_to_those_of_a_thread_that_it_was_merged_into(
    withheld, ana, jeanne, spaces, browser_of, client
):
    animator, into = viewer_of_person(ana), merged_into_another(withheld, ana)
    move_thread(into, animator, spaces["public"], WHY)
    into = Thread.objects.get(pk=into.pk)
    if into.space != spaces["public"]:
        complete_move(into.moves.pending().get(), animator)

    browser, address = browser_of(jeanne), into.get_absolute_url()
    browser.post(place_of(withheld), {"agrees": "1"})
    assert "Odile" not in client.get(address).text
    later = into.moves.get()
    browser.post(place_of(later), {"agrees": "1"})
    assert "Odile" in client.get(address).text


def test_what_was_merged_into_a_thread_that_all_read_already_stays_withheld(
    withheld, ana, jeanne, spaces, browser_of, client
):
    into = merged_into_another(withheld, ana)
    Thread.objects.filter(pk=into.pk).update(space=spaces["public"])

    answer = browser_of(jeanne).post(place_of(withheld), {"agrees": "1"})
    assert answer.status_code == 403 and "sans que vous ayez été interrogé" in answer.text
    assert "Odile" not in client.get(into.get_absolute_url()).text
    assert not withheld.answers.filter(agrees=True, author=jeanne).exists()


def test_a_sheet_goes_to_more_readers_with_the_word_of_all_who_write_it(
    claire, jeanne, animator, lucie, spaces, browser_of
):
    sheet = create_sheet(claire, spaces["network"], words="Une chaudière à 45 k€ HT.")
    about = {"sheet": sheet, "invited_by": claire}
    SheetAuthor.objects.create(person=jeanne, state="accepted", **about)
    before = rung_for(browser_of(jeanne))
    move = move_thread(sheet.thread, animator, spaces["public"], WHY)
    assert any("propose que d’autres lisent" in one for one in told(jeanne))
    assert rung_for(browser_of(jeanne)) == before + 1
    page = browser_of(jeanne).get(place_of(move)).text
    assert ">45 k€ HT</b>" in page and "J’accepte" in page
    answer_move(move, viewer_of_person(claire), True)
    assert Thread.objects.get().space == spaces["network"]
    with pytest.raises(Refused):
        complete_move(move, animator)
    pending = browser_of(lucie).get(reverse("move-thread", args=[sheet.thread_id])).text
    assert "de tous les auteurs de la fiche" in pending and "Jeanne Brunel" in pending

    browser_of(jeanne).post(place_of(move), {"agrees": "1"})
    assert Thread.objects.get().space == spaces["public"]
