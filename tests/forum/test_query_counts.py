"""What a page costs does not grow with the forum, the thread or the page's number."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory
from accounts.viewers.viewers import viewer_of_person
from forum import models
from forum.base import markup
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.polls.models import Poll
from forum.conversation.threads.changes import thread_changes_for, thread_changes_since
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.reviews.models import SheetReview
from forum.library.tools.models import ToolUse
from forum.models import Event, Follow, Post, Tag, Thread, ThreadCount, Topic
from forum.models import Tagging as Bears
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    break_glass,
    create_seat,
    create_sheet,
    create_tool,
    join_group,
    post_reply,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.poll_helpers import add_poll, create_counted_poll, vote
from tests.forum.conversation.round_helpers import answer, create_round
from tests.forum.library.sheets.public_helpers import make_public

THREAD, LIST, DIRECTORY, REPLY, CATCH_UP = 5, 12, 10, 10, 4
#: What searches looks again, up to twice, where PostgreSQL took its words for more frequent.
SEARCH, FILTERED, SUGGESTIONS, SIMILAR = 19, 14, 9, 10
LIBRARY, SHEETS = 10, 14
#: What one keeps: the list, and the form of a note.
KEPT = 6
#: The page of a meeting, to who keeps it.
MEETING = 8
#: The page of a poll, and of a consent round.
POLL, ROUND = 8, 10


class Counted(CaptureQueriesContext):
    """The queries made inside, less BEGIN, COMMIT and savepoints, which read nothing."""

    def __init__(self):
        super().__init__(connection)

    @property
    def number(self):
        framing = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        return sum(not q["sql"].startswith(framing) for q in self.captured_queries)


def fill(thread, threads=0, posts=0):
    """More threads like ``thread``, and more posts in it, written in bulk."""
    tag = Tag.objects.first()
    made = Thread.objects.bulk_create(
        Thread(
            space=thread.space, topic=thread.topic, author=thread.author, seat=thread.seat,
            kind="question", title=f"Fil numéro {n} de la réserve", post_count=1, seq=1,
        )
        for n in range(threads)
    )  # fmt: skip
    Bears.objects.bulk_create(Bears(content_object=one, tag=tag, name="bois") for one in made)
    ThreadCount.objects.filter(space=thread.space, topic=thread.topic).update(count=threads + 1)
    text = "Une **réponse** de la réserve."
    first = thread.post_count + 1
    written = Post.objects.bulk_create(
        Post(
            thread=thread, number=n, author=thread.author, seat=thread.seat, text=text,
            html=markup.render(text), idempotency_key=uuid4(),
        )
        for n in range(first, first + posts)
    )  # fmt: skip
    Event.objects.bulk_create(
        Event(thread=thread, seq=post.number, post=post) for post in written
    )
    thread.post_count = thread.seq = thread.post_count + posts
    thread.save()


def cost(client, address):
    """The number of queries of a page that answers 200."""
    client.get(address)
    with Counted() as counted:
        assert client.get(address).status_code == 200
    return counted.number


LISTS = {
    "home": "/", "unanswered": "/?vue=sans-reponse", "topic": "/sujets/bois-energie/",
    "space": "/espaces/reseau/", "tag": "/mots/bois/",
}  # fmt: skip
DEEP = {"deep in the list": "/?page=3"}


def costs(client, addresses):
    """What each of ``addresses`` costs, by name."""
    return {name: cost(client, address) for name, address in addresses.items()}


@pytest.mark.deep
@pytest.mark.postgresql
def test_lists_cost_the_same_with_20_threads_and_with_2000(claire, jeanne, thread, browser_of):
    client = browser_of(jeanne)
    fill(thread, threads=19)
    few = costs(client, LISTS)
    fill(thread, threads=40)  # On a deep page 60 threads come before: it shows 20, too.
    few |= costs(client, DEEP)
    fill(thread, threads=1940)

    assert few == costs(client, LISTS | DEEP)
    assert {name: number for name, number in few.items() if number > LIST} == {}


@pytest.mark.deep
@pytest.mark.postgresql
def test_a_thread_page_costs_the_same_whatever_its_length_and_its_number(
    claire, jeanne, thread, browser_of
):
    client, address = browser_of(jeanne), thread.get_absolute_url()
    fill(thread, posts=19)
    short = cost(client, address)
    fill(thread, threads=2000, posts=980)
    first, last = cost(client, address), cost(client, f"{address}?page=50")

    assert short == first == last <= THREAD


@pytest.mark.deep
@pytest.mark.postgresql
def test_the_library_and_a_tool_cost_the_same_whatever_there_is(
    claire, jeanne, lucie, thread, browser_of
):
    client, post = browser_of(jeanne), post_reply(claire, thread)
    first = create_tool(post)
    addresses = {
        "library": "/outils/", "filtered": "/outils/?q=cahier&sujet=bois-energie&tri=utilises",
        "tool": first.get_absolute_url(),
    }  # fmt: skip
    few = costs(client, addresses)
    for n in range(30):
        tool = create_tool(post, f"Cahier {n}")
        create_tool(post, f"Cahier {n}, suite", tool=first.file.tool)
        for person in (claire, lucie)[: n % 3]:
            about = {"organisation": person.seats.get().organisation, "person": person}
            ToolUse.objects.create(tool=tool.file.tool, version=tool, **about)

    assert few == costs(client, addresses)
    assert {name: number for name, number in few.items() if number > LIBRARY} == {}


@pytest.mark.deep
@pytest.mark.postgresql
def test_the_sheets_and_one_cost_the_same_whatever_there_is(
    claire, jeanne, lucie, spaces, topics, browser_of, no_posting_limits
):
    client, first = browser_of(jeanne), create_sheet(claire, spaces["network"])
    addresses = {
        "sheets": "/experiences/", "filtered": "/experiences/?q=bois&sujet=bois-energie",
        "sheet": first.get_absolute_url(),
    }  # fmt: skip
    few = costs(client, addresses)
    for n in range(30):
        sheet = create_sheet(claire, spaces["network"], title=f"Une chaufferie au bois {n}")
        SheetFigure.objects.create(sheet=sheet, kind="area", typed="12 m²", amount=12)
        for one in (first, sheet):
            about = {"verdict": "approved", "answered_at": timezone.now(), "asked_by": claire}
            SheetReview.objects.get_or_create(sheet=one, reviewer=jeanne, defaults=about)
            SheetAuthor.objects.get_or_create(
                sheet=one, person=lucie, state="accepted", invited_by=claire
            )
    for _reply in range(4):
        post_reply(lucie, first.thread)

    assert few == costs(client, addresses)
    assert {name: number for name, number in few.items() if number > SHEETS} == {}


def test_a_question_put_to_someone_costs_no_more(claire, jeanne, thread, browser_of):
    client, address = browser_of(jeanne), thread.get_absolute_url()
    fill(thread, threads=19)
    before = cost(client, address), cost(client, "/")
    Follow.objects.create(person=jeanne, thread=thread, last_read_number=1)
    people = [jeanne, claire]
    for one in Thread.objects.visible_to(viewer_of_person(jeanne)):
        for person in people:
            ThreadAddressee.objects.create(thread=one, person=person, asked_by=claire)

    assert before == (cost(client, address), cost(client, "/"))


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)  # Readers are kept, but not what a test would undo.
def test_an_open_room_and_an_archived_group_cost_no_more(claire, lucie, spaces, browser_of):
    thread, grouped = start_thread(claire, spaces[AUTHORITIES]), join_group(claire)
    archived = start_thread(claire, spaces["group"])
    break_glass(lucie, AUTHORITIES)
    grouped.group.ends_at = timezone.now()
    grouped.group.save()

    for person, place in (lucie, thread), (claire, thread), (claire, archived):
        assert cost(browser_of(person), place.get_absolute_url()) <= THREAD
        assert cost(browser_of(person), place.space.get_absolute_url()) <= LIST


def test_what_one_keeps_costs_the_same_however_much_and_a_thread_where_one_does_no_more(
    claire, jeanne, thread, browser_of
):
    client, costs = browser_of(jeanne), []
    for posts in 1, 60:
        fill(Thread.objects.get(pk=thread.pk), posts=posts)
        Bookmark.objects.bulk_create(
            [Bookmark(person=jeanne, post=one, note="À voir") for one in thread.posts.all()],
            ignore_conflicts=True,
        )
        form = reverse("edit-bookmark", args=[Bookmark.objects.first().pk])
        addresses = reverse("bookmarks"), form, thread.get_absolute_url()
        costs.append([cost(client, address) for address in addresses])

    assert costs[0] == costs[1]
    assert costs[0][0] <= KEPT and costs[0][1] <= KEPT and costs[0][2] <= THREAD


def test_a_poll_costs_the_same_however_many_vote_and_its_thread_no_more(
    claire, jeanne, thread, make_person, browser_of
):
    client, poll, costs = browser_of(jeanne), add_poll(thread, claire, is_named=True), []
    addresses = poll.get_absolute_url(), thread.get_absolute_url()
    for n in range(2):
        for m in range(1 + 9 * n):
            vote(poll, make_person(f"Votante {n}{m}", AUTHORITIES), 1 + m % 3)
            closed = {"closed_at": timezone.now(), "results": "always", "author": claire}
            Poll.objects.create(thread=thread, question=f"{m} ?", choices="a\nb", **closed)
        costs.append([cost(client, address) for address in addresses])

    assert costs[0] == costs[1]
    assert costs[0][0] <= POLL and costs[0][1] <= THREAD


def test_a_consent_round_costs_the_same_however_many_vote_and_its_thread_no_more(
    claire, jeanne, thread, make_person, browser_of
):
    it, costs = create_round(thread), []
    addresses = it.get_absolute_url(), thread.get_absolute_url(), reverse("decisions")
    for n in range(2):
        for m in range(1 + 5 * n):
            person = make_person(f"Votante {n}{m}", AUTHORITIES)
            town = person.seats.get().organisation
            it.voters.create(organisation=town, college=town.college)
            answer(it, person, "objection", "Trop cher.")
            answer(it, person)
            closed = {"closed_at": timezone.now(), "decided_at": timezone.now()}
            create_round(thread, **closed, outcome="adopted")
            create_counted_poll(thread)
        costs.append([cost(browser_of(claire), address) for address in addresses])

    assert costs[0] == costs[1]
    assert costs[0][0] <= ROUND and costs[0][1] <= THREAD


def test_a_meeting_costs_the_same_however_many_come_and_its_thread_no_more(
    claire, thread, make_person, browser_of
):
    client, meeting, costs = browser_of(claire), create_meeting(thread, max_people=5), []
    addresses = meeting.get_absolute_url(), thread.get_absolute_url()
    for n in range(2):
        for m in range(1 + 9 * n):
            person = make_person(f"Présente {n}{m}", AUTHORITIES)
            meeting.registrations.create(person=person, placed_at=timezone.now())
            create_meeting(thread, ended_at=timezone.now())
        costs.append([cost(client, address) for address in addresses])

    assert costs[0] == costs[1]
    assert costs[0][0] <= MEETING and costs[0][1] <= THREAD


def test_the_list_of_meetings_and_home_cost_the_same_however_many_there_are(
    claire, thread, browser_of
):
    client, costs, month = browser_of(claire), [], f"?mois={timezone.localdate():%Y-%m}"
    addresses = reverse("meetings"), "/", reverse("meetings") + month
    for n in range(2):
        for m in range(1 + 9 * n):
            create_meeting(thread, days=1 + m)
            create_meeting(thread, days=-1 - m, ended_at=timezone.now())
        costs.append([cost(client, address) for address in addresses])

    assert costs[0] == costs[1]
    assert costs[0][0] <= MEETING and costs[0][1] <= LIST and costs[0][2] <= MEETING


def test_a_group_costs_the_same_whoever_is_in_it(claire, make_person, spaces, browser_of):
    group, client = join_group(claire).group, browser_of(claire)
    group.contact, group.join_policy = claire, "request"
    group.save()
    costs = []
    for n in range(2):
        for m in range(1 + 9 * n):
            join_group(make_person(f"Membre {n}{m}", AUTHORITIES), group)
            group.entries.create(person=make_person(f"Demande {n}{m}"), type="request")
        costs.append((cost(client, group.get_absolute_url()), cost(client, reverse("groups"))))

    assert costs[0] == costs[1]


def test_what_waits_on_home_costs_the_same_however_much_waits(
    claire, jeanne, thread, make_person, browser_of
):
    models.Expertise.objects.create(person=jeanne, topic=thread.topic)
    jeanne.seats.update(is_contact=True)
    town, client, costs = jeanne.seats.get().organisation, browser_of(jeanne), []
    for n in range(2):
        for m in range(1 + 4 * n):
            start_thread(claire, thread.space, title=f"Question {n}{m} ?")
            post_reply(claire, start_thread(jeanne, thread.space, title=f"Fil {n}{m} ?"))
            waiting = make_person(f"Qui attend {n}{m}")
            create_seat(waiting, PROJECTS, organisation=town, confirmed=False)
        costs.append(cost(client, "/"))

    assert costs[0] == costs[1] <= LIST


def test_a_guest_s_home_costs_the_same_whatever_is_public(claire, jeanne, spaces, browser_of):
    thread = start_thread(claire, spaces["public"])
    thread = post_reply(jeanne, thread).thread
    thread.refresh_from_db()
    thread.is_pinned = True  # So that it stays on the first page, and its exchange is shown.
    fill(thread, threads=19)
    few = cost(browser_of(None), "/")
    fill(thread, threads=200, posts=200)

    assert cost(browser_of(None), "/") == few <= LIST


@pytest.mark.deep
@pytest.mark.postgresql
def test_public_sheets_cost_the_same_however_many_and_home_with_them(
    claire, spaces, browser_of, no_posting_limits
):
    client, sheet = browser_of(None), create_sheet(claire, spaces["network"])
    first = make_public(sheet, claire)
    addresses = {
        "home": "/", "list": "/experiences/publiques/", "sheet": first.get_absolute_url(),
        "open data": "/donnees-ouvertes/", "press": "/presse/",
        "file": "/donnees-ouvertes/fiches.csv", "feed": "/donnees-ouvertes/fiches.atom",
    }  # fmt: skip
    few = costs(client, addresses)
    for n in range(25):
        title = f"Une chaufferie au bois {n}"
        make_public(create_sheet(claire, spaces["network"], title=title), claire)

    assert few == costs(client, addresses)
    assert few["home"] <= LIST and max(few.values()) <= SHEETS


def test_a_guest_reads_a_public_thread_at_no_greater_cost(claire, spaces, browser_of):
    thread = start_thread(claire, spaces["public"])

    assert cost(browser_of(None), thread.get_absolute_url()) <= THREAD


@pytest.mark.deep
@pytest.mark.postgresql
def test_a_reply_costs_the_same_in_a_short_thread_and_a_long_one(jeanne, thread, browser_of):
    client, address = browser_of(jeanne), reverse("replies", args=[thread.pk])
    client.post(address, {"text": "Pour voir.", "idempotency_key": uuid4()})
    costs = []
    for posts in (0, 998):
        fill(Thread.objects.get(pk=thread.pk), posts=posts)
        with Counted() as counted:
            answer = client.post(address, {"text": "Compté.", "idempotency_key": uuid4()})
        assert answer.status_code == 302
        costs.append(counted.number)

    assert costs[0] == costs[1] <= REPLY


def test_catching_up_costs_the_same_for_one_change_and_for_many(claire, jeanne, thread):
    viewer, costs = viewer_of_person(claire), []
    for _ in range(2):
        seen = Thread.objects.get(pk=thread.pk).seq
        for n in range(1 + 40 * len(costs)):
            post_reply(jeanne, thread, f"Réponse {n}")
        with Counted() as counted:
            assert thread_changes_since(viewer, thread.pk, seen).elements
        costs.append(counted.number)

    assert costs[0] == costs[1] <= CATCH_UP


def test_telling_all_open_pages_costs_what_telling_one_does(people, viewer_of, thread):
    for n in range(9):
        post_reply(people.projects, thread, f"Réponse {n}")
    everyone, costs = {viewer_of(one).rights for one in vars(people).values()}, []
    for kinds, afters in ([viewer_of(people.support).rights], [9]), (everyone, range(10)):
        with Counted() as counted:
            assert thread_changes_for(kinds, thread.pk, afters).changes[9].elements
        costs.append(counted.number)

    assert costs[1] <= costs[0] <= CATCH_UP


PLACES = 20
PLACES_LISTS = {
    "map": "/territoires/", "map by topic": "/territoires/?sujet=bois-energie",
    "map by sheets": "/territoires/?selon=fiche&sujet=bois-energie",
    "map by department": "/territoires/?departement=22", "organisations": "/organisations/",
    "organisations by topic": "/organisations/?sujet=bois-energie", "members": "/membres/",
    "members by all": "/membres/?college=collectivites-locales&departement=22&organisation=org",
    "territory": "/territoires/pays-0/", "search": "/territoires/recherche/?q=pays",
}  # fmt: skip


def settle(make_person, first, last):
    """People, each of an organisation that acts on a territory of its own and on the first."""
    for n in range(first, last):
        person = make_person(f"Membre {n:03}", AUTHORITIES)
        organisation = person.seats.get().organisation
        one = organisation.territories.create(
            slug=f"pays-{n}", name=f"Pays {n:03}", type="pays", department_codes="22|35"
        )
        organisation.territories.add(Territory.objects.get(slug="pays-0"))
        models.Expertise.objects.create(person=person, topic=Topic.objects.first())
        assert one.search_key


@pytest.mark.deep
@pytest.mark.postgresql
def test_the_map_and_the_directory_cost_the_same_with_40_members_and_with_many(
    jeanne, thread, make_person, browser_of
):
    client = browser_of(jeanne)
    settle(make_person, 0, 40)
    thread.seat.organisation.territories.add(Territory.objects.get(slug="pays-0"))
    few = costs(client, PLACES_LISTS)
    settle(make_person, 40, 120)
    fill(thread, threads=50, posts=50)

    assert few == costs(client, PLACES_LISTS)
    assert {name: number for name, number in few.items() if number > PLACES} == {}


@pytest.mark.parametrize("surface", ["organisation", "member", "signatories"])
def test_the_directory_costs_the_same_with_many_threads(
    surface, claire, jeanne, thread, browser_of
):
    args = {
        "organisation": [claire.seats.get().organisation.slug],
        "member": [claire.pk],
        "signatories": [],
    }[surface]
    address, client = reverse(surface, args=args), browser_of(jeanne)
    few = cost(client, address)
    fill(thread, threads=200)

    assert cost(client, address) == few <= DIRECTORY


@pytest.mark.usefixtures("no_posting_limits")
def test_a_search_costs_the_same_whatever_it_finds(claire, jeanne, thread, browser_of):
    client = browser_of(jeanne)
    post_reply(claire, thread, "Une chaufferie de trois communes.")
    addresses = {
        "words": "/recherche/?q=chaufferie", "phrase": '/recherche/?q="trois communes"',
        "topic": "/recherche/?q=chaufferie&sujet=bois-energie",
        "author": "/recherche/?q=chaufferie&auteur=claire",
        "two": "/recherche/?q=chaufferie&sujet=bois-energie&resolu=non",
    }  # fmt: skip
    few = costs(client, addresses)
    for _ in range(25):
        start_thread(claire, thread.space, title="Une chaufferie", tags=[],
                     text="Une chaufferie de trois communes.")  # fmt: skip
    many = costs(client, addresses)

    assert few == many
    # Words that may name who wrote are looked for among organisations, a phrase is not.
    assert many.pop("phrase") <= many.pop("words") <= SEARCH
    assert max(many.values()) <= FILTERED
    assert cost(client, "/recherche/propositions/?q=chauf") <= SUGGESTIONS
    assert cost(client, f"/fils/{thread.pk}/semblables/") <= SIMILAR
