"""What outlives a seat: authorship, open questions, follows; and whom one writes for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.organisations.actions import cancel_seat_end, end_seat
from accounts.viewers.viewers import viewer_of_person
from forum import rules
from forum.events import Event, event_recorded
from forum.handover import actions
from forum.handover.actions import announce_departures, hand_over
from forum.models import Follow, Thread
from forum.questions.actions import accept_answer
from forum.threads.changes import thread_changes_since
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def paul(make_person, town):
    """Who sits in Claire's organisation too."""
    person = make_person("Paul Suivant")
    factories.create_seat(person, factories.AUTHORITIES, organisation=town)
    return person


def ended(person, at=None):
    seat = person.seats.get()
    end_seat(seat, person, at)
    seat.refresh_from_db()
    return seat


def test_who_left_is_named_a_former_member_beside_what_they_wrote(
    claire, jeanne, thread, town, browser_of
):
    factories.post_reply(jeanne, thread)
    page = browser_of(jeanne)
    assert "ancien membre" not in page.get(thread.get_absolute_url()).text
    browser_of(claire).post(reverse("end-seat", args=[claire.seats.get().pk]))
    text = page.get(thread.get_absolute_url()).text
    assert f"ancien membre de {town}" in text.replace("&#x27;", "'")
    assert text.count("ancien membre") == 1 and "Claire Le Bihan" in text


def test_a_mandate_that_ends_by_itself_is_marked_once_and_pages_are_told(
    claire, jeanne, thread, browser_of
):
    factories.post_reply(claire, thread)
    claire.seats.update(ended_at=timezone.now() + timedelta(hours=1))
    assert announce_departures() == 0
    claire.seats.update(ended_at=timezone.now())
    thread.refresh_from_db()
    before = thread.seq
    assert (announce_departures(), announce_departures()) == (1, 0)
    news = thread_changes_since(viewer_of_person(jeanne), thread.pk, before)
    assert all("ancien membre" in news.elements[f"post-{n}"] for n in (1, 2))
    assert "ancien membre" in browser_of(jeanne).get(thread.get_absolute_url()).text


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
    page = reverse("succession", args=[claire.seats.get().pk])
    assert browser_of(claire).get(page).status_code == 404
    mina = make_person("Mina Passante")
    seat = factories.create_seat(
        mina, factories.AUTHORITIES, confirmed=False, organisation=town
    )
    end_seat(seat, mina)
    seat.refresh_from_db()
    assert browser_of(mina).get(reverse("succession", args=[seat.pk])).status_code == 404
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
    address = reverse("succession", args=[seat.pk])
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
    seat, address = ended(claire), reverse("succession", args=[claire.seats.get().pk])
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
    assert "Vous prenez la suite" in browser_of(pia).get(reverse("inbox")).text
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


@pytest.mark.parametrize("fall", ["", "suspended", "lapsed"])
def test_follows_of_who_sits_elsewhere_stay_theirs_but_where_the_seat_wrote(
    fall, claire, paul, lucie, jeanne, spaces, thread
):
    elsewhere = factories.start_thread(
        jeanne, spaces["network"], title="Un fil suivi pour autre chose ?"
    )
    Follow.objects.create(person=claire, thread=elsewhere)
    seat = claire.seats.get()
    factories.create_seat(claire, factories.PROJECTS)
    if fall == "suspended":
        type(claire).objects.filter(pk=claire.pk).update(suspended_at=timezone.now())
    if fall == "lapsed":
        claire.signatures.all().delete()
    end_seat(seat, lucie)
    seat.refresh_from_db()
    hand_over(seat, paul.seats.get(), lucie)
    followed = Follow.objects.filter(person=paul).values_list("thread", flat=True)
    assert set(followed) == {thread.pk}


# Ending


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
    sent = {"day": day, "depuis": town.slug}
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
        assert browser_of(who).get(address).url == reverse("succession", args=[seat.pk])
    refused = factories.create_seat(claire, factories.PROJECTS, confirmed=False)
    type(refused).objects.filter(pk=refused.pk).update(refused_at=timezone.now())
    address = reverse("end-seat", args=[refused.pk])
    assert browser_of(claire).post(address).url == reverse("account")


# Former members


def test_a_page_says_who_is_a_former_member_before_anything_marked_it(
    claire, jeanne, thread, browser_of
):
    claire.seats.update(ended_at=timezone.now() + timedelta(days=1))
    page = browser_of(jeanne)
    assert "ancien membre" not in page.get(thread.get_absolute_url()).text  # And kept so.
    claire.seats.update(ended_at=timezone.now())
    assert "ancien membre" in page.get(thread.get_absolute_url()).text
    thread.refresh_from_db()
    before = thread.seq
    factories.post_reply(jeanne, thread)
    assert announce_departures()
    news = thread_changes_since(viewer_of_person(jeanne), thread.pk, before).elements
    shown = page.get(thread.get_absolute_url()).text
    assert all(html in shown for name, html in news.items() if name.startswith("post-"))
    assert "ancien membre" in news["post-1"]


