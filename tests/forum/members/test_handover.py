"""What outlives a seat: authorship, open questions, follows; and whom one writes for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.base.dates import date_format
from accounts.organisations.actions import end_seat
from accounts.viewers.viewers import viewer_of_person
from forum.base import rules
from forum.conversation.questions.actions import accept_answer
from forum.members.handover.actions import hand_over
from forum.models import Follow, Thread
from tests import factories
from tests.forum.members.handover_helpers import ended

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene")]


def test_a_successor_carries_on_open_questions_and_follows(
    claire, paul, jeanne, lucie, spaces, thread
):
    settled = factories.start_thread(
        claire, spaces["network"], title="Une question déjà réglée ?"
    )
    accept_answer(factories.post_reply(jeanne, settled), viewer_of_person(claire))
    answer = factories.post_reply(jeanne, thread)
    count = hand_over(ended(claire), paul.seats.get(), lucie)
    assert count == 1
    thread.refresh_from_db()
    assert (thread.author, thread.assignee.person) == (claire, paul)
    assert rules.may_accept_answer(viewer_of_person(paul), thread)
    assert not rules.may_accept_answer(viewer_of_person(claire), thread)
    accept_answer(answer, viewer_of_person(paul))
    assert Thread.objects.get(pk=settled.pk).assignee is None
    followed = Follow.objects.filter(person=paul).values_list("thread", flat=True)
    assert set(followed) == {thread.pk, settled.pk}
    assert (
        Follow.objects.get(person=paul, thread=thread).last_read_number == 1
    )  # Jeanne's is new.
    assert paul.seats.get().is_contact


def test_what_the_successor_may_not_see_stays_where_it_is(claire, paul, spaces, town):
    factories.join_group(claire)
    hidden = factories.start_thread(claire, spaces["group"])
    assert hand_over(ended(claire), paul.seats.get(), claire) == 0
    assert Thread.objects.get(pk=hidden.pk).assignee is None
    assert not Follow.objects.filter(person=paul, thread=hidden).exists()


def test_the_right_of_a_successor_ends_with_their_own_seat(claire, paul, lucie, thread):
    hand_over(ended(claire), paul.seats.get(), lucie)
    thread.refresh_from_db()
    paul.seats.update(ended_at=timezone.now())
    assert not rules.may_accept_answer(viewer_of_person(paul), thread)


def test_handing_over_is_for_the_organisation_once_and_after_the_end(
    claire, paul, jeanne, lucie, thread, make_person
):
    seat, next_seat = claire.seats.get(), paul.seats.get()
    third = make_person("Tiers Élu")
    factories.create_seat(third, factories.AUTHORITIES, organisation=seat.organisation)
    for successor, by in [(next_seat, claire), (next_seat, lucie)]:
        with pytest.raises(PermissionDenied):  # Not over yet.
            hand_over(seat, successor, by)
    seat = ended(claire)
    for successor, by in [(jeanne.seats.get(), lucie), (seat, lucie), (next_seat, jeanne),
                          (next_seat, third)]:  # fmt: skip
        with pytest.raises(PermissionDenied):
            hand_over(seat, successor, by)
    assert hand_over(seat, next_seat, lucie) == 1
    assert hand_over(seat, next_seat, lucie) == 0
    with pytest.raises(PermissionDenied, match="déjà nommé"):
        hand_over(seat, third.seats.get(), claire)


def test_who_was_put_out_names_nobody_and_who_never_sat_hands_nothing_over(
    claire, paul, lucie, make_person, town, browser_of
):
    end_seat(claire.seats.get(), lucie)
    page = reverse("handover", args=[claire.seats.get().pk])
    assert browser_of(claire).get(page).status_code == 404
    mina = make_person("Mina Passante")
    seat = factories.create_seat(
        mina, factories.AUTHORITIES, confirmed=False, organisation=town
    )
    end_seat(seat, mina)
    seat.refresh_from_db()
    assert browser_of(mina).get(reverse("handover", args=[seat.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        hand_over(seat, paul.seats.get(), mina)


def test_the_next_contact_is_named_by_who_leaves_only_where_none_is_left(
    claire, paul, town, make_person
):
    third = make_person("Tiers Contact")
    factories.create_seat(third, factories.AUTHORITIES, organisation=town)
    third.seats.update(is_contact=True)
    hand_over(ended(claire), paul.seats.get(), claire)
    assert not paul.seats.get().is_contact


def test_what_was_handed_over_is_no_longer_its_authors_to_decide(claire, paul, lucie, thread):
    seat = claire.seats.get()
    factories.create_seat(claire, factories.PROJECTS)
    end_seat(seat, claire)
    seat.refresh_from_db()
    hand_over(seat, paul.seats.get(), lucie)
    thread.refresh_from_db()
    assert viewer_of_person(claire).is_member
    assert not rules.may_accept_answer(viewer_of_person(claire), thread)
    assert rules.may_accept_answer(viewer_of_person(paul), thread)


def test_naming_a_successor_on_the_page(claire, paul, thread, browser_of):
    page = browser_of(claire)
    seat = claire.seats.get()
    assert page.get(reverse("handover", args=[seat.pk])).status_code == 404
    answer = page.post(reverse("end-seat", args=[seat.pk]), follow=True)
    assert "Qui prend la suite" in answer.text and "Paul Suivant" in answer.text
    address = reverse("handover", args=[seat.pk])
    assert page.post(address).status_code == 422
    answer = page.post(address, {"successor": paul.seats.get().pk}, follow=True)
    assert "1 question ouverte" in answer.text
    shown = browser_of(paul).get(thread.get_absolute_url()).text
    assert "question reprise par Paul Suivant" in shown
    assert "Vous succédez à Claire" in browser_of(paul).get(reverse("inbox")).text


def test_who_leaves_on_the_day_that_was_said_names_a_successor(claire, paul, thread):
    claire.seats.update(ended_at=timezone.now())
    assert hand_over(claire.seats.get(), paul.seats.get(), claire) == 1


@pytest.mark.parametrize("fall", ["lapsed", "withdrawn", "suspended", "inactive"])
def test_who_cannot_act_takes_nothing_on_and_is_not_offered(
    fall, claire, paul, lucie, thread, browser_of
):
    if fall == "lapsed":
        paul.signatures.all().delete()
    elif fall == "withdrawn":
        paul.signatures.update(withdrawn_at=timezone.now())
    else:
        fallen = {"suspended_at": timezone.now()} if fall == "suspended" else {"is_active": 0}
        type(paul).objects.filter(pk=paul.pk).update(**fallen)
    seat = ended(claire)
    with pytest.raises(PermissionDenied):
        hand_over(seat, paul.seats.get(), lucie)
    address = reverse("handover", args=[seat.pk])
    assert "Paul Suivant" not in browser_of(lucie).get(address).text
    answer = browser_of(lucie).post(address, {"successor": paul.seats.get().pk})
    assert answer.status_code == 422
    assert Thread.objects.get().assignee is None


@pytest.fixture
def pia(make_person, town):
    """A third who sits in Claire's organisation."""
    person = make_person("Pia Relève")
    factories.create_seat(person, factories.AUTHORITIES, organisation=town)
    return person


