"""What waits is counted on every page, as the inbox and the animators' dashboard show it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.inbox_watch import inbox_watches
from accounts.break_glass.actions import open_access
from accounts.models import EmailDomain, GroupEntry, Organisation, Seat, User, WorkingGroup
from accounts.organisations.actions import confirm_seat, refuse_seat
from forum.conversation.inbox import queries, unread
from forum.conversation.inbox.actions import _SHARED_CHANGES_KEPT
from forum.conversation.inbox.models import EVERYBODY, NotificationChange
from forum.conversation.inbox.notification import (
    NOTIFICATION_SOURCES,
    Notification,
    NotificationSource,
)
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.inbox.tasks import delete_old_changes
from forum.conversation.inbox.triggers import triggers
from forum.conversation.inbox.unread import count_notifications, uncounted
from forum.conversation.menu.queries import site_menu, waiting_counts
from forum.moderation import actions as moderation
from tests import factories
from tests.forum.conversation.follow_helpers import badge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def counted(browser_of, viewer_of):
    """How many notifications are new for someone: the same in the menu, the inbox and live."""

    def count(person):
        page = browser_of(person).get(reverse("inbox"))
        shown = page.text.count(">nouveau<")
        viewer = viewer_of(person)
        assert page.context["menu"].unread_notifications == shown
        assert site_menu(viewer).unread_notifications == shown
        count_notifications(viewer)
        assert waiting_counts([viewer])[person.pk]["badge"] == page.context["menu"].waiting
        return shown

    return count


def test_a_seat_that_is_asked_for_and_decided_is_counted_for_whom_it_concerns(
    make_person, claire, jeanne, lucie, town, counted
):
    assert [counted(one) for one in (claire, jeanne)] == [0, 0]
    mona = factories.create_person("Mona")
    factories.create_seat(mona, factories.AUTHORITIES, confirmed=False, organisation=town)
    assert [counted(one) for one in (mona, claire, jeanne)] == [0, 1, 0]
    refuse_seat(mona.seats.get(), lucie, "Adresse inconnue.")
    assert [counted(one) for one in (mona, claire, jeanne)] == [1, 0, 0]


@pytest.mark.deep
def test_what_a_charter_a_domain_a_group_and_an_opened_room_bring_is_counted(
    claire, jeanne, lucie, town, spaces, counted
):
    group = WorkingGroup.objects.get(slug="chaufferies")
    assert counted(claire) == 0
    version = factories.create_charter(
        2, published_at=timezone.now(), binding_from=timezone.now() + timedelta(days=9)
    )
    assert counted(claire) == 1
    factories.sign_charter(claire, town, version)
    assert counted(claire) == 0
    domain = EmailDomain.objects.create(organisation=town, domain="mairie.example")
    assert counted(claire) == 0
    EmailDomain.objects.filter(pk=domain.pk).update(verified_at=timezone.now())
    assert counted(claire) == 1
    entry = GroupEntry.objects.create(
        group=group, person=claire, type="invitation", created_by=lucie,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    assert counted(claire) == 2
    entry.delete()
    assert counted(claire) == 1
    WorkingGroup.objects.filter(pk=group.pk).update(contact=claire)
    factories.join_group(claire, group)
    GroupEntry.objects.create(group=group, person=jeanne, type="request")
    assert counted(claire) == 2
    open_access(lucie, spaces[factories.AUTHORITIES].college, "Un message signalé.", 8)
    assert counted(claire) == 3


def test_what_is_to_come_is_counted_once_it_has(claire, town, counted, monkeypatch):
    now = timezone.now()
    factories.create_charter(2, published_at=now, binding_from=now + timedelta(days=30))
    assert counted(claire) == 1
    User.objects.filter(pk=claire.pk).update(inbox_read_at=timezone.now())
    assert counted(claire) == 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=59))
    assert counted(claire) == 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=16))
    assert counted(claire) == 1


def test_the_author_of_a_hidden_post_is_told_why_and_that_it_is_shown_again(
    claire, jeanne, lucie, thread, viewer_of, browser_of, counted
):
    post = factories.post_reply(jeanne, thread)
    moderation.hide_post(post, viewer_of(lucie), "Nomme un foyer.")
    inbox = browser_of(jeanne).get(reverse("inbox")).text
    assert "est masqué : Nomme un foyer." in inbox and thread.title in inbox
    assert reverse("hidden-post", args=[post.pk]) in inbox
    assert [counted(one) for one in (jeanne, claire, lucie)] == [1, 0, 0]
    assert "Nomme un foyer." not in browser_of(claire).get(reverse("inbox")).text
    assert "Nomme un foyer." not in browser_of(lucie).get(reverse("inbox")).text

    browser_of(jeanne).post(reverse("inbox"), {"until": timezone.now().isoformat()})
    assert counted(jeanne) == 0
    moderation.restore_post(post, viewer_of(lucie))
    inbox = browser_of(jeanne).get(reverse("inbox")).text
    assert "est de nouveau visible" in inbox and "masqué" not in inbox
    assert counted(jeanne) == 1


def test_a_hidden_post_that_its_author_no_longer_reads_is_not_told(
    jeanne, lucie, spaces, viewer_of, counted, browser_of
):
    thread = factories.start_thread(jeanne, spaces["network"])
    post = factories.post_reply(jeanne, thread)
    moderation.hide_post(post, viewer_of(lucie), "Nomme un foyer.")
    assert counted(jeanne) == 1
    factories.move_thread(thread, viewer_of(lucie), spaces[factories.SUPPORT])
    assert counted(jeanne) == 1  # That the thread is lost to her.
    inbox = browser_of(jeanne).get(reverse("inbox")).text
    assert "vous ne le lisez plus" in inbox and "masqué" not in inbox


def test_the_bell_rings_for_follows_and_the_inbox_together_with_one_number(
    claire, jeanne, lucie, thread, viewer_of, browser_of
):
    own = factories.post_reply(claire, thread)
    moderation.hide_post(own, viewer_of(lucie), "Hors sujet.")
    factories.post_reply(jeanne, thread)
    client = browser_of(claire)
    for address in ("/", "/compte/", reverse("follows"), reverse("inbox"), "/nulle-part/"):
        assert badge(client.get(address)) == "2 nouveautés vous attendent", address
    assert waiting_counts([viewer_of(claire)])[claire.pk] == {"badge": 2}
    assert badge(client.get(thread.get_absolute_url())) == "1 nouveauté vous attend"


def test_the_bell_opens_the_inbox_where_all_that_it_counts_is(
    claire, jeanne, lucie, thread, viewer_of, browser_of
):
    own = factories.post_reply(claire, thread)
    moderation.hide_post(own, viewer_of(lucie), "Hors sujet.")
    factories.post_reply(jeanne, thread)
    browser = browser_of(claire)
    text = browser.get("/").text
    assert re.search(r'class="button quiet bell" href="([^"]*)"', text)[1] == reverse("inbox")

    inbox = browser.get(reverse("inbox")).text
    assert "1 nouvelle réponse" in inbox and "est masqué" in inbox


def test_animators_see_how_much_waits_at_their_dashboard_and_others_do_not(
    make_person, claire, lucie, browser_of
):
    def decisions(person):
        return browser_of(person).get("/").context["menu"].decisions

    assert decisions(lucie) == 0
    seat = make_person("Mona", factories.AUTHORITIES, confirmed=False).seats.get()
    make_person("Nils", factories.AUTHORITIES, confirmed=False)
    EmailDomain.objects.create(organisation=seat.organisation, domain="mairie.example")
    assert [decisions(one) for one in (lucie, claire)] == [3, 0]
    assert "3 décisions attendent l’animation" in browser_of(lucie).get("/").text
    assert "attendent l’animation" not in browser_of(claire).get("/").text
    confirm_seat(seat, lucie)
    EmailDomain.objects.update(refused_at=timezone.now())
    assert decisions(lucie) == 1
    candidate = make_person("Olga", factories.AUTHORITIES).seats.get().organisation
    Organisation.objects.filter(pk=candidate.pk).update(admitted_at=None, needs_sponsors=True)
    assert decisions(lucie) == 2
    Organisation.objects.filter(pk=candidate.pk).update(admitted_at=timezone.now())
    Seat.objects.filter(confirmed_at=None).update(person=lucie)  # Not one's own to decide.
    assert decisions(lucie) == 0


def test_the_count_costs_no_query_while_nothing_changes(
    claire, viewer_of, django_assert_num_queries
):
    viewer = viewer_of(claire)
    site_menu(viewer)
    with django_assert_num_queries(1):
        site_menu(viewer)
    mona = factories.create_person("Mona", factories.AUTHORITIES)
    mona.seats.update(ended_at=timezone.now())
    with django_assert_num_queries(1):  # What concerns others is not looked for again.
        site_menu(viewer)


def test_however_many_sources_there_are_one_statement_asks_them(
    claire, viewer_of, django_assert_num_queries
):
    def find(person, _viewer, people):
        assert people == [person]
        yield Notification(timezone.now(), "Une de plus.", "/")

    def texts_of(sources):
        found = queries.found_by(sources, queries.statement_of(sources), claire, viewer)
        return [one.text for one in found]

    viewer = viewer_of(claire)
    sources = [it for it in NOTIFICATION_SOURCES.values() if it.queries]
    own = CompiledQuery(lambda person_id: User.objects.filter(pk=person_id), "person_id")
    more = NotificationSource(find, (own,), may_wait=False)
    with django_assert_num_queries(1):
        before = texts_of(sources)
    with django_assert_num_queries(1):
        assert texts_of([*sources, more]) == [*before, "Une de plus."]
    assert len(sources) > 35


def test_who_is_not_counted_yet_is_left_out_until_their_notifications_are_found(
    make_person, viewer_of
):
    viewers = [viewer_of(make_person(f"Membre {n}", factories.AUTHORITIES)) for n in range(3)]
    assert waiting_counts(viewers) == {} and uncounted(viewers) == viewers
    count_notifications(viewers[1])
    assert waiting_counts(viewers).keys() == {viewers[1].person_id}
    assert uncounted(viewers) == [viewers[0], viewers[2]]


def test_counts_are_looked_for_again_after_a_while(claire, viewer_of, monkeypatch):
    viewer = viewer_of(claire)
    site_menu(viewer)
    later = timezone.now() + unread._MAX_AGE
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    found = []
    monkeypatch.setattr(unread, "find_notifications", lambda *who: found.append(who) or [])
    site_menu(viewer)
    assert found


def test_old_changes_are_forgotten_when_an_inbox_is_read(claire, browser_of):
    NotificationChange.objects.bulk_create(
        NotificationChange(person_id=EVERYBODY, token=n) for n in range(300)
    )
    page = browser_of(claire)
    page.post(reverse("inbox"), {"until": page.get(reverse("inbox")).context["until"]})
    kept = NotificationChange.objects.filter(person_id=EVERYBODY)
    assert kept.count() == _SHARED_CHANGES_KEPT + 1
    assert max(kept.values_list("token", flat=True)) == 299
    assert NotificationChange.objects.filter(person_id=claire.pk).count() == 1


def test_a_night_leaves_few_changes_a_person_and_the_same_counts(claire, jeanne, counted):
    NotificationChange.objects.bulk_create(
        NotificationChange(person_id=pk, token=n)
        for pk in (claire.pk, EVERYBODY)
        for n in range(60)
    )
    before = counted(claire), counted(jeanne)
    delete_old_changes.call()

    for pk in (claire.pk, EVERYBODY):
        kept = NotificationChange.objects.filter(person_id=pk)
        assert 0 < kept.count() <= 20
        assert max(kept.values_list("token", flat=True)) >= 59
    assert (counted(claire), counted(jeanne)) == before


#: Read by sources for names, or for what is part of the viewer, whose change counts anew.
NAMES_AND_RIGHTS = {
    "accounts_territory",
    "accounts_college", "accounts_user", "accounts_groupmembership", "forum_space",
    "accounts_signedversion", "accounts_organisation_territories", "mfa_authenticator",
    "forum_moderationreason",
}  # fmt: skip


def test_the_bell_is_told_of_every_table_that_notifications_are_found_in(
    claire, lucie, town, spaces, settings, viewer_of, thread
):
    settings.FORUM_ADMISSION = "sponsored"
    factories.join_group(claire)
    with CaptureQueriesContext(connection) as captured:
        notifications_of(claire, viewer_of(claire))
    read = {
        table
        for query in captured
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    told = {trigger.event.rpartition(" ON ")[2] for trigger in triggers(connection)}
    assert len(read) > 10
    assert read - told - NAMES_AND_RIGHTS == set()


#: Their notifications are the same wherever the post is.
NOT_OF_POSTS = {"HeldEdit", "Measure", "Report", "Revision", "StoredFile"}


def test_the_bell_is_told_where_a_post_that_a_row_is_about_changes_its_readers():
    watches = [(model, watch) for model, watch in inbox_watches() if hasattr(model, "post")]
    followed = {model.__name__ for model, watch in watches if watch.of == "post"}
    assert {model.__name__ for model, _watch in watches} - followed == NOT_OF_POSTS
