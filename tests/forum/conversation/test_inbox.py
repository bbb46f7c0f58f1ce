"""The inbox: what concerns oneself, while it is so, and nothing of others."""

from datetime import timedelta
from pkgutil import iter_modules

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.base.discovery import feature_modules
from accounts.base.prepared_statements import read_statement
from accounts.break_glass.actions import open_access
from accounts.models import CharterVersion, GroupEntry, WorkingGroup
from accounts.organisations.actions import refuse_seat
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.inbox import sources
from forum.conversation.inbox.queries import NOTIFICATION_SOURCES, notifications_of
from forum.conversation.inbox.waiting import waiting_for
from forum.conversation.menu.queries import menu_state_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reads(browser_of):
    """What someone's inbox says."""
    return lambda person: browser_of(person).get(reverse("inbox") + "?voir=tout").text


def test_a_version_to_sign_is_told_again_as_its_day_nears_and_no_more_once_signed(
    claire, charter, reads
):
    now = timezone.now()
    version = factories.create_charter(
        2, published_at=now - timedelta(days=9), binding_from=now + timedelta(days=1, hours=1)
    )
    told = reads(claire).count("attend votre signature")
    assert told == 3  # As it came, half-way, a week before; not yet the day before.
    CharterVersion.objects.filter(pk=version.pk).update(
        published_at=now, binding_from=now + timedelta(days=9)
    )
    assert reads(claire).count("attend votre signature") == 1
    factories.sign_charter(claire, claire.seats.get().organisation, version)
    assert "attend votre signature" not in reads(claire)


def test_a_refusal_is_told_with_its_reason_to_who_asked_and_to_nobody_else(
    make_person, lucie, jeanne, reads
):
    mona = make_person("Mona", factories.AUTHORITIES, confirmed=False)
    refuse_seat(mona.seats.get(), lucie, "Adresse inconnue.")
    assert "Adresse inconnue." in reads(mona)
    assert "Adresse inconnue." not in reads(jeanne) + reads(lucie)


def test_a_college_is_told_who_opened_its_room_and_why_and_the_others_are_not(
    claire, jeanne, lucie, spaces, reads
):
    room = spaces[factories.AUTHORITIES]
    open_access(lucie, room.college, "Un message signalé comme blessant.", 8)
    assert "Lucie Hoarau a ouvert la pièce" in reads(claire)
    assert "signalé comme blessant" in reads(claire)
    assert "signalé comme blessant" not in reads(jeanne)