def test_another_successor_takes_on_what_the_first_still_carries(
    claire, paul, pia, lucie, jeanne, thread, spaces, browser_of, make_person, town
):
    settled = factories.start_thread(
        claire, spaces["network"], title="Une autre question, réglée ?"
    )
    own = factories.start_thread(paul, spaces["network"], title="Une question de Paul ?")
    factories.create_seat(
        odile := make_person("Odile Partie"), factories.AUTHORITIES, organisation=town
    )
    others = factories.start_thread(odile, spaces["network"], title="Une question d’Odile ?")
    hand_over(ended(odile), paul.seats.get(), lucie)
    answer = factories.post_reply(jeanne, settled)
    seat, address = ended(claire), reverse("handover", args=[claire.seats.get().pk])
    hand_over(seat, paul.seats.get(), lucie)
    accept_answer(answer, viewer_of_person(paul))
    assert "Pia Relève" not in browser_of(claire).get(address).text  # Who left has named.
    page = browser_of(lucie)
    assert "nommer quelqu’un d’autre" in page.get(address).text
    answer = page.post(address, {"successor": pia.seats.get().pk}, follow=True)
    assert "1 question ouverte" in answer.text
    keepers = dict(Thread.objects.values_list("pk", "assignee__person"))
    kept_by_paul = {settled.pk: paul.pk, others.pk: paul.pk}
    assert keepers == {thread.pk: pia.pk, own.pk: None} | kept_by_paul
    assert "Vous succédez à" in browser_of(pia).get(reverse("inbox")).text
    assert "suite de Claire" not in browser_of(paul).get(reverse("inbox")).text


