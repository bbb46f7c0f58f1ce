"""What outlives a seat: authorship, open questions, follows; and whom one writes for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.organisations.actions import end_seat
from accounts.viewers import of_person
from forum import rules
from forum.models import Follow, Thread
from forum.questions.actions import accept_answer
from forum.succession.actions import hand_over, mark_departures
from forum.threads.changes import changes
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(claire):
    """Claire's organisation; she is its contact."""
    claire.seats.update(is_contact=True)
    return claire.seats.get().organisation


@pytest.fixture
def paul(make_person, town):
    """Who sits in Claire's organisation too."""
    person = make_person("Paul Suivant")
    cast.seat_for(person, cast.AUTHORITIES, organisation=town)
    return person


def ended(person, at=None):
    seat = person.seats.get()
    end_seat(seat, person, at)
    seat.refresh_from_db()
    return seat


def test_who_left_is_named_a_former_member_beside_what_they_wrote(
    claire, jeanne, thread, town, browser_of
):
    cast.reply(jeanne, thread)
    page = browser_of(jeanne)
    assert "ancien membre" not in page.get(thread.get_absolute_url()).text
    browser_of(claire).post(reverse("end-seat", args=[claire.seats.get().pk]))
    text = page.get(thread.get_absolute_url()).text
    assert f"ancien membre de {town}" in text.replace("&#x27;", "'")
    assert text.count("ancien membre") == 1 and "Claire Le Bihan" in text


def test_a_mandate_that_ends_by_itself_is_marked_once_and_pages_are_told(
    claire, jeanne, thread, browser_of
):
    cast.reply(claire, thread)
    claire.seats.update(ended_at=timezone.now() + timedelta(hours=1))
    assert mark_departures() == 0
    claire.seats.update(ended_at=timezone.now() - timedelta(seconds=1))
    thread.refresh_from_db()
    before = thread.seq
    assert (mark_departures(), mark_departures()) == (1, 0)
    news = changes(of_person(jeanne), thread.pk, before)
    assert all("ancien membre" in news.elements[f"post-{n}"] for n in (1, 2))
    assert "ancien membre" in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_a_successor_carries_on_open_questions_and_follows(
    claire, paul, jeanne, lucie, spaces, thread
):
    settled = cast.start(claire, spaces["network"], title="Une question déjà réglée ?")
    accept_answer(cast.reply(jeanne, settled), of_person(claire))
    answer = cast.reply(jeanne, thread)
    count = hand_over(ended(claire), paul.seats.get(), lucie)
    assert count == 1
    thread.refresh_from_db()
    assert (thread.author, thread.keeper.person) == (claire, paul)
    assert rules.may_accept(of_person(paul), thread)
    assert not rules.may_accept(of_person(claire), thread)
    accept_answer(answer, of_person(paul))
    assert Thread.objects.get(pk=settled.pk).keeper is None
    followed = Follow.objects.filter(person=paul).values_list("thread", flat=True)
    assert set(followed) == {thread.pk, settled.pk}
    assert Follow.objects.get(person=paul, thread=thread).read_number == 1  # Jeanne's is new.
    assert paul.seats.get().is_contact


def test_what_the_successor_may_not_see_stays_where_it_is(claire, paul, spaces, town):
    cast.join_group(claire)
    hidden = cast.start(claire, spaces["group"])
    assert hand_over(ended(claire), paul.seats.get(), claire) == 0
    assert Thread.objects.get(pk=hidden.pk).keeper is None
    assert not Follow.objects.filter(person=paul, thread=hidden).exists()


def test_the_right_of_a_successor_ends_with_their_own_seat(claire, paul, lucie, thread):
    hand_over(ended(claire), paul.seats.get(), lucie)
    thread.refresh_from_db()
    paul.seats.update(ended_at=timezone.now())
    assert not rules.may_accept(of_person(paul), thread)


def test_handing_over_is_for_the_organisation_once_and_after_the_end(
    claire, paul, jeanne, lucie, thread, make_person
):
    seat, next_seat = claire.seats.get(), paul.seats.get()
    for successor, by in [(next_seat, claire), (next_seat, lucie)]:
        with pytest.raises(PermissionDenied):  # Not over yet.
            hand_over(seat, successor, by)
    seat = ended(claire)
    for successor, by in [(jeanne.seats.get(), lucie), (seat, lucie), (next_seat, jeanne),
                          (next_seat, paul)]:  # fmt: skip
        with pytest.raises(PermissionDenied):
            hand_over(seat, successor, by)
    assert hand_over(seat, next_seat, lucie) == 1
    assert hand_over(seat, next_seat, lucie) == 0
    third = make_person("Tiers Élu")
    cast.seat_for(third, cast.AUTHORITIES, organisation=seat.organisation)
    with pytest.raises(PermissionDenied, match="déjà nommé"):
        hand_over(seat, third.seats.get(), lucie)