def test_a_group_s_invitation_is_told_while_it_waits(claire, jeanne, lucie, spaces, reads):
    group = WorkingGroup.objects.get(slug="chaufferies")
    entry = GroupEntry.objects.create(
        group=group, person=claire, type="invitation", created_by=lucie,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    assert reverse("invitation", args=[entry.pk]) in reads(claire)
    assert group.name not in reads(jeanne)
    GroupEntry.objects.update(expires_at=timezone.now())
    assert reverse("invitation", args=[entry.pk]) not in reads(claire)


def test_a_group_that_one_has_left_is_told_no_more(claire, spaces, reads):
    group = WorkingGroup.objects.get(slug="chaufferies")
    GroupEntry.objects.create(
        group=group, person=claire, type="invitation", outcome="accepted",
        decided_at=timezone.now(),
    )  # fmt: skip
    place = factories.join_group(claire, group)
    assert "Vous êtes dans le groupe" in reads(claire)
    place.delete()
    assert "Vous êtes dans le groupe" not in reads(claire)


def test_why_a_group_refused_is_read_by_whom_it_was_said_to_on_both_pages(
    claire, jeanne, spaces, browser_of
):
    group = WorkingGroup.objects.get(slug="chaufferies")
    assert group.join_policy == "invitation"  # So Claire knows of it no more.
    GroupEntry.objects.create(
        group=group, person=claire, type="request", created_by=claire, outcome="refused",
        decided_at=timezone.now(), reason="Nous sommes dix.",
    )  # fmt: skip
    for listing in ("inbox", "groups"):
        assert "Nous sommes dix." in browser_of(claire).get(reverse(listing)).text
        assert "Nous sommes dix." not in browser_of(jeanne).get(reverse(listing)).text


def test_an_animator_is_told_who_asks_for_a_seat_or_how_many_until_they_are_decided(
    make_person, lucie, claire, reads
):
    one = make_person("Mona", factories.AUTHORITIES, confirmed=False)
    two = make_person("Anna", factories.AUTHORITIES, confirmed=False)
    assert "2 sièges attendent une décision" in reads(lucie)
    assert f'href="{reverse("seats")}"' in reads(lucie)
    refuse_seat(one.seats.get(), lucie, "Adresse inconnue.")
    asks = f"{two.full_name} demande un siège"
    assert asks in reads(lucie)
    refuse_seat(two.seats.get(), lucie, "Adresse inconnue.")
    assert asks not in reads(lucie) + reads(claire)


def version_of(person):
    """The version of someone's notifications, as every page reads it."""
    state = menu_state_of(viewer_of_person(person))
    return state.own_changes, state.shared_changes


def test_what_waits_is_told_once_however_often_one_is_reminded(
    claire, charter, spaces, viewer_of
):
    now = timezone.now()
    version = factories.create_charter(
        2, published_at=now - timedelta(days=9), binding_from=now + timedelta(days=1, hours=1)
    )
    (waiting,) = waiting_for(claire, viewer_of(claire), version_of(claire))
    assert waiting.url == reverse("charter")
    factories.sign_charter(claire, claire.seats.get().organisation, version)
    assert waiting_for(claire, viewer_of(claire), version_of(claire)) == []


def test_what_is_only_told_does_not_wait(make_person, lucie, spaces, viewer_of):
    mona = make_person("Mona", factories.AUTHORITIES, confirmed=False)
    refuse_seat(mona.seats.get(), lucie, "Adresse inconnue.")
    assert waiting_for(mona, viewer_of(mona), version_of(mona)) == []


def test_all_is_read_at_once(claire, browser_of):
    type(claire).objects.filter(pk=claire.pk).update(
        inbox_read_at=timezone.now() - timedelta(days=1)
    )
    page, address = browser_of(claire), reverse("inbox")
    shown = page.get(address)
    assert ">nouveau<" in shown.text
    assert "Tout marquer comme lu" in shown.text
    page.post(address, {"until": shown.context["until"]})
    assert ">nouveau<" not in page.get(address).text


def test_what_came_since_the_page_was_drawn_is_not_read(make_person, lucie, browser_of):
    mona = make_person("Mona", factories.AUTHORITIES, confirmed=False)
    page, address = browser_of(mona), reverse("inbox")
    drawn = page.get(address).context["until"]
    refuse_seat(mona.seats.get(), lucie, "Adresse inconnue.")
    page.post(address, {"until": drawn})
    assert ">nouveau<" in page.get(address).text
    page.post(address, {"until": page.get(address).context["until"]})
    page.post(address, {"until": drawn})  # Another tab, older.
    assert ">nouveau<" not in page.get(address).text


@pytest.mark.parametrize("sent", [{}, {"until": "x"}])
def test_a_moment_that_is_none_marks_nothing(claire, browser_of, sent):
    before = type(claire).objects.get(pk=claire.pk).inbox_read_at
    assert browser_of(claire).post(reverse("inbox"), sent).status_code == 400
    assert type(claire).objects.get(pk=claire.pk).inbox_read_at == before


def test_a_moment_to_come_reads_no_further_than_now(claire, browser_of):
    sent = {"until": (timezone.now() + timedelta(days=9)).isoformat()}
    browser_of(claire).post(reverse("inbox"), sent)
    assert type(claire).objects.get(pk=claire.pk).inbox_read_at <= timezone.now()


def test_a_seat_that_was_refused_did_not_end(make_person, lucie, reads):
    mona = make_person("Mona", factories.AUTHORITIES, confirmed=False)
    refuse_seat(mona.seats.get(), lucie, "Adresse inconnue.")
    mona.seats.update(ended_at=timezone.now())
    assert "a pris fin" not in reads(mona)


def test_a_mandate_that_ended_is_told(claire, reads):
    claire.seats.update(ended_at=timezone.now())
    assert "a pris fin" in reads(claire)


def test_each_module_of_sources_registers_one_at_least():
    modules = {f"{sources.__name__}.{module.name}" for module in iter_modules(sources.__path__)}
    modules |= set(feature_modules("forum", "notifications"))
    registered = {name.rpartition(".")[0] for name in NOTIFICATION_SOURCES}
    assert registered == modules


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only there are they read")
def test_the_statement_of_all_sources_is_read_once_by_whoever_asks(claire, lucie, viewer_of):
    for person in claire, lucie:  # Lucie animates: hers is another.
        notifications_of(person, viewer_of(person))
        before = read_statement.cache_info()
        with CaptureQueriesContext(connection) as asked:
            notifications_of(person, viewer_of(person))
        after = read_statement.cache_info()
        assert (after.hits - before.hits, after.misses) == (len(asked), before.misses)
