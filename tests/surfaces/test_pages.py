"""Pages that gather things show nothing of a space to someone outside it."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.profiles.models import Profile
from forum.finding.statistics.overview.filters import VIEWS
from forum.models import Tag, Thread
from tests.factories import AUTHORITIES, PROJECTS
from tests.surfaces.conftest import SECRETS
from tests.surfaces.roles import body, for_each_role
from tests.surfaces.tables import GROUP_GET, MEMBERS, OPEN, READERS, WRITER


@pytest.mark.deep
@for_each_role
def test_no_page_shows_anything_of_a_space_to_someone_outside_it(role, people, canaries, visit):
    hidden = {name: word for name, word in canaries.words.items() if role not in READERS[name]}
    shown = {name: word for name, word in canaries.words.items() if role in READERS[name]}
    seen = ""
    for address in readable_addresses(people):
        answer = visit(role, address)
        assert answer.last_status in (200, 404, 403), address
        seen += answer.text
        leaked = {name for name, word in hidden.items() if word in answer.text}
        assert leaked == set(), address
    assert all(word in seen for word in shown.values())


def readable_addresses(people):
    """Every page that gathers things, and those about whoever wrote some."""
    yield from (reverse(name) for name in OPEN)
    names = ("account", "follows", "seats", "new-thread", "inbox", "candidates", "devices",
             "bookmarks")  # fmt: skip
    yield from (reverse(name) for name in names)
    yield from (reverse(name) for name in ("moderation-log", "own-moderation"))
    for view in VIEWS:
        yield f"{reverse('overview')}?vue={view}"
    yield from (reverse(name) for name in ("groups", "new-group", "break-glass"))
    for slug in ("chaufferies", "archive", "enclosed"):
        yield from (reverse(surface, args=[slug]) for surface in GROUP_GET)
        yield reverse("space", args=[slug])
    yield from (reverse("break-glass-log", args=[slug]) for slug in (PROJECTS, AUTHORITIES))
    yield from (reverse(name) for name in ("members", "edit-profile"))
    for name in ("territories", "organisations", "members"):
        yield f"{reverse(name)}?sujet=bois-energie"
    for view in ("sans-reponse", "experiences", "resolus"):
        yield f"/?vue={view}"
    yield from ("/?nature=question", "/suite/?known=1:0,2:0,3:0,4:0,5:0,6:0", "/suite/")
    yield from ("/sujets/bois-energie/", "/sujets/eolien/")
    yield from (f"/sujets/bois-energie/?espace={slug}" for slug in READERS)
    for person in {getattr(people, role) for role in WRITER.values()}:
        organisation = person.seats.get().organisation
        yield from (person.get_absolute_url(), organisation.get_absolute_url())
        yield from (one.get_absolute_url() for one in organisation.territories.all())


@pytest.mark.deep
@for_each_role
def test_counts_are_those_of_what_one_may_read(
    role, people, canaries, client_of, viewer_of, topics
):
    person = getattr(people, role)
    mine = Thread.objects.visible_to(viewer_of(person)).count()

    page = client_of(role).get("/")

    counted = {topic.slug: topic.thread_count for topic in page.context["menu"].topics}
    assert mine == sum(role in READERS[name] for name in canaries.threads)
    assert counted == {"bois-energie": mine, "eolien": 0}
    assert page.context["unanswered"] == 0
    spaces = {space.slug for space in page.context["menu"].spaces}
    assert len(spaces) == sum(role in readers for readers in READERS.values())


@pytest.mark.deep
@for_each_role
def test_the_badge_counts_what_one_may_read_and_nothing_else(role, people, canaries, client_of):
    page = client_of(role).get(reverse("follows"), follow=True)

    said = re.search(r'id="badge"[^>]*>(\d+)', page.content.decode())
    if role in {"guest", "suspended"}:
        assert said is None
    else:
        mine = {n for n, readers in READERS.items() if role in readers and WRITER[n] != role}
        menu = page.context["menu"]
        assert menu.unread == len(mine)
        inbox = client_of(role).get(reverse("inbox")).text.count(">nouveau<")
        assert int(said[1]) == len(mine) + inbox == menu.waiting
        rows = {thread.pk for _follow, thread, news in page.context["rows"] if news}
        assert rows == {canaries.threads[name].pk for name in mine}


@pytest.mark.deep
@for_each_role
def test_named_things_out_of_sight_are_not_found(role, canaries, spaces, visit):
    for name, space in spaces.items():
        shown = role in READERS[name]
        for address in [
            reverse("space", args=[space.slug]),
            reverse("tag", args=[Tag.objects.get(name=canaries.words[name]).slug]),
            canaries.threads[name].get_absolute_url(),
        ]:
            answer = visit(role, address)
            assert (answer.status == 200) == shown, address
            if not shown:
                missing = visit(role, re.sub(r"[\w-]+/$", "rien/", address))
                assert answer.status == missing.status == 404
                assert body(answer) == body(missing), address


@pytest.mark.deep
@for_each_role
def test_open_pages_open_to_all(role, charter, visit):
    for surface in OPEN:
        assert visit(role, reverse(surface)).status == 200, surface
    assert visit(role, charter.get_absolute_url()).status == 200


@pytest.mark.deep
@for_each_role
def test_what_is_ones_own_stays_so_and_shows_no_title_that_is_shut(
    role, people, canaries, spaces, client_of
):
    person, client = getattr(people, role), client_of(role)
    hidden = {name for name in canaries.words if role not in READERS[name]}
    if person:
        for name, thread in canaries.threads.items():
            row = {"author": person, "text": f"Mien {name}", "html": f"Mien {name}"}
            thread.posts.create(number=9, idempotency_key=uuid4(), **row)

    for name in ("own-posts", "data-export"):
        answer = client.get(reverse(name))
        if person is None:
            assert answer.status_code == 302
            continue
        text = answer.getvalue().decode()
        assert all(f"Mien {it}" in text for it in canaries.threads)
        assert not any(f"Titre {canaries.words[it]}" in text for it in hidden)
    assert client.get(reverse("inbox")).status_code == (200 if person else 302)


@for_each_role
def test_the_people_of_the_network_are_for_its_members(role, client_of, visit):
    if role in MEMBERS:
        shown = visit(role, reverse("members"))
        assert shown.status == 200 and "Claire Le Bihan" in shown.text
        return
    answer = client_of(role).get(reverse("members"))
    expected = {"guest": (302, "/compte/login/"), "suspended": (403, "")}
    status, leads_to = expected.get(role, (302, "/charte/"))
    assert answer.status_code == status
    assert leads_to in answer.headers.get("Location", "")
    assert "Claire Le Bihan" not in answer.text


@pytest.mark.deep
@for_each_role(but={"authorities"})
def test_what_someone_shows_of_themselves_is_for_members_as_they_chose(
    role, people, client_of, visit
):
    person, client = people.authorities, client_of(role)
    secrets = SECRETS | {"email": person.email}
    seen = "".join(visit(role, address).text for address in gathering(person))
    assert (secrets["profile"] in seen) == (role in MEMBERS)
    assert ("personne le propose" in seen) == (role in MEMBERS)
    assert secrets["telephone"] not in seen and secrets["email"] not in seen

    Profile.objects.filter(person=person).update(shows_email=True, shows_telephone=True)
    seen = "".join(client.get(address, follow=True).text for address in gathering(person))
    for secret in secrets.values():
        assert (secret in seen) == (role in MEMBERS)


def gathering(person):
    """The pages where something of ``person`` may be shown."""
    organisation = person.seats.get().organisation
    yield from (reverse("members"), reverse("territories"), reverse("organisations"))
    yield from (f"{reverse(name)}?sujet=eolien" for name in ("territories", "organisations"))
    yield from (person.get_absolute_url(), organisation.get_absolute_url())
    yield from (one.get_absolute_url() for one in organisation.territories.all())


@for_each_role
def test_profiles_show_what_one_may_read_and_people_outside_are_not_listed(role, people, visit):
    gael = visit(role, reverse("member", args=[people.group.pk]))  # Writes in private only.
    claire = visit(role, reverse("member", args=[people.authorities.pk]))  # In public too.

    assert claire.status == 200
    assert gael.status == (200 if role in MEMBERS else 404)
    if role not in MEMBERS:
        missing = visit(role, reverse("member", args=[9_999_999]))
        assert body(gael) == body(missing)
