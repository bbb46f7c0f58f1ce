"""The demonstration: whole, in order, and an open door nowhere else."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db.models import F
from django.urls import include, path, reverse
from django.utils import timezone

from accounts.models import Organisation, Seat, Signature, Territory, User, WorkingGroup
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from forum import urls
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.consent_rounds.models import ConsentRound, RoundPosition
from forum.conversation.follows.unread import unread_counts
from forum.conversation.meetings.models import Meeting
from forum.conversation.polls.models import Poll, PollVote
from forum.library.sheets.models import ExperienceSheet
from forum.models import Follow, Post, Space, Thread
from forum.site.demo.loading import load_demo
from forum.site.demo.people import PASSWORD, demo_users
from forum.site.demo.queries import accounts_by_college
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, create_person
from tests.forum.conversation.poll_helpers import card
from tests.forum.finding.search_helpers import found
from tests.forum.thread_invariants import check_all_threads
from tests.scenes import open_scene

#: The site's addresses with the demonstration on, whatever the settings were at import.
urlpatterns = [*urls.urlpatterns, path("demonstration/", include("forum.site.demo.urls"))]
handler404 = urls.handler404
on = pytest.mark.urls(__name__)


@pytest.fixture(scope="module")
def _demonstration(django_db_setup, django_db_blocker):
    """The demonstration, loaded once for all tests here."""
    with open_scene(django_db_blocker, load_demo) as is_new:
        assert is_new
        yield


@pytest.fixture
def loaded(_demonstration, db):
    """The demonstration, as it was loaded."""


@pytest.fixture
def demo(loaded, settings):
    settings.FORUM_DEMO = True


def person(words):
    return User.objects.get(full_name=words)


def test_every_thread_is_in_good_order(loaded):
    check_all_threads()


def test_all_that_was_written_is_there(loaded):
    assert Organisation.objects.count() == 22
    assert demo_users().count() == User.objects.count() == 30
    assert (Thread.objects.count(), Post.objects.count()) == (51, 46 + 132 + 4 + 4)
    audiences = Thread.objects.values_list("space__audience", flat=True)
    assert [sorted(audiences).count(one) for one in ("public", "network", "college")] == [
        9, 31, 10,
    ]  # fmt: skip
    assert Thread.objects.exclude(accepted=None).count() == 24
    assert Thread.objects.exclude(settled_at=None).count() == 1


def test_all_follow_what_they_wrote_in_and_most_have_something_to_read(loaded):
    wrote = {}
    for post in Post.objects.order_by("number"):
        wrote[post.author_id, post.thread_id] = post.number
    follows = Follow.objects.select_related("thread")
    for one in ThreadAddressee.objects.exclude(person=None):
        wrote[one.person_id, one.thread_id] = 1  # It follows what is put to one, as if read.

    assert wrote.keys() == {(one.person_id, one.thread_id) for one in follows}
    for one in follows:
        own = wrote[one.person_id, one.thread_id]
        assert own <= one.last_read_number <= one.thread.post_count
    told = unread_counts([viewer_of_person(one) for one in demo_users()])
    assert sum(count > 0 for count in told.values()) > len(told) / 2
    assert told[person("Lucie Hoarau").pk] > 0 and max(told.values()) < 10


def test_a_question_is_put_to_somebody_whose_inbox_asks_for_an_answer(loaded, browser_of):
    asked = ThreadAddressee.objects.get(person__isnull=False)
    page = browser_of(asked.person)
    assert asked.thread.accepted is None and asked.person.full_name == "Nadia Kerambrun"
    assert "vous demande" in page.get("/avis/?voir=tout").text
    assert "interrogés" in page.get(asked.thread.get_absolute_url()).text


def test_it_has_a_question_that_is_put_to_several_passed_on_declined_and_shared(
    loaded, browser_of
):
    thread = Thread.objects.get(same_question_count=3)
    head = browser_of(person("Nadia Kerambrun")).get(thread.get_absolute_url()).text
    for words in ("2 ont répondu", "1 a transmis", "1 «\N{NO-BREAK SPACE}pas nous"):
        assert words in head
    assert "3 territoires se posent la même question" in head


def test_it_has_a_question_that_was_settled_otherwise_as_who_asked_says(loaded, browser_of):
    thread = Thread.objects.get(settled_at__isnull=False)
    page = browser_of(person("Nadia Kerambrun")).get(thread.get_absolute_url()).text
    assert "Résolue autrement" in page and "une seule intercommunalité" in page
    assert thread.created_at < thread.settled_at < timezone.now()
    assert thread.page_settlement.person == thread.author


def test_it_has_an_open_poll_and_one_that_was_closed_with_what_it_gave(loaded, browser_of):
    plain = Poll.objects.filter(starts=[], voter_kind="")
    open_poll, closed_poll = plain.open_first()
    assert open_poll.takes_votes and open_poll.votes.count() == 9
    assert open_poll.created_at < timezone.now() > closed_poll.closed_at
    for poll in open_poll, closed_poll:
        said = card(browser_of(person("Nadia Kerambrun")), poll.thread)
        assert poll.question.replace("\u202f", " ") in said
        assert found(viewer_of_person(person("Nadia Kerambrun")), poll.question)[:1] == [
            poll.thread_id
        ]
    assert "La chaufferie bois et sa plateforme 4 voix, 31 %" in said
    for vote in PollVote.objects.select_related("poll"):
        assert {1, 2, 3} >= {*vote.chosen} and vote.voted_at < timezone.now()


def test_it_has_a_date_poll_that_became_a_meeting(loaded, browser_of):
    poll = Poll.objects.exclude(starts=[]).get()
    (best,) = [it.date for it in poll.choice_results if it.is_best]
    meeting = poll.thread.meetings.get()
    assert (meeting.starts_at, meeting.ends_at) == (best.starts_at, best.ends_at)
    assert poll.closed_at < meeting.created_at
    page = browser_of(person("Nadia Kerambrun")).get(poll.get_absolute_url()).text
    assert poll.question.replace("\u202f", " ") in page


def test_it_has_a_counted_secret_ballot_with_its_minutes_among_decisions(loaded, browser_of):
    poll = Poll.objects.get(is_secret=True)
    assert poll.voters.filter(has_voted=True).count() == poll.ballots.count() == 8
    assert poll.created_at < poll.closed_at == poll.written_minutes.decided_at
    browser = browser_of(person("Nadia Kerambrun"))
    page = browser.get(poll.get_absolute_url()).text
    assert poll.written_minutes.digest in page and "rien n’y a changé depuis" in page
    assert poll.get_absolute_url() in browser.get(reverse("decisions")).text


def test_it_has_a_vote_with_names_and_its_minutes_among_decisions(loaded, browser_of):
    poll = Poll.objects.exclude(voter_kind="").get(is_named=True)
    votes = poll.votes.select_related("voter")
    voted = {vote.voter.pk for vote in votes if vote.voter.has_voted}
    assert poll.voters.filter(has_voted=True).count() == len(voted) == len(votes) == 13
    assert poll.author == person("Lucie Hoarau")
    assert {vote.voter.college.slug for vote in votes} == {PROJECTS, AUTHORITIES, SUPPORT}
    for vote in votes:
        assert poll.created_at < vote.voted_at < poll.closed_at
    browser = browser_of(person("Nadia Kerambrun"))
    page = browser.get(poll.get_absolute_url()).text
    assert "Une douzaine, qui déclenchent une décision\N{NO-BREAK SPACE}» est retenu" in page
    assert "Laurent Delpuech" in page and "rien n’y a changé depuis" in page
    assert poll.get_absolute_url() in browser.get(reverse("decisions")).text


def test_it_has_an_open_consent_round_and_a_decided_one_with_its_minutes(loaded, browser_of):
    open_round, decided = ConsentRound.objects.with_counts().open_first()
    assert open_round.takes_votes and open_round.answer_count == 2
    page = browser_of(person("Nadia Kerambrun")).get(decided.get_absolute_url()).text
    assert decided.outcome_text in page and "rien n’y a changé depuis" in page
    assert (
        browser_of(person("Nadia Kerambrun"))
        .get(reverse("decisions"))
        .text.count(decided.get_absolute_url())
    )
    for moment in decided.positions.values_list("taken_at", flat=True):
        assert decided.created_at < moment < decided.closed_at < decided.decided_at
    for position in RoundPosition.objects.all():
        assert position.taken_at < timezone.now()


def test_it_has_meetings_to_come_that_members_have_places_in(loaded, browser_of):
    page = browser_of(person("Nadia Kerambrun")).get(reverse("meetings")).text
    meetings = Meeting.objects.with_counts().order_by("starts_at")
    assert [meeting.going_count for meeting in meetings] == [7, 3, 5]
    for meeting in meetings:
        assert meeting.created_at < timezone.now() < meeting.starts_at < meeting.ends_at
        assert timezone.localtime(meeting.starts_at).weekday() < 5
        assert meeting.get_absolute_url() in page
        assert "visio.demo.invalid" not in page
    guest = browser_of(None).get(reverse("meetings")).text
    assert [it.get_absolute_url() in guest for it in meetings] == [False, False, True]


def test_it_loads_once(loaded):
    before = list(Post.objects.values_list("pk", "created_at"))

    assert not load_demo()

    assert list(Post.objects.values_list("pk", "created_at")) == before


def test_announcements_come_from_an_animator(loaded):
    assert set(
        Thread.objects.filter(kind="announcement").values_list("author__full_name", flat=True)
    ) == {"Lucie Hoarau"}


def test_no_invented_organisation_claims_a_real_territory(loaded):
    names = set(Organisation.objects.filter(college__slug=AUTHORITIES).values_list("name"))

    invented = Territory.objects.filter(siren=None)
    assert set(invented.values_list("name")) == names
    assert not Organisation.objects.exclude(territories__siren=None).exists()
    for territory in invented:
        assert [one.name for one in territory.organisations.all()] == [territory.name]


def test_its_territories_have_the_population_that_sheets_give(loaded):
    sheets = ExperienceSheet.objects.exclude(territory=None)

    assert sheets.filter(population=F("territory__population")).count() == sheets.count() > 3


def test_addresses_are_ascii_verified_and_lead_nowhere(loaded):
    for one in demo_users():
        assert one.email.isascii() and one.email.endswith(".demo.invalid")
        address = EmailAddress.objects.get(user=one)
        assert (address.email, address.verified, address.primary) == (one.email, True, True)
        assert one.check_password(PASSWORD)


def test_each_standing_has_someone(loaded, settings):
    settings.FORUM_SECOND_FACTOR = False  # As in the demonstration.
    standing = {one.full_name: viewer_of_person(one).level for one in demo_users()}

    assert standing.pop("Hélène Aubriot") == AccessLevel.REGISTERED
    assert standing.pop("Odette Marchal") == AccessLevel.REGISTERED
    assert standing.pop("Bruno Castérat") == AccessLevel.SIGNATORY
    assert set(standing.values()) == {AccessLevel.MEMBER}
    assert [one.full_name for one in demo_users() if viewer_of_person(one).is_animator] == [
        "Lucie Hoarau"
    ]
    assert Seat.objects.unconfirmed().get().person == person("Bruno Castérat")


def test_signatures_are_of_the_exact_text_no_older_than_it_and_not_in_the_future(loaded):
    for signature in Signature.objects.select_related("version", "person", "organisation"):
        assert signature.sha256 == signature.version.sha256
        assert signature.typed_name == signature.person.full_name
        assert signature.college == signature.organisation.college
        assert signature.authority
        assert signature.version.adopted_on <= timezone.localdate(signature.signed_at)
        assert signature.signed_at <= timezone.now()


def test_seats_were_held_before_anything_was_said_from_them(loaded):
    for post in Post.objects.select_related("seat"):
        assert post.seat.started_at < post.created_at


def test_a_working_group_of_all_colleges_has_a_room_that_it_alone_reads(loaded):
    group = WorkingGroup.objects.get()
    space = Space.objects.get(group=group)

    colleges = group.people.values_list("seats__organisation__college__slug", flat=True)
    assert group.people.count() == 5
    assert set(colleges) == {PROJECTS, AUTHORITIES, SUPPORT}
    for one in demo_users():
        reads = Space.objects.visible_to(viewer_of_person(one)).filter(pk=space.pk).exists()
        assert reads == (one in group.people.all())


@on
def test_everyone_is_listed_by_college_with_what_is_particular(demo, client):
    listed = accounts_by_college()

    assert [college and college.slug for college, _guises in listed] == [
        PROJECTS, AUTHORITIES, SUPPORT, None,
    ]  # fmt: skip
    page = client.get("/demonstration/?next=/charte/").content.decode()
    assert PASSWORD in page
    for one in demo_users():
        assert one.full_name in page and f'formaction="/demonstration/{one.pk}/"' in page
    assert "siège à confirmer" in page and "anime le réseau" in page
    assert page.count('name="next" value="/charte/"') == 1


@on
def test_one_click_signs_in_as_a_person_of_the_demonstration(demo, client):
    lucie = person("Lucie Hoarau")

    answer = client.post(f"/demonstration/{lucie.pk}/", {"next": "/charte/"})

    assert (answer.status_code, answer["Location"]) == (302, "/charte/")
    assert client.session[SESSION_KEY] == str(lucie.pk)


@on
def test_one_click_leads_to_no_other_site(demo, client):
    for address in ("https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"):
        answer = client.post(f"/demonstration/{demo_users()[0].pk}/", {"next": address})
        assert answer["Location"] == "/"


@on
def test_nobody_outside_the_demonstration_is_a_click_away(demo, client):
    real_people = [
        create_person("Ada Admin", is_staff=True, is_superuser=True),
        User.objects.create_user("demo.invalid@exemple.fr", "Presque Pareille"),
        User.objects.create_user("a@xdemo.invalid", "Encore Presque"),
    ]
    demo_users().filter(full_name="Anne Woehrlin").update(is_active=False)

    for one in [*real_people, person("Anne Woehrlin")]:
        assert client.post(f"/demonstration/{one.pk}/").status_code == 404
    assert SESSION_KEY not in client.session


@on
def test_looking_signs_nobody_in(demo, client):
    assert client.get(f"/demonstration/{demo_users()[0].pk}/").status_code == 405
    assert SESSION_KEY not in client.session


@on
def test_the_door_is_shut_where_the_demonstration_is_off(loaded, client, settings):
    settings.FORUM_DEMO = False

    assert client.get("/demonstration/").status_code == 404
    assert client.post(f"/demonstration/{demo_users()[0].pk}/").status_code == 404
    assert SESSION_KEY not in client.session


def test_the_addresses_do_not_even_exist_where_the_demonstration_is_off(loaded, client):
    assert not settings.FORUM_DEMO
    assert client.get("/demonstration/").status_code == 404