@pytest.mark.django_db(transaction=True)  # What is announced is announced after a commit.
def test_who_wrote_much_is_told_of_in_several_short_runs(
    claire, jeanne, spaces, monkeypatch, django_assert_max_num_queries
):
    threads = [factories.start_thread(claire, spaces["network"]) for _n in range(3)]
    for thread in threads:
        factories.post_reply(claire, thread)
        factories.post_reply(claire, thread)
    claire.seats.update(ended_at=timezone.now())
    monkeypatch.setattr(actions, "_POST_BATCH", 4)
    told = []
    event_recorded.connect(hear := lambda event, **_: told.append((event.thread_id, event.seq)))
    for departed in (False, False, True):
        with django_assert_max_num_queries(12):
            assert announce_departures()
        assert (claire.seats.get().departed_at is not None) == departed
    event_recorded.disconnect(hear)
    assert not announce_departures()
    assert len(told) == 5  # A thread a run: two, two and one.
    for thread in threads:
        thread.refresh_from_db()
        log = list(Event.objects.filter(thread=thread).values_list("seq", "post__number"))
        assert [seq for seq, _number in log] == list(range(1, thread.seq + 1))
        assert sorted(number for _seq, number in log[-3:]) == [1, 2, 3]


def test_a_seat_that_wrote_little_is_done_with_beside_one_that_wrote_much(
    claire, jeanne, spaces, monkeypatch
):
    thread = factories.start_thread(claire, spaces["network"])
    for _n in range(3):
        factories.post_reply(jeanne, thread)
    claire.seats.update(ended_at=timezone.now())
    jeanne.seats.update(ended_at=timezone.now())
    monkeypatch.setattr(actions, "_POST_BATCH", 2)
    announce_departures()
    assert claire.seats.get().departed_at and not jeanne.seats.get().departed_at
    call_command("mark_departures")
    assert jeanne.seats.get().departed_at


# Several seats


@pytest.fixture
def both(claire):
    """Claire's two seats: the authority's, and one in a project."""
    return claire.seats.get(), factories.create_seat(claire, factories.PROJECTS)


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
    assert viewer_of_person(claire).seat_id == second.pk
    end_seat(second, claire)
    assert viewer_of_person(claire).seat_id == first.pk
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
        viewer_of_person(claire).with_seat(jeanne.seats.get().pk)
    assert thread.posts.count() == 1


def test_who_has_one_seat_is_asked_nothing(claire, thread, browser_of):
    assert "Vous écrivez pour" not in browser_of(claire).get(thread.get_absolute_url()).text
    sent = {"text": "Simple.", "key": "0" * 32}
    answer = browser_of(claire).post(reverse("replies", args=[thread.pk]), sent)
    assert answer.status_code == 302


def test_an_end_to_come_is_shown_and_can_be_taken_back(claire, paul, town, browser_of):
    seat, client = paul.seats.get(), browser_of(paul)
    address, day = reverse("end-seat", args=[seat.pk]), timezone.localdate() + timedelta(days=9)
    client.post(address, {"day": day.isoformat()})
    for page in (reverse("account"), address):
        assert f'value="{day.isoformat()}"' in client.get(page).text
    answer = client.post(address, {"day": day.isoformat(), "annuler": "1"}, follow=True)

    assert "n’a plus de date de fin" in answer.text
    seat.refresh_from_db()
    assert (seat.ended_at, seat.ended_by) == (None, None)


def test_an_end_that_the_organisation_has_set_is_not_its_holder_s_to_take_back(
    claire, paul, town, browser_of
):
    seat = paul.seats.get()
    end_seat(seat, claire, timezone.now() + timedelta(days=9))
    address = reverse("end-seat", args=[seat.pk])

    assert 'name="annuler"' not in browser_of(paul).get(address).text
    with pytest.raises(PermissionDenied):
        cancel_seat_end(seat, paul)
    assert 'name="annuler"' in browser_of(claire).get(address).text
    assert cancel_seat_end(seat, claire).ended_at is None


def test_an_end_that_has_come_is_not_taken_back(claire, paul, lucie):
    with pytest.raises(PermissionDenied):
        cancel_seat_end(ended(paul), lucie)


def test_who_alone_sits_for_an_organisation_is_asked_to_invite_someone_first(
    claire, town, make_person, browser_of
):
    words = "Vous êtes la seule personne à siéger"
    assert words in browser_of(claire).get(reverse("account")).text
    factories.create_seat(make_person("Paul Suivant"), factories.AUTHORITIES, organisation=town)
    assert words not in browser_of(claire).get(reverse("account")).text


def test_whoever_decides_without_being_named_finds_the_way_from_their_account(
    claire, paul, town, browser_of
):
    way = reverse("organisation-seats", args=[town.slug])
    assert way not in browser_of(paul).get(reverse("account")).text
    end_seat(claire.seats.get(), claire)
    assert way in browser_of(paul).get(reverse("account")).text
