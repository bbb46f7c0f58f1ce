"""A college's room that someone opened: read, not written in, and the college sees it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from accounts.models import BreakGlassAccess
from accounts.viewers.viewers import viewer_of_person
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.models import Post, Space
from forum.moderation import actions as moderation
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    break_glass,
    move_thread,
    post_reply,
    start_thread,
)

pytestmark = pytest.mark.django_db
WHY = "Un message blessant est signalé dans votre pièce."


@pytest.fixture
def room(spaces):
    return spaces[AUTHORITIES]


@pytest.fixture
def said(claire, room):
    """What was said in the room."""
    return start_thread(claire, room)


@pytest.fixture
def ada(make_person):
    return make_person("Ada Admin", is_superuser=True)


def sent(**fields):
    return {"college": AUTHORITIES, "reason": WHY, "hours": "8"} | fields


def test_an_animator_opens_a_room_and_reads_it(lucie, said, room, browser_of):
    client = browser_of(lucie)
    assert client.get(said.get_absolute_url()).status_code == 404

    answer = client.post(reverse("break-glass"), sent())
    assert answer["Location"] == room.get_absolute_url()
    assert client.get(said.get_absolute_url()).status_code == 200
    assert said.title in client.get("/").content.decode()
    client.post(reverse("close-break-glass", args=[BreakGlassAccess.objects.get().pk]))
    assert client.get(said.get_absolute_url()).status_code == 404
    assert said.title not in client.get("/").content.decode()


def test_an_administrator_reads_the_room_and_not_the_network(ada, said, spaces, browser_of):
    client = browser_of(ada)
    client.post(reverse("break-glass"), sent(hours="1"))

    assert client.get(said.get_absolute_url()).status_code == 200
    assert client.get(spaces["network"].get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"reason": ""}, 422, "Dites au collège pourquoi vous ouvrez sa pièce."),
        ({"reason": "   "}, 422, "Dites au collège pourquoi vous ouvrez sa pièce."),
        ({"reason": "Signalement."}, 422, "Ce motif est trop court"),
        ({"reason": "x" * 30}, 422, "Ce motif est trop court"),
        ({"reason": "\u200b" * 30}, 422, "Ce motif est trop court"),
        ({"reason": "bla " * 30}, 422, "Ce motif est trop court"),
        ({"reason": "x" * 501}, 422, "Gardez 500 caractères"),
        ({"college": ""}, 422, "Choisissez un collège."),
        ({"college": "inconnu"}, 422, "Choisissez l’un des collèges proposés."),
        ({"college": SUPPORT}, 422, "Choisissez l’un des collèges proposés."),
        ({"hours": "9000"}, 422, "Choisissez l’une des durées proposées."),
        ({"hours": ""}, 422, "Dites pour combien de temps."),
    ],
)
def test_a_room_does_not_open_without_all_that_is_asked(
    wrong, status, words, lucie, spaces, browser_of
):
    answer = browser_of(lucie).post(reverse("break-glass"), sent(**wrong))

    page = answer.content.decode()
    assert answer.status_code == status and words in page
    assert sent(**wrong)["reason"].strip() in page
    assert not BreakGlassAccess.objects.exists()


def test_opening_twice_with_the_same_words_is_one_outcome(lucie, spaces, browser_of):
    client = browser_of(lucie)
    for _twice in range(2):
        assert client.post(reverse("break-glass"), sent()).status_code == 302

    assert BreakGlassAccess.objects.count() == 1


@pytest.mark.parametrize("other", [{"hours": "72"}, {"reason": f"{WHY} Et un autre."}])
def test_what_opens_a_room_already_is_not_replaced_by_words_that_nobody_reads(
    other, lucie, spaces, browser_of
):
    client = browser_of(lucie)
    client.post(reverse("break-glass"), sent())

    answer = client.post(reverse("break-glass"), sent(**other))
    assert answer.status_code == 403 and "Refermez-la d’abord" in answer.text
    assert sent(**other)["reason"] in answer.text
    client.post(reverse("close-break-glass", args=[BreakGlassAccess.objects.get().pk]))
    assert client.post(reverse("break-glass"), sent(**other)).status_code == 302
    assert BreakGlassAccess.objects.current().get().reason == sent(**other)["reason"]


def test_it_is_read_and_never_written_in(lucie, said, room, spaces, claire):
    break_glass(lucie, AUTHORITIES)
    actor = viewer_of_person(lucie)
    for attempt in (
        lambda: start_thread(lucie, room),
        lambda: post_reply(lucie, said),
        lambda: move_thread(said, actor, spaces["network"]),
        lambda: moderation.pin_thread(said, actor, True),
    ):
        with pytest.raises(Refused, match="vous n’y écrivez pas"):
            attempt()
    with pytest.raises(Space.DoesNotExist):
        move_thread(start_thread(claire, spaces["network"]), actor, room)
    assert Post.objects.filter(thread=said).count() == 1


def test_an_animator_moderates_there_and_an_administrator_does_not(lucie, ada, said):
    break_glass(lucie, AUTHORITIES)
    break_glass(ada, AUTHORITIES)
    post = said.posts.get()
    with pytest.raises(Refused):
        moderation.lock_thread(said, viewer_of_person(ada), True)
    with pytest.raises(Refused):
        moderation.hide_post(post, viewer_of_person(ada), "Non")

    moderation.lock_thread(said, viewer_of_person(lucie), True)
    moderation.hide_post(post, viewer_of_person(lucie), "Un nom de famille")
    moderation.restore_post(post, viewer_of_person(lucie))


def test_the_page_offers_what_the_rules_allow(lucie, ada, said, room, browser_of):
    for person in (lucie, ada):
        break_glass(person, AUTHORITIES)
    pages = {
        p: browser_of(p).get(said.get_absolute_url()).content.decode() for p in (lucie, ada)
    }

    for page in pages.values():
        assert 'id="repondre"' not in page and "vous n’y écrivez pas" in page
        assert reverse("move-thread", args=[said.pk]) not in page
    assert reverse("lock-thread", args=[said.pk]) in pages[lucie]
    assert reverse("lock-thread", args=[said.pk]) not in pages[ada]
    form = browser_of(lucie).get(f"{reverse('new-thread')}?space={room.slug}")
    assert not re.search(rf'name="space"\s+value="{room.slug}"', form.content.decode())


def test_a_reply_that_is_refused_comes_back(lucie, said, browser_of):
    break_glass(lucie, AUTHORITIES)
    typed = {"text": "Je réponds à votre place.", "idempotency_key": uuid4()}
    answer = browser_of(lucie).post(reverse("replies", args=[said.pk]), typed)

    assert answer.status_code == 403
    assert typed["text"] in answer.content.decode()


def test_the_college_sees_who_when_and_why_while_it_is_open(lucie, claire, room, browser_of):
    client = browser_of(claire)
    assert "Lucie Hoarau" not in client.get(room.get_absolute_url()).content.decode()
    opening = break_glass(lucie, AUTHORITIES, reason=WHY)

    page = client.get(room.get_absolute_url()).content.decode()
    assert "Lucie Hoarau" in page and WHY in page
    assert opening.closes_at.isoformat()[:10] in page
    BreakGlassAccess.objects.update(closed_at=timezone.now())
    assert "Lucie Hoarau" not in client.get(room.get_absolute_url()).content.decode()


def test_who_will_read_this_names_and_counts_who_opened_the_room(
    lucie, claire, said, room, browser_of
):
    before = readership_of(room)
    break_glass(lucie, AUTHORITIES)

    readers = readership_of(room)
    assert (readers.people, readers.organisations) == (before.people, before.organisations)
    assert [opener.name for opener in readers.break_glass_readers] == ["Lucie Hoarau"]
    page = browser_of(claire).get(said.get_absolute_url()).content.decode()
    assert page.count("Lucie Hoarau") == 2  # Beside the composer, and beside the thread.
    assert ", et nul autre" not in page
    BreakGlassAccess.objects.update(closed_at=timezone.now())
    assert readership_of(room) == before


def test_no_page_that_stays_as_it_was_says_that_nobody_else_reads_a_room(
    lucie, claire, room, browser_of
):
    """An open page of lists does not follow who opens the room, and what is kept neither."""
    browser = browser_of(claire)
    for opening in (None, break_glass):
        if opening:
            opening(lucie, AUTHORITIES)
        for address in ("/", "/sujets/eolien/", "/espaces/reseau/", room.get_absolute_url()):
            page = browser.get(address)
            assert page.status_code == 200, address
            assert ", et nul autre" not in page.text, (address, opening)
    assert "Lucie Hoarau" in page.text


def test_an_opening_that_opens_nothing_any_more_is_not_counted(lucie, claire, room, browser_of):
    break_glass(lucie, AUTHORITIES)
    log, client = reverse("break-glass-log", args=[room.slug]), browser_of(claire)
    assert "en ce moment" in client.get(log).text
    lucie.is_animator = False
    lucie.save()

    assert readership_of(room).break_glass_readers == ()
    page = client.get(log).text
    assert "Lucie Hoarau" in page and "en ce moment" not in page


def test_the_log_keeps_every_opening_for_the_college_and_the_animators(
    people, room, browser_of
):
    opening = break_glass(people.animator, AUTHORITIES, reason=WHY)
    BreakGlassAccess.objects.update(
        opened_at=opening.opened_at - timedelta(days=9),
        closes_at=opening.closes_at - timedelta(days=9),
    )
    address = reverse("break-glass-log", args=[room.slug])

    for role, person in vars(people).items():
        answer = browser_of(person).get(address)
        if role in {"authorities", "animator"}:
            assert "Lucie Hoarau" in answer.content.decode()
            assert WHY in answer.content.decode()
        else:
            assert answer.status_code == 404, role


def test_who_may_open_a_room_finds_the_way_there(lucie, ada, claire, browser_of):
    way = reverse("break-glass")
    for person, finds in [(lucie, True), (ada, True), (claire, False)]:
        page = browser_of(person).get(reverse("account")).content.decode()
        assert (way in page) == finds


def test_the_way_is_shown_to_nobody_for_whom_it_leads_nowhere(ada, spaces, browser_of):
    client, link = browser_of(ada), f'href="{reverse("break-glass")}"'
    assert link in client.get(reverse("account")).text
    Authenticator.objects.filter(user=ada).delete()
    assert link not in client.get(reverse("account")).text
    assert client.get(reverse("break-glass")).status_code == 404


def test_a_thread_without_a_college_has_no_log(lucie, spaces, browser_of):
    for name in ("public", "network", "group"):
        address = reverse("break-glass-log", args=[spaces[name].slug])
        assert browser_of(lucie).get(address).status_code == 404


def test_one_closes_ones_own_openings_only(lucie, ada, colleges, browser_of):
    opening = break_glass(lucie, AUTHORITIES)
    address = reverse("close-break-glass", args=[opening.pk])

    assert browser_of(ada).post(address).status_code == 404
    assert browser_of(lucie).post(address).status_code == 302
    assert not BreakGlassAccess.objects.current().exists()


def test_the_menu_says_that_the_room_is_open_and_not_ones_own(lucie, spaces, browser_of):
    break_glass(lucie, AUTHORITIES)
    break_glass(lucie, PROJECTS)

    menu = browser_of(lucie).get("/").context["menu"]
    only_read = {space.slug for space in menu.spaces if space.is_read_only}
    assert only_read == {AUTHORITIES, PROJECTS}
    assert menu.colours == "soutien"


def test_a_reason_typed_after_the_session_ended_is_kept(lucie, spaces, browser_of, client):
    answer = client.post(reverse("break-glass"), sent())
    assert answer.status_code == 302 and "/compte/login/" in answer["Location"]

    client.force_login(lucie)
    assert WHY in client.get(reverse("break-glass")).content.decode()
