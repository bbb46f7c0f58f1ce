"""Meetings of threads: who sets them, when and where, who registers, who waits."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.meetings import actions
from forum.conversation.meetings.forms import MeetingForm, initial_of
from forum.conversation.meetings.models import CANCEL_GRACE_PERIOD, Meeting, Registration
from forum.conversation.meetings.tasks import keep_meetings
from forum.models import Event, Thread
from tests.factories import AUTHORITIES, SUPPORT, break_glass, start_thread
from tests.forum.conversation.meeting_helpers import (
    CALL,
    PLACE,
    add_meeting,
    card,
    create_meeting,
    meeting_values,
    page_of,
    register,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

FORM = {"start": "14:00", "end": "16 h 30", "time_zone": "Europe/Paris", "place": PLACE}


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite de la chaufferie")


def add_url(thread):
    return reverse("add-meeting", args=[thread.pk])


def in_days(days):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def moments_of(form):
    """``(start, end)`` of what was typed; what is wrong with it where something is."""
    form = MeetingForm(FORM | form)
    if not form.is_valid():
        return form.errors
    values = form.cleaned_data["values"]
    return values.starts_at, values.ends_at


def plain(text):
    return text.replace("\u00a0", " ")


def placed(meeting):
    """The first names of those who have a place, and of those who wait, in order."""
    rows = Registration.objects.filter(meeting=meeting).order_by("registered_at", "pk")
    names = [(row.person.full_name.split()[0], row.placed_at) for row in rows]
    return [it for it, at in names if at], [it for it, at in names if not at]


def test_who_opened_the_thread_sets_one_and_all_register_at_its_head_without_a_script(
    thread, claire, jeanne, browser_of
):
    address = thread.get_absolute_url()
    assert "Prévoir une rencontre" in browser_of(claire).get(address).text
    assert "Prévoir une rencontre" not in browser_of(jeanne).get(address).text
    sent = FORM | {"day": in_days(9), "call_url": CALL, "max_people": "12"}
    answer = browser_of(claire).post(add_url(thread), sent, follow=True)
    assert "La rencontre est prévue." in answer.text
    meeting = Meeting.objects.get()
    assert answer.redirect_chain[-1][0] == meeting.get_absolute_url()
    said = card(browser_of(jeanne), thread)
    assert "14 h 00 – 16 h 30" in said and PLACE in said and "12 places" in said
    url = reverse("register-for-meeting", args=[meeting.pk])
    assert f'formaction="{url}"' in browser_of(jeanne).get(address).text

    answer = browser_of(jeanne).post(url, follow=True)

    assert answer.text.count("Votre inscription est faite.") == 1
    assert "1 personne inscrite" in card(browser_of(claire), thread)
    shown = '[data-if="registered"]{display:flex}'
    assert shown in browser_of(jeanne).get(address).text
    assert shown not in browser_of(claire).get(address).text


def test_animators_set_one_and_others_do_not_nor_where_one_only_reads(
    thread, claire, jeanne, lucie, spaces, browser_of, client
):
    assert browser_of(jeanne).get(add_url(thread)).status_code == 403
    with pytest.raises(Refused, match="Une rencontre est prévue par"):
        add_meeting(thread, jeanne)
    assert "next" in client.get(add_url(thread)).url
    add_meeting(thread, lucie)
    room = start_thread(claire, spaces[AUTHORITIES])
    break_glass(lucie, AUTHORITIES)
    with pytest.raises(Refused, match="Vous avez ouvert cette pièce"):
        add_meeting(room, lucie)
    Thread.objects.filter(pk=room.pk).update(is_locked=True)
    with pytest.raises(Refused, match="Ce fil est fermé"):
        add_meeting(room, claire)
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("day", "", "Choisissez un jour."),
        ("day", "2020-01-01", "Choisissez un jour à venir"),
        ("day", "2100-01-01", "Choisissez un jour à venir"),
        ("start", "le matin", "par exemple 14:30"),
        ("end", "13:00", "La fin vient après le début"),
        ("last_day", "2199-01-01", "La fin vient après le début"),
        ("time_zone", "Mars/Olympus", "Sélectionnez un choix valide"),
        ("place", "", "Dites où : un lieu"),
        ("place", "x" * 161, "161 caractères"),
        ("call_url", "ftp://exemple.fr", "commence par https://"),
        ("call_url", "javascript:alert(1)", "commence par https://"),
        ("max_people", "0", "de 1 à 10 000"),
        ("max_people", "beaucoup", "de 1 à 10 000"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    thread, claire, browser_of, field, value, said
):
    sent = FORM | {"day": in_days(9), field: value}
    answer = browser_of(claire).post(add_url(thread), sent)
    assert answer.status_code == 422
    assert said in answer.text.replace("\u00a0", " ")
    assert PLACE in answer.text or field == "place"
    assert not Meeting.objects.exists()


def test_sent_twice_it_is_one_and_another_date_leaves_the_next_at_the_head(
    thread, claire, jeanne, lucie, browser_of
):
    later = add_meeting(thread, claire, days=20)
    assert add_meeting(thread, claire, days=20) == later
    assert later.get_absolute_url() in browser_of(lucie).get(add_url(thread)).text
    meeting = add_meeting(thread, lucie)
    said = card(browser_of(claire), thread)
    assert plain(meeting.when) in said and "1 autre date" in said
    for one, other in (meeting, later), (later, meeting):
        assert other.when in browser_of(claire).get(one.get_absolute_url()).text
    mark = '[data-if="registered"]{display:flex}'
    for registered, is_shown in (later, False), (meeting, True):
        register(registered, jeanne)
        shown = browser_of(jeanne).get(thread.get_absolute_url()).text
        assert (mark in shown) == is_shown
        assert re.search(r'data-unless="registered"[^>]*>Voir la rencontre', shown)
    actions.cancel_meeting(meeting, viewer_of_person(claire))
    said = card(browser_of(claire), thread)
    assert plain(later.when) in said and "1 autre date" not in said


def test_who_keeps_the_thread_copies_one_for_another_date_by_one_press(
    thread, claire, jeanne, lucie, browser_of
):
    meeting = add_meeting(thread, claire, max_people=17)
    url = f"{add_url(thread)}?copier={meeting.pk}"
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert f'href="{url}"' in page
    for person, is_shown in (claire, True), (lucie, True), (jeanne, False):
        page = browser_of(person).get(thread.get_absolute_url()).text
        assert ('[data-if="keeper"]{display:flex}' in page) == is_shown
    form = browser_of(claire).get(url).text
    assert PLACE in form and f'value="{CALL}"' in form and 'value="17"' in form
    assert f"Copie d’une rencontre ({meeting.when})" in form
    assert "Copie d’une rencontre" not in browser_of(claire).get(add_url(thread)).text
    day = meeting.local_start
    assert f'value="{day:%H:%M}"' in form and f'value="{day:%Y-%m-%d}"' not in form
    for wrong in "x", "9" * 30, "0", "-1":
        assert browser_of(claire).get(f"{add_url(thread)}?copier={wrong}").status_code == 200


@pytest.mark.parametrize(
    ("rhythm", "day", "times", "days"),
    [
        ("", "2027-03-04", "", ["03-04"]),
        ("weekly", "2027-03-18", "3", ["03-18", "03-25", "04-01"]),
        ("monthly_by_weekday", "2027-09-02", "3", ["09-02", "10-07", "11-04"]),
        ("monthly_by_weekday", "2027-09-30", "3", ["09-30", "10-28", "11-25"]),
        ("monthly_by_date", "2027-10-31", "3", ["10-31", "11-30", "12-31"]),
    ],
)
def test_a_series_is_dates_of_one_thread_at_the_same_hour_of_its_place(
    thread, claire, browser_of, rhythm, day, times, days
):
    sent = FORM | {"day": day, "rhythm": rhythm, "times": times}
    told = "La rencontre est prévue."
    if times:
        told = f"Les {times} dates de la rencontre sont prévues."
    for _twice in range(2):
        assert told in browser_of(claire).post(add_url(thread), sent, follow=True).text
    meetings = list(Meeting.objects.order_by("starts_at"))
    assert [f"{it.local_start:%m-%d}" for it in meetings] == days
    assert {f"{it.local_start:%H:%M}-{it.local_end:%H:%M}" for it in meetings} == {
        "14:00-16:30"
    }


def test_twelve_are_to_come_at_most_of_which_one_may_be_left_out(thread, claire, browser_of):
    sent = FORM | {"day": in_days(9), "rhythm": "weekly"}
    for times in "", "1", "13", "beaucoup":
        answer = browser_of(claire).post(add_url(thread), sent | {"times": times})
        assert answer.status_code == 422 and "de 2 à 12" in answer.text
    browser_of(claire).post(add_url(thread), sent | {"times": "12"})
    answer = browser_of(claire).post(add_url(thread), FORM | {"day": in_days(8)})
    assert answer.status_code == 403 and "Douze rencontres au plus" in answer.text
    actions.cancel_meeting(Meeting.objects.order_by("pk")[3], viewer_of_person(claire))
    assert Meeting.objects.count() == 11
    assert "10 autres dates" in card(browser_of(claire), thread)


def test_a_place_that_is_given_back_goes_to_who_waits_longest_and_only_they_lose_none(
    thread, claire, jeanne, lucie, make_person, browser_of
):
    meeting, nora = add_meeting(thread, claire, max_people=1), make_person("Nora Pons", SUPPORT)
    register(meeting, jeanne, lucie, nora, jeanne)
    assert placed(meeting) == (["Jeanne"], ["Lucie", "Nora"])
    assert "liste d’attente" in page_of(browser_of(nora), meeting)
    assert "M’inscrire en liste d’attente" in card(browser_of(claire), thread)
    assert "complet 2 en attente" in card(browser_of(claire), thread)
    for _twice in range(2):
        browser_of(jeanne).post(reverse("withdraw-registration", args=[meeting.pk]))
    assert placed(meeting) == (["Lucie"], ["Nora"])
    register(meeting, jeanne)
    assert placed(meeting) == (["Lucie"], ["Nora", "Jeanne"])
    edit = actions.edit_meeting
    edit(meeting, viewer_of_person(claire), meeting_values(max_people=2))
    assert placed(meeting) == (["Lucie", "Nora"], ["Jeanne"])
    edit(meeting, viewer_of_person(claire), meeting_values(max_people=1))
    assert placed(meeting) == (["Lucie", "Nora"], ["Jeanne"])
    actions.withdraw(meeting, viewer_of_person(lucie))
    assert placed(meeting) == (["Nora"], ["Jeanne"])
    edit(meeting, viewer_of_person(claire), meeting_values())
    assert placed(meeting) == (["Nora", "Jeanne"], [])


def test_the_buttons_that_end_it_and_ones_own_place_come_after_the_way_back(
    thread, claire, browser_of
):
    meeting = add_meeting(thread, claire)
    register(meeting, claire)
    page = page_of(browser_of(claire), meeting)

    assert page.index("Revenir au fil") < page.index("Retirer mon inscription")
    assert page.index("Revenir au fil") < page.index("Annuler la rencontre")


def test_the_address_of_the_call_is_shown_to_who_has_a_place_and_to_who_keeps_it(
    thread, claire, jeanne, lucie, make_person, browser_of
):
    nora, odile = make_person("Nora Pons", SUPPORT), make_person("Odile Mas", SUPPORT)
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, nora)
    for person in claire, jeanne, lucie:
        assert CALL in page_of(browser_of(person), meeting)
    for person in nora, odile:
        said = page_of(browser_of(person), meeting)
        assert CALL not in said and "aux personnes inscrites" in said
    for person in claire, jeanne, nora, odile:
        assert CALL not in browser_of(person).get(thread.get_absolute_url()).text


def test_names_are_read_by_who_set_it_and_animators_alone(
    thread, claire, jeanne, lucie, make_person, browser_of
):
    nora = make_person("Nora Pons", SUPPORT)
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    for person, seen in (claire, 1), (lucie, 1), (jeanne, 1), (nora, 0):
        rows = Registration.objects.visible_to(viewer_of_person(person))
        assert rows.count() == seen
    for person in claire, lucie:
        assert "Jeanne Brunel" in page_of(browser_of(person), meeting)
    for person in jeanne, nora:
        assert "Personnes inscrites" not in page_of(browser_of(person), meeting)
    assert "Jeanne" not in card(browser_of(claire), thread)


def test_who_may_not_write_there_reads_why_they_do_not_register(
    claire, lucie, spaces, make_person, browser_of, client
):
    public = start_thread(claire, spaces["public"])
    meeting = add_meeting(public, claire)
    url = reverse("register-for-meeting", args=[meeting.pk])
    assert "Signez la charte pour vous inscrire." in page_of(client, meeting)
    assert "login" in client.post(url).url
    nobody = make_person("Noé Inscrit")
    answer = browser_of(nobody).post(url)
    assert answer.status_code == 403 and "Signez la charte" in answer.text
    room = start_thread(claire, spaces[AUTHORITIES])
    room_meeting = add_meeting(room, claire)
    break_glass(lucie, AUTHORITIES)
    assert "vous n’y écrivez pas" in page_of(browser_of(lucie), room_meeting)
    answer = browser_of(lucie).post(reverse("register-for-meeting", args=[room_meeting.pk]))
    assert answer.status_code == 403
    Thread.objects.filter(pk=public.pk).update(is_locked=True)
    register(meeting, claire)  # A locked thread takes no replies; one comes all the same.
    assert Registration.objects.count() == 1


def test_a_change_of_place_or_time_is_numbered_and_one_of_places_is_not(
    thread, claire, browser_of
):
    meeting = add_meeting(thread, claire)
    edit = reverse("edit-meeting", args=[meeting.pk])
    form = browser_of(claire).get(edit)
    assert PLACE in form.text and f'value="{CALL}"' in form.text
    sent = FORM | {"day": in_days(9), "place": "Mairie"}
    answer = browser_of(claire).post(edit, sent, follow=True)
    assert "La rencontre est modifiée." in answer.text
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.place) == (1, "Mairie") and meeting.changed_at
    browser_of(claire).post(edit, sent | {"max_people": "3"})
    browser_of(claire).post(edit, sent | {"max_people": "3"})
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.max_people) == (1, 3)


def test_what_an_animator_changes_and_cancels_is_in_the_log_and_what_its_owner_does_is_not(
    thread, claire, jeanne, lucie
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    values = meeting_values(place="Mairie")
    actions.edit_meeting(meeting, viewer_of_person(claire), values)
    assert not ModerationLogEntry.objects.exists()
    actions.edit_meeting(meeting, viewer_of_person(lucie), meeting_values())
    actions.cancel_meeting(meeting, viewer_of_person(lucie))
    entries = ModerationLogEntry.objects.order_by("pk").values_list("action", "person_id")
    assert list(entries) == [
        (LoggedAction.EDIT_MEETING, claire.pk), (LoggedAction.CANCEL_MEETING, claire.pk)
    ]  # fmt: skip


def test_cancelled_it_stays_at_the_head_but_just_set_for_nobody_it_leaves_nothing(
    thread, claire, jeanne, browser_of
):
    meeting = add_meeting(thread, claire)
    cancel = reverse("cancel-meeting", args=[meeting.pk])
    assert "il n’en restera rien" in browser_of(claire).get(cancel).text
    assert browser_of(jeanne).post(cancel).status_code == 403
    browser_of(claire).post(cancel)
    assert not Meeting.objects.exists() and card(browser_of(claire), thread) is None
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    cancel = reverse("cancel-meeting", args=[meeting.pk])
    assert "prévenues" in browser_of(claire).get(cancel).text
    Registration.objects.update(placed_at=None)
    assert "prévenues" in browser_of(claire).get(cancel).text
    browser_of(claire).post(cancel)
    said = card(browser_of(jeanne), thread)
    assert "rencontre annulée" in said and "M’inscrire" not in said
    edit = reverse("edit-meeting", args=[meeting.pk])
    assert browser_of(claire).get(edit).status_code == 403
    for again in (register, actions_of_withdrawing):
        with pytest.raises(Refused, match="Cette rencontre est annulée"):
            again(meeting, claire)


def test_one_that_was_there_for_a_while_stays_cancelled_though_nobody_registered(
    thread, claire, browser_of
):
    meeting = add_meeting(thread, claire)
    Meeting.objects.update(created_at=F("created_at") - CANCEL_GRACE_PERIOD)
    cancel = reverse("cancel-meeting", args=[meeting.pk])
    assert "dans les agendas, annulée" in browser_of(claire).get(cancel).text
    browser_of(claire).post(cancel)
    meeting.refresh_from_db()
    assert meeting.cancelled_at and meeting.sequence == 1
    assert "rencontre annulée" in card(browser_of(claire), thread)


def actions_of_withdrawing(meeting, person):
    actions.withdraw(meeting, viewer_of_person(person))


def test_the_worker_notes_what_is_over_once_and_open_pages_learn_of_it(
    thread, claire, jeanne, browser_of
):
    over = create_meeting(thread, days=-1)
    with pytest.raises(Refused, match="Cette rencontre a eu lieu"):
        register(over, jeanne)
    before = Event.objects.count()
    assert keep_meetings.call() == 1 and keep_meetings.call() == 0
    assert Event.objects.count() == before + 1
    assert "a eu lieu" in card(browser_of(jeanne), thread)
    coming = add_meeting(thread, claire)
    assert coming.when.replace("\u00a0", " ") in card(browser_of(jeanne), thread)


@pytest.mark.parametrize(
    ("form", "start", "end"),
    [
        # Clocks go forward on 28 March 2027, and back on 31 October 2027.
        ({"day": "2027-03-27"}, "2027-03-27T13:00", "2027-03-27T15:30"),
        ({"day": "2027-03-28"}, "2027-03-28T12:00", "2027-03-28T14:30"),
        (
            {"day": "2027-03-27", "last_day": "2027-03-28"},
            "2027-03-27T13:00",
            "2027-03-28T14:30",
        ),
        ({"day": "2027-10-31", "start": "01:00"}, "2027-10-30T23:00", "2027-10-31T15:30"),
        (
            {"day": "2027-03-28", "time_zone": "Indian/Reunion"},
            "2027-03-28T10:00",
            "2027-03-28T12:30",
        ),
    ],
)
def test_hours_are_those_of_its_place_on_days_when_clocks_change(form, start, end):
    moments = [datetime.fromisoformat(it).replace(tzinfo=UTC) for it in (start, end)]
    assert moments_of(form) == tuple(moments)


def test_an_hour_that_clocks_skip_is_refused():
    said = moments_of({"day": "2027-03-28", "start": "02:30"})
    assert "sautent cette heure" in str(said["start"])


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Cayenne", "Pacific/Noumea"])
def test_the_form_shows_what_it_was_given_and_pages_name_another_zone_in_both_languages(
    thread, claire, zone
):
    form = FORM | {"day": "2027-03-28", "last_day": "2027-03-29", "time_zone": zone}
    starts_at, ends_at = moments_of(form)
    meeting = create_meeting(thread, starts_at=starts_at, ends_at=ends_at, time_zone=zone)
    shown = initial_of(meeting)
    assert f"{shown['day']} {shown['start']}" == "2027-03-28 14:00:00"
    assert f"{shown['last_day']} {shown['end']}" == "2027-03-29 16:30:00"
    assert "du dimanche 28 mars 2027 à 14" in meeting.when
    assert ("heure locale" in meeting.when) == (zone != "Europe/Paris")
    with translation.override("en"):
        assert "Sunday 28 March 2027" in meeting.when and "14:00" in meeting.when
        assert "heure" not in meeting.when