def test_what_came_down_a_line_of_successors_goes_on_down_it(
    claire, paul, pia, lucie, thread, make_person, town
):
    hand_over(ended(claire), paul.seats.get(), lucie)
    hand_over(ended(paul), pia.seats.get(), lucie)
    assert Thread.objects.get().assignee.person == pia
    last = make_person("Léa Dernière")
    factories.create_seat(last, factories.AUTHORITIES, organisation=town)
    assert hand_over(paul.seats.get(), last.seats.get(), lucie) == 1
    assert Thread.objects.get().assignee.person == last


def test_naming_the_same_again_passes_what_they_have_come_to_see(
    claire, paul, lucie, spaces, town
):
    factories.join_group(claire)
    factories.start_thread(claire, spaces["group"])
    seat = ended(claire)
    assert hand_over(seat, paul.seats.get(), lucie) == 0
    factories.join_group(paul)
    assert hand_over(seat, paul.seats.get(), lucie) == 1


def test_what_one_follows_and_how_far_one_has_read_stays_ones_own(
    claire, paul, lucie, jeanne, spaces, thread
):
    elsewhere = factories.start_thread(
        jeanne, spaces["network"], title="Un fil suivi pour autre chose ?"
    )
    Follow.objects.create(person=claire, thread=elsewhere)
    factories.post_reply(jeanne, thread)
    read = Follow.objects.filter(person=claire, thread=thread)
    seat = ended(claire)
    for number in (1, 2):  # Whether she has read Jeanne's reply or not.
        read.update(last_read_number=number)
        Follow.objects.filter(person=paul).delete()
        seat.successor = None
        seat.save()
        hand_over(seat, paul.seats.get(), lucie)

        followed = Follow.objects.filter(person=paul)
        assert [(it.thread_id, it.last_read_number) for it in followed] == [(thread.pk, 1)]


def test_who_ends_a_seat_that_waits_comes_back_where_they_were(make_person, town, browser_of):
    mina = make_person("Mina Passante")
    seat = factories.create_seat(
        mina, factories.AUTHORITIES, confirmed=False, organisation=town
    )
    answer = browser_of(mina).post(reverse("end-seat", args=[seat.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("account"), 302)]
    assert answer.status_code == 200 and "a pris fin" in answer.text


@pytest.mark.parametrize("day", ["2020-01-01", "3020-01-01", "demain"])
def test_a_day_that_will_not_do_is_said_beside_its_field_with_what_was_typed(
    claire, town, browser_of, day
):
    sent = {"day": day, "return_to": town.slug}
    answer = browser_of(claire).post(reverse("end-seat", args=[claire.seats.get().pk]), sent)
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert f'value="{day}"' in answer.text and f'value="{town.slug}"' in answer.text
    assert answer.context["form"].errors["day"][0] in answer.text
    assert claire.seats.get().ended_at is None


def test_the_day_that_stands_is_said(claire, lucie, browser_of):
    page, address = browser_of(claire), reverse("end-seat", args=[claire.seats.get().pk])
    days = [timezone.localdate() + timedelta(days=n) for n in (10, 50)]
    shown = [date_format(day, "j F Y") for day in days]
    answer = page.post(address, {"day": days[0].isoformat()}, follow=True)
    assert f"prendra fin le {shown[0]}" in answer.text
    answer = page.post(address, {"day": days[1].isoformat()}, follow=True)
    assert f"prend toujours fin le {shown[0]}" in answer.text and shown[1] not in answer.text
    answer = browser_of(lucie).post(address, {"day": days[1].isoformat()}, follow=True)
    assert f"prendra fin le {shown[1]}" in answer.text


def test_the_page_of_a_mandate_that_is_over_leads_on(claire, paul, lucie, browser_of):
    seat = ended(claire)
    address = reverse("end-seat", args=[seat.pk])
    for who in (claire, lucie):
        assert browser_of(who).get(address).url == reverse("handover", args=[seat.pk])
    refused = factories.create_seat(claire, factories.PROJECTS, confirmed=False)
    type(refused).objects.filter(pk=refused.pk).update(refused_at=timezone.now())
    address = reverse("end-seat", args=[refused.pk])
    assert browser_of(claire).post(address).url == reverse("account")