def test_who_was_put_out_names_nobody_and_who_never_sat_hands_nothing_over(
    claire, paul, lucie, make_person, town, browser_of
):
    end_seat(claire.seats.get(), lucie)
    page = reverse("succession", args=[claire.seats.get().pk])
    assert browser_of(claire).get(page).status_code == 404
    mina = make_person("Mina Passante")
    seat = cast.seat_for(mina, cast.AUTHORITIES, confirmed=False, organisation=town)
    end_seat(seat, mina)
    seat.refresh_from_db()
    assert browser_of(mina).get(reverse("succession", args=[seat.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        hand_over(seat, paul.seats.get(), mina)


def test_the_next_contact_is_named_by_who_leaves_only_where_none_is_left(
    claire, paul, town, make_person
):
    third = make_person("Tiers Contact")
    cast.seat_for(third, cast.AUTHORITIES, organisation=town)
    third.seats.update(is_contact=True)
    hand_over(ended(claire), paul.seats.get(), claire)
    assert not paul.seats.get().is_contact


def test_what_was_handed_over_is_no_longer_its_authors_to_decide(claire, paul, lucie, thread):
    seat = claire.seats.get()
    cast.seat_for(claire, cast.PROJECTS)
    end_seat(seat, claire)
    seat.refresh_from_db()
    hand_over(seat, paul.seats.get(), lucie)
    thread.refresh_from_db()
    assert of_person(claire).is_member
    assert not rules.may_accept(of_person(claire), thread)
    assert rules.may_accept(of_person(paul), thread)


def test_naming_a_successor_on_the_page(claire, paul, thread, browser_of):
    page = browser_of(claire)
    seat = claire.seats.get()
    assert page.get(reverse("succession", args=[seat.pk])).status_code == 404
    answer = page.post(reverse("end-seat", args=[seat.pk]), follow=True)
    assert "Qui prend la suite" in answer.text and "Paul Suivant" in answer.text
    address = reverse("succession", args=[seat.pk])
    assert page.post(address).status_code == 422
    answer = page.post(address, {"successor": paul.seats.get().pk}, follow=True)
    assert "1 question ouverte" in answer.text
    shown = browser_of(paul).get(thread.get_absolute_url()).text
    assert "question reprise par Paul Suivant" in shown
    assert "Vous prenez la suite de Claire" in browser_of(paul).get(reverse("inbox")).text


# Several seats


@pytest.fixture
def both(claire):
    """Claire's two seats: the authority's, and one in a project."""
    return claire.seats.get(), cast.seat_for(claire, cast.PROJECTS)


def test_one_chooses_for_whom_one_writes_and_the_post_says_so_for_ever(
    claire, both, thread, spaces, browser_of
):
    first, second = both
    page = browser_of(claire)
    shown = page.get(thread.get_absolute_url()).text
    assert "Vous écrivez pour" in shown
    address = reverse("replies", args=[thread.pk])
    sent = {"text": "Au nom du projet.", "key": "0" * 32, "seat": second.pk}
    assert page.post(address, sent).status_code == 302
    post = thread.posts.get(number=2)
    assert post.seat == second
    page.post(reverse("write-for"), {"seat": second.pk})
    assert of_person(claire).seat_id == second.pk
    end_seat(second, claire)
    assert of_person(claire).seat_id == first.pk
    assert second.organisation.name in page.get(thread.get_absolute_url()).text


def test_a_thread_may_be_begun_for_another_seat(claire, both, spaces, topics, browser_of):
    sent = {
        "kind": "question", "title": "Une question du projet ?", "text": "Dites-nous.",
        "topic": topics[0].slug, "space": spaces["network"].slug, "tags": "",
        "key": "1" * 32, "seat": both[1].pk,
    }  # fmt: skip
    assert browser_of(claire).post(reverse("new-thread"), sent).status_code == 302
    thread = Thread.objects.get()
    assert thread.seat == both[1] and thread.posts.get().seat == both[1]


def test_nobody_writes_for_a_seat_that_is_not_theirs(claire, both, jeanne, thread, browser_of):
    page, address = browser_of(claire), reverse("replies", args=[thread.pk])
    for seat in (jeanne.seats.get().pk, 9_999_999, "x"):
        sent = {"text": "Gardé là.", "key": "0" * 32, "seat": seat}
        answer = page.post(address, sent)
        assert answer.status_code == 422 and "Gardé là." in answer.text
    assert page.post(reverse("write-for"), {"seat": jeanne.seats.get().pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        of_person(claire).writing_for(jeanne.seats.get().pk)
    assert thread.posts.count() == 1


def test_who_has_one_seat_is_asked_nothing(claire, thread, browser_of):
    assert "Vous écrivez pour" not in browser_of(claire).get(thread.get_absolute_url()).text
    sent = {"text": "Simple.", "key": "0" * 32}
    answer = browser_of(claire).post(reverse("replies", args=[thread.pk]), sent)
    assert answer.status_code == 302
