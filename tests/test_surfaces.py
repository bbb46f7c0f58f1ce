"""The role × surface table: who is let in where, and that the rest learn nothing.

Roles are those of the ``people`` fixture. A surface is an address of the project; one that
is in no table below makes ``test_every_address_is_in_a_table`` fail.
"""

import re
from datetime import date
from functools import partial, wraps
from inspect import signature
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TestCase, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.charter.drafts.actions import save_draft
from accounts.models import (
    BreakGlassAccess,
    CharterVersion,
    EmailDomain,
    Organisation,
    WorkingGroup,
)
from accounts.organisations.actions import end_seat
from accounts.profiles.models import Profile
from forum import models
from forum.models import Follow, Space, Tag, Thread, Topic
from forum.moderation.actions import hide_post
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    break_glass,
    create_seat,
    join_group,
    post_reply,
    start_thread,
)

ALL = {
    "guest", "registered", "waiting", "projects", "authorities", "support", "group",
    "former", "lapsed", "suspended", "administrator", "animator", "opener", "breaker",
    "opened_before", "archivist", "invited", "asking", "moved",
}  # fmt: skip
MEMBERS = {
    "waiting", "projects", "authorities", "support", "group", "animator", "opener",
    "opened_before", "archivist", "invited", "asking", "moved",
}  # fmt: skip
ANIMATE = {"animator", "opener", "opened_before"}
#: Of the authorities' college, but for what they have to do with groups.
BESIDE = {"authorities", "archivist", "invited", "asking"}
READERS = {
    "public": ALL,
    "network": MEMBERS,
    PROJECTS: {"projects", "group", "breaker", "moved"},
    AUTHORITIES: BESIDE | {"opener"},
    SUPPORT: {"support"} | ANIMATE,
    "group": {"group"},
    "archive": {"archivist", "support"},
    "enclosed": {"authorities"},
}
#: What one reads without being of it: an opened room, an archived group's.
ONLY_READ = {("opener", AUTHORITIES), ("breaker", PROJECTS)}
ONLY_READ |= {(role, "archive") for role in READERS["archive"]}
#: Who writes the canary of each space: someone who reads it.
WRITER = {
    "public": "authorities", "network": "authorities", PROJECTS: "projects",
    AUTHORITIES: "authorities", SUPPORT: "support", "group": "group",
    "archive": "support", "enclosed": "authorities",
}  # fmt: skip

#: Surfaces about one thread or post: hidden and missing must be one and the same 404;
#: where one writes, a guest is sent to sign-in and a suspended person refused, unasked.
WRITING = {"replies", "revise-thread", "edit-post", "delete-post", "follow-thread"}
#: Surfaces about one group, and about one way into a group. A guest is sent to sign-in.
GROUP_GET = ["group", "group-settings"]
GROUP_POST = ["ask-group", "invite", "leave-group", "hand-over", "group-settings",
              "archive-group"]  # fmt: skip
ENTRY = ["invitation", "answer-request", "withdraw-entry"]
THREAD_GET = ["thread-short", "thread-changes", "replies", "revise-thread", "move-thread"]
THREAD_POST = ["replies", "revise-thread", "move-thread", "lock-thread", "pin-thread",
               "withdraw-answer", "follow-thread"]  # fmt: skip
POST_GET = ["post", "edit-post", "delete-post", "hide-post"]
POST_POST = ["edit-post", "delete-post", "hide-post", "accept-answer"]
HIDDEN_POST = ["withheld", "restore-post"]

#: Surfaces anyone may open, whatever they then show.
OPEN = ["home", "list-changes", "organisations", "territories", "territory-search", "charter",
        "signatories", "legal", "privacy", "shortcuts", "health"]  # fmt: skip
#: What names one thing by a word: everything that may be missing from someone's sight.
NAMED = ["topic", "space", "tag", "thread", "organisation", "territory", "member",
         "charter-version"]  # fmt: skip
#: For whoever signed in; guests are sent to sign-in, and others as said in the tests.
PERSONAL = ["account", "follows", "new-thread", "preview", "sign-charter", "withdraw",
            "refuse-charter", "countersign", "organisation-invitation", "write-for", "inbox",
            "own-posts", "own-data", "groups", "new-group", "devices", "end-device",
            "end-other-devices", "prove-address", "card", "unknown-organisation"]  # fmt: skip
#: There where one may sign in through a provider; their tests are in accounts/test_openid.py.
PROVIDER = ["openid", "openid-return"]
#: The people of the network, for its members.
PEOPLE = ["members"]
#: For who speaks for an organisation, and for animators.
SPEAKERS_GET = ["organisation-territories"]
SPEAKERS_POST = ["choose-territories", "add-territory", "leave-territory"]
ANIMATORS = ["seats", "confirm-seat", "refuse-seat", "end-seat", "charter-drafts",
             "new-charter-draft", "charter-draft", "charter-draft-preview",
             "drop-charter-draft", "admit-organisation", "verify-domain",
             "refuse-domain"]  # fmt: skip
#: For the contact of an organisation, animators, and where it is theirs its holder.
CONTACTS = ["organisation-seats", "set-contact", "succession", "receipt", "signature-act"]
SPONSORS = ["candidates", "sponsor"]
#: For who may open a room; and who opened it, for its college and the animators.
OPENERS, LOGS = ["openings", "close-opening"], ["space-openings"]
DEMONSTRATION = ["demonstration", "demonstration-sign-in"]
#: django-allauth's own pages: about one's own account, and nobody else's.
ACCOUNT = re.compile(r"account_|mfa_|socialaccount_|set_language$")


#: What a draft of the charter says.
DRAFT = {"name": "9.0", "text": "Tout autre.", "is_substantive": True, "grace_days": 30,
         "adopted_on": date(2026, 7, 1)}  # fmt: skip


class Canaries:
    """One thread in every space, with words that stand nowhere else."""

    def __init__(self, people, spaces):
        """Start them; each bears a word, a tag and a reply of its own."""
        self.threads, self.words = {}, {}
        for n, (name, space) in enumerate(spaces.items()):
            writer = getattr(people, WRITER[name])
            word = f"canari{n}{uuid4().hex[:6]}"
            thread = start_thread(
                writer, space, title=f"Titre {word}", text=f"Texte {word}", tags=[word]
            )
            post_reply(writer, thread, f"Réponse {word}")
            self.threads[name], self.words[name] = thread, word
        for organisation in Organisation.objects.all():
            organisation.territories.create(
                slug=f"t-{organisation.pk}", name=f"P{organisation.pk}"
            )


@pytest.fixture
def spaces(spaces, colleges):
    """Two more: the room of a group that will be archived, and of one within a college."""
    for slug, college in [("archive", None), ("enclosed", colleges[AUTHORITIES])]:
        group = WorkingGroup.objects.create(slug=slug, name=f"Groupe {slug}", college=college)
        spaces[slug] = Space.objects.create(
            slug=slug, name=group.name, audience="group", group=group
        )
    return spaces


@pytest.fixture
def people(people, make_person, spaces):
    """The cast, and who has to do with openings and groups."""
    groups = {slug: spaces[slug].group for slug in ("group", "archive", "enclosed")}
    people.opener = make_person("Olga Ouvreuse", SUPPORT, is_animator=True)
    people.breaker = make_person("Bao Brise", is_superuser=True)
    people.opened_before = make_person("Rémi Refermé", SUPPORT, is_animator=True)
    people.archivist = make_person("Aude Archive", AUTHORITIES)
    people.invited = make_person("Ines Invitée", AUTHORITIES)
    people.asking = make_person("Denis Demande", AUTHORITIES)
    people.moved = make_person("Paul Parti", PROJECTS)
    break_glass(people.opener, AUTHORITIES)
    break_glass(people.breaker, PROJECTS)
    past = break_glass(people.opened_before, AUTHORITIES)
    BreakGlassAccess.objects.filter(pk=past.pk).update(closed_at=timezone.now())
    for person, slug in [
        (people.archivist, "archive"), (people.support, "archive"), (people.moved, "enclosed"),
        (people.authorities, "enclosed"), (people.lapsed, "archive"), (people.former, "group"),
    ]:  # fmt: skip
        join_group(person, groups[slug])
    for person, kind in [(people.invited, "invitation"), (people.asking, "request")]:
        groups["group"].entries.create(person=person, kind=kind)
    return people


@pytest.fixture
def canaries(people, spaces):
    canaries = Canaries(people, spaces)
    WorkingGroup.objects.filter(slug="archive").update(ends_at=timezone.now())
    return canaries


def for_each_role(test=None, *, but=()):
    """Run ``test`` for one role after the other on one stage, put back after each."""
    if test is None:
        return partial(for_each_role, but=but)

    @wraps(test)
    def played(**fixtures):
        for role in sorted(ALL - {*but}):
            stage = TestCase._enter_atomics()  # As between the tests of a TestCase.
            try:
                test(role=role, **fixtures)
            finally:
                TestCase._rollback_atomics(stage)
                cache.clear()

    told = signature(test)
    shared = [it for name, it in told.parameters.items() if name != "role"]
    played.__signature__ = told.replace(parameters=shared)
    return played


def every_name():
    """The names of all addresses, with the demonstration's on."""
    return {key for key in get_resolver().reverse_dict if isinstance(key, str)}


def test_every_address_is_in_a_table():
    tables = [
        *THREAD_GET,
        *THREAD_POST,
        *POST_GET,
        *POST_POST,
        *HIDDEN_POST,
        *OPEN,
        *NAMED,
    ]
    tables += [*PERSONAL, *ANIMATORS, *CONTACTS, *SPONSORS]
    tables += [*OPENERS, *LOGS, *GROUP_GET, *GROUP_POST, *ENTRY]
    tables += [*PEOPLE, *SPEAKERS_GET, *SPEAKERS_POST]
    if settings.FORUM_DEMO:
        tables += DEMONSTRATION
    if settings.SOCIALACCOUNT_PROVIDERS:
        tables += PROVIDER

    unlisted = {name for name in every_name() - set(tables) if not ACCOUNT.match(name)}
    assert unlisted == set()
    assert set(tables) - every_name() == set()


def test_the_demonstration_has_no_address_outside_the_demonstration():
    assert not settings.FORUM_DEMO
    assert every_name() & set(DEMONSTRATION) == set()


@for_each_role
def test_hidden_and_missing_give_the_same_404(role, people, canaries, browser_of):
    client, missing = browser_of(getattr(people, role)), {}
    for name, thread in canaries.threads.items():
        shown = role in READERS[name]
        post = thread.posts.get(number=2)
        asked = [(s, "get", thread.pk) for s in THREAD_GET]
        asked += [(s, "get", post.pk) for s in POST_GET]
        if not shown:
            asked += [(s, "post", thread.pk) for s in THREAD_POST]
            asked += [(s, "post", post.pk) for s in POST_POST]
        for surface, method, pk in asked:
            answer = getattr(client, method)(reverse(surface, args=[pk]), {"after": 0})
            if surface in WRITING and role in {"guest", "suspended"}:
                assert answer.status_code == {"guest": 302, "suspended": 403}[role]
            else:
                assert (answer.status_code != 404) == shown, (name, surface, method)
            if not shown:
                if (surface, method) not in missing:
                    nothing = reverse(surface, args=[9_999_999])
                    missing[surface, method] = getattr(client, method)(nothing, {"after": 0})
                assert body(answer) == body(missing[surface, method]), (name, surface, method)


@for_each_role
def test_a_hidden_post_is_read_by_its_author_and_the_animators_who_read_its_space(
    role, people, canaries, browser_of, viewer_of
):
    thread = canaries.threads[SUPPORT]
    post = thread.posts.get(number=2)
    hide_post(post, viewer_of(people.animator), "Hors sujet")
    client = browser_of(getattr(people, role))

    for surface, method in [("withheld", "get"), ("restore-post", "post")]:
        answer = getattr(client, method)(reverse(surface, args=[post.pk]))
        if role in ANIMATE:
            assert answer.status_code in (200, 302)
            if surface == "restore-post":
                hide_post(post, viewer_of(people.animator), "Hors sujet")
        elif role == "support":
            assert answer.status_code == (200 if surface == "withheld" else 403)
        else:
            missing = getattr(client, method)(reverse(surface, args=[9_999_999]))
            assert answer.status_code == 404 and body(answer) == body(missing)


@for_each_role
def test_no_page_shows_anything_of_a_space_to_someone_outside_it(
    role, people, canaries, browser_of, settings
):
    client = browser_of(getattr(people, role))
    follow_all(getattr(people, role), canaries)
    hidden = {name: word for name, word in canaries.words.items() if role not in READERS[name]}
    shown = {name: word for name, word in canaries.words.items() if role in READERS[name]}
    seen = ""
    for address in readable_addresses(people):
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 404, 403), address
        seen += answer.content.decode()
        leaked = {name for name, word in hidden.items() if word in answer.content.decode()}
        assert leaked == set(), address
    assert all(word in seen for word in shown.values())


@for_each_role
def test_counts_are_those_of_what_one_may_read(
    role, people, canaries, browser_of, viewer_of, topics
):
    person = getattr(people, role)
    mine = Thread.objects.visible_to(viewer_of(person)).count()

    page = browser_of(person).get("/")

    counted = {topic.slug: topic.thread_count for topic in page.context["menu"].topics}
    assert mine == sum(role in READERS[name] for name in canaries.threads)
    assert counted == {"bois-energie": mine, "eolien": 0}
    assert page.context["unanswered"] == 0
    spaces = {space.slug for space in page.context["menu"].spaces}
    assert len(spaces) == sum(role in readers for readers in READERS.values())


@for_each_role
def test_the_badge_counts_what_one_may_read_and_nothing_else(
    role, people, canaries, browser_of
):
    person = getattr(people, role)
    follow_all(person, canaries)

    page = browser_of(person).get(reverse("follows"), follow=True)

    said = re.search(r'id="badge"[^>]*>(\d+)', page.content.decode())
    if role in {"guest", "suspended"}:
        assert said is None
    else:
        mine = {n for n, readers in READERS.items() if role in readers and WRITER[n] != role}
        assert int(said[1]) == len(mine)
        rows = {thread.pk for _follow, thread, news in page.context["rows"] if news}
        assert rows == {canaries.threads[name].pk for name in mine}


def follow_all(person, canaries):
    """Whatever ``person`` may see: a right that was lost leaves its follows behind."""
    if person:
        follows = [Follow(person=person, thread=one) for one in canaries.threads.values()]
        Follow.objects.bulk_create(follows, ignore_conflicts=True)


@for_each_role
def test_named_things_out_of_sight_are_not_found(role, people, canaries, spaces, browser_of):
    client = browser_of(getattr(people, role))
    for name, space in spaces.items():
        shown = role in READERS[name]
        for address in [
            reverse("space", args=[space.slug]),
            reverse("tag", args=[Tag.objects.get(name=canaries.words[name]).slug]),
            canaries.threads[name].get_absolute_url(),
        ]:
            answer = client.get(address)
            assert (answer.status_code == 200) == shown, address
            if not shown:
                missing = client.get(re.sub(r"[\w-]+/$", "rien/", address))
                assert answer.status_code == missing.status_code == 404
                assert body(answer) == body(missing), address


@for_each_role
def test_open_pages_open_to_all(role, people, charter, browser_of):
    client = browser_of(getattr(people, role))

    for surface in OPEN:
        assert client.get(reverse(surface)).status_code == 200, surface
    assert client.get(charter.get_absolute_url()).status_code == 200


@for_each_role
def test_writing_is_for_members(role, people, spaces, browser_of):
    client = browser_of(getattr(people, role))

    answer = client.get(reverse("new-thread"))

    if role in MEMBERS:
        assert answer.status_code == 200
    elif role == "suspended":
        assert answer.status_code == 403
    elif role == "guest":
        assert answer.status_code == 302 and "/compte/login/" in answer["Location"]
    else:
        assert answer.status_code == 302 and "/charte/" in answer["Location"]
    preview = client.post(reverse("preview"), {"text": "**gras**"})
    expected = 403 if role in {"guest", "suspended"} else 200
    assert preview.status_code == expected


@for_each_role
def test_the_people_of_the_network_are_for_its_members(role, people, browser_of):
    answer = browser_of(getattr(people, role)).get(reverse("members"))

    if role in MEMBERS:
        assert answer.status_code == 200 and "Claire Le Bihan" in answer.text
        return
    expected = {"guest": (302, "/compte/login/"), "suspended": (403, "")}
    status, leads_to = expected.get(role, (302, "/charte/"))
    assert answer.status_code == status
    assert leads_to in answer.headers.get("Location", "")
    assert "Claire Le Bihan" not in answer.text


@for_each_role
def test_an_organisation_that_is_not_admitted_is_there_for_its_people_and_sponsors(
    role, people, browser_of
):
    one = people.waiting.seats.get().organisation
    Organisation.objects.filter(pk=one.pk).update(admitted_at=None)
    client = browser_of(getattr(people, role))

    answer, missing = (client.get(f"/organisations/{it}/") for it in (one.slug, "rien"))

    if role in MEMBERS:  # Its own seat, or one to sponsor by: all have one or the other.
        assert answer.status_code == 200 and "pas encore admise" in answer.text
    else:
        assert answer.status_code == 404 and body(answer) == body(missing)


@for_each_role
def test_where_an_organisation_acts_is_said_by_its_people(role, people, browser_of):
    client = browser_of(getattr(people, role))
    organisation = people.authorities.seats.get().organisation

    shown = [client.get(reverse(name, args=[organisation.slug])) for name in SPEAKERS_GET]
    sent = [client.post(reverse(name, args=[organisation.slug])) for name in SPEAKERS_POST]

    statuses = [answer.status_code for answer in [*shown, *sent]]
    if role in {"authorities"} | ANIMATE:
        assert statuses == [200, 302, 422, 404]
    else:
        assert set(statuses) == {302 if role == "guest" else 403}


@for_each_role(but={"authorities"})
def test_what_someone_shows_of_themselves_is_for_members_as_they_chose(
    role, people, canaries, topics, browser_of
):
    person, client = people.authorities, browser_of(getattr(people, role))
    secrets = {"card": "fiche-secrete", "telephone": "02 96 00 00 07", "email": person.email}
    card = Profile.objects.create(
        person=person, presentation=secrets["card"], telephone=secrets["telephone"]
    )
    models.Expertise.objects.create(person=person, topic=topics[1])
    seen = "".join(client.get(address, follow=True).text for address in gathering(person))
    assert (secrets["card"] in seen) == (role in MEMBERS)
    assert ("personne le propose" in seen) == (role in MEMBERS)
    assert secrets["telephone"] not in seen and secrets["email"] not in seen

    card.shows_email = card.shows_telephone = True
    card.save()
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


@pytest.fixture
def asked(people, canaries, spaces):
    """A question on a topic of its own in each space where one writes; the topics."""
    topics = {}
    for name in spaces.keys() - {"archive"}:
        topics[name] = Topic.objects.create(slug=f"s-{spaces[name].slug}", name=name, order=9)
        writer = getattr(people, WRITER[name])
        start_thread(writer, spaces[name], topic=topics[name], title="Une question ?")
    return topics


@for_each_role
def test_a_topic_on_the_map_tells_nothing_of_where_one_does_not_read(
    role, people, asked, browser_of
):
    client = browser_of(getattr(people, role))
    for name, topic in asked.items():
        shown = [
            len(client.get(reverse(page), {"sujet": topic.slug}).context["page"].rows)
            for page in ("territories", "organisations")
        ]
        assert shown == ([1, 1] if role in READERS[name] else [0, 0]), name


@for_each_role
def test_the_animators_pages_do_not_exist_for_others(role, people, browser_of):
    client = browser_of(getattr(people, role))
    seat = people.waiting.seats.get()

    page = client.get(reverse("seats"))
    confirm = client.post(reverse("confirm-seat", args=[seat.pk]))

    if role in ANIMATE:
        assert page.status_code == 200 and "Mina Attente" in page.content.decode()
        assert confirm.status_code == 302
    else:
        assert page.status_code == 404
        assert confirm.status_code == (302 if role == "guest" else 404)  # To sign in.
        refuse = client.post(reverse("refuse-seat", args=[seat.pk]), {"reason": "Non"})
        assert refuse.status_code == confirm.status_code
        shown = client.get(reverse("end-seat", args=[seat.pk]))  # Its holder may, too.
        assert shown.status_code == {"guest": 302, "waiting": 200}.get(role, 404)
        end = client.post(reverse("end-seat", args=[seat.pk]))
        assert end.status_code == (302 if role in {"guest", "waiting"} else 404)
        seat.refresh_from_db()
        assert seat.confirmed_at is None


@for_each_role
def test_what_animators_do_is_not_there_for_others(role, people, charter, browser_of):
    client, town = browser_of(getattr(people, role)), people.waiting.seats.get().organisation
    draft = save_draft(people.animator, **DRAFT)
    declared = EmailDomain.objects.create(organisation=town, domain="mairie.example")
    pages = [("charter-drafts", []), ("new-charter-draft", []), ("charter-draft", [draft.pk]),
             ("charter-draft-preview", [draft.pk])]  # fmt: skip
    acts = [("charter-draft-preview", [draft.pk]), ("drop-charter-draft", [draft.pk]),
            ("verify-domain", [declared.pk]), ("refuse-domain", [declared.pk]),
            ("admit-organisation", [town.slug])]  # fmt: skip

    for name, args in pages:
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == (200 if role in ANIMATE else 404), name
    if role not in ANIMATE:
        for name, args in acts:
            expected = 302 if role == "guest" else 404  # To sign in, whatever is there.
            assert client.post(reverse(name, args=args)).status_code == expected, name
        assert not CharterVersion.objects.filter(name=draft.name).exists()


@for_each_role
def test_what_a_contact_does_is_not_there_for_others(role, people, browser_of):
    person, client = getattr(people, role), browser_of(getattr(people, role))
    seat = people.authorities.seats.get()  # Claire is the contact of her organisation.
    seat.is_contact = True
    seat.save()
    colleague = create_seat(people.former, AUTHORITIES, organisation=seat.organisation)
    left = create_seat(people.registered, AUTHORITIES, organisation=seat.organisation)
    end_seat(left, people.registered)
    may = role in {"authorities"} | ANIMATE
    signature = people.authorities.signatures.get()

    page = client.get(reverse("organisation-seats", args=[seat.organisation.slug]))
    assert page.status_code == (200 if may else 302 if person is None else 404)
    contact = client.post(reverse("set-contact", args=[colleague.pk]), {"contact": "1"})
    assert contact.status_code == (302 if may or person is None else 404)
    for name, args, own in [
        ("succession", [left.pk], {"registered"}), ("receipt", [signature.pk], {"authorities"}),
    ]:  # fmt: skip
        answer, missing = (client.get(reverse(name, args=it)) for it in (args, [9_999_999]))
        if person is None:
            assert answer.status_code == missing.status_code == 302
        elif may or role in own:
            assert answer.status_code == 200
        else:
            assert answer.status_code == missing.status_code == 404
            assert body(answer) == body(missing)


@for_each_role
def test_sponsoring_is_for_members(role, people, browser_of):
    person, client = getattr(people, role), browser_of(getattr(people, role))

    answer = client.get(reverse("candidates"))

    assert answer.status_code == (200 if role in MEMBERS else 302 if person is None else 404)
    town = people.waiting.seats.get().organisation
    sponsored = client.post(reverse("sponsor", args=[town.slug]))
    if role not in MEMBERS:
        assert sponsored.status_code == (302 if person is None else 404)
    if role == "waiting":
        assert sponsored.status_code == 403


@for_each_role
def test_what_is_ones_own_stays_so_and_shows_no_title_that_is_shut(
    role, people, canaries, spaces, browser_of
):
    person, client = getattr(people, role), browser_of(getattr(people, role))
    hidden = {name for name in canaries.words if role not in READERS[name]}
    if person:
        for name, thread in canaries.threads.items():
            row = {"author": person, "text": f"Mien {name}", "html": f"Mien {name}"}
            thread.posts.create(number=9, key=uuid4(), **row)

    for name in ("own-posts", "own-data"):
        answer = client.get(reverse(name))
        if person is None:
            assert answer.status_code == 302
            continue
        assert all(f"Mien {it}" in answer.content.decode() for it in canaries.threads)
        text = answer.content.decode()
        assert not any(f"Titre {canaries.words[it]}" in text for it in hidden)
    assert client.get(reverse("inbox")).status_code == (200 if person else 302)


@for_each_role
def test_profiles_show_what_one_may_read_and_people_outside_are_not_listed(
    role, people, canaries, browser_of
):
    client = browser_of(getattr(people, role))

    gael = client.get(reverse("member", args=[people.group.pk]))  # Writes in private only.
    claire = client.get(reverse("member", args=[people.authorities.pk]))  # In public too.

    assert claire.status_code == 200
    assert gael.status_code == (200 if role in MEMBERS else 404)
    if role not in MEMBERS:
        missing = client.get(reverse("member", args=[9_999_999]))
        assert body(gael) == body(missing)


@for_each_role
def test_what_one_only_reads_is_never_written_in(role, people, canaries, spaces, browser_of):
    client = browser_of(getattr(people, role))
    for name in (name for name, readers in READERS.items() if role in readers):
        thread, only_read = canaries.threads[name], (role, name) in ONLY_READ
        page = client.get(thread.get_absolute_url()).content.decode()
        sent = {"text": "Une réponse", "key": uuid4(), "title": "Un fil de plus ici"}
        sent |= {"kind": "question", "topic": "bois-energie", "space": spaces[name].slug}
        if role in MEMBERS:
            answer = client.post(reverse("replies", args=[thread.pk]), sent)
            assert answer.status_code == (403 if only_read else 302), name
            started = client.post(reverse("new-thread"), sent | {"key": uuid4()})
            assert started.status_code == (422 if only_read else 302), name
        assert ('id="repondre"' in page) == (role in MEMBERS and not only_read), name


#: Who knows of the group "group", on invitation; of "enclosed", on request in its college.
KNOW = {
    "group": READERS["group"] | {"invited", "asking"},
    "archive": READERS["archive"],
    "enclosed": BESIDE,
}


@for_each_role
def test_a_group_is_known_to_those_it_concerns_and_else_not_found(
    role, people, canaries, browser_of
):
    WorkingGroup.objects.filter(slug="enclosed").update(join_policy="request")
    client = browser_of(getattr(people, role))
    listed = client.get(reverse("groups"), follow=True).content.decode()
    for group in WorkingGroup.objects.all():
        knows = role in KNOW[{"chaufferies": "group"}.get(group.slug, group.slug)]
        assert (group.get_absolute_url() in listed or group.name in listed) == knows, group
        for surface, method in [(s, "get") for s in GROUP_GET] + [
            (s, "post") for s in GROUP_POST if not knows
        ]:
            answer = getattr(client, method)(reverse(surface, args=[group.slug]))
            missing = getattr(client, method)(reverse(surface, args=["rien"]))
            if role in {"guest", "suspended"}:
                assert answer.status_code == {"guest": 302, "suspended": 403}[role]
            else:
                assert (answer.status_code != 404) == knows, (group, surface)
            if not knows:
                assert body(answer) == body(missing), (group, surface)


@for_each_role
def test_a_way_into_a_group_is_found_by_whom_it_concerns_only(role, people, browser_of):
    client = browser_of(getattr(people, role))
    group = WorkingGroup.objects.get(slug="chaufferies")
    group.contact = people.group
    group.save()
    own = {"invitation": "invited", "request": "asking"}
    for entry in group.entries.all():
        for surface, method in [("invitation", "get"), ("invitation", "post")] + [
            (surface, "post") for surface in ENTRY[1:]
        ]:
            leads, mine = role == "group", role == own[entry.kind]
            finds = {
                "invitation": mine and entry.kind == "invitation",
                "answer-request": leads and entry.kind == "request",
                "withdraw-entry": leads or (mine and entry.kind == "request"),
            }[surface]
            if role in {"guest", "suspended"} or not finds:
                answer = getattr(client, method)(reverse(surface, args=[entry.pk]))
                missing = getattr(client, method)(reverse(surface, args=[9_999_999]))
                usual = {"guest": 302, "suspended": 403}.get(role, 404)
                assert answer.status_code == missing.status_code == usual, surface
                assert body(answer) == body(missing)
            elif method == "get":
                assert client.get(reverse(surface, args=[entry.pk])).status_code == 200


@for_each_role
def test_openings_are_for_who_may_open_and_their_log_for_the_college(
    role, people, spaces, browser_of
):
    client = browser_of(getattr(people, role))
    opening = BreakGlassAccess.objects.get(person=people.opener)

    may = role in ANIMATE | {"breaker", "administrator"}
    assert client.get(reverse("openings")).status_code == (200 if may else 404)
    if role != "opener":
        closed = client.post(reverse("close-opening", args=[opening.pk]))
        assert closed.status_code == (302 if role == "guest" else 404)
    for name, space in spaces.items():
        log = client.get(reverse("space-openings", args=[space.slug]))
        is_room = space.audience == "college"
        reads = is_room and (role in READERS[name] or role in ANIMATE)
        assert (log.status_code == 200) == reads, name
        if not reads:
            missing = client.get(reverse("space-openings", args=["rien"]))
            assert body(log) == body(missing)


@for_each_role
def test_ones_own_pages_are_about_oneself_and_closed_to_guests(role, people, browser_of):
    person = getattr(people, role)
    client = browser_of(person)
    client.get("/")

    for surface in ("devices", "account_email", "mfa_index", "mfa_list_webauthn"):
        answer = client.get(reverse(surface))
        if role == "guest":
            assert answer.status_code == 302 and "/compte/login/" in answer["Location"]
        else:
            assert answer.status_code == 200, surface
            others = {one for one in vars(people).values() if one and one != person}
            assert not any(one.email in answer.text for one in others), surface


def readable_addresses(people):
    """Every page that gathers things, and those about whoever wrote some."""
    yield from (reverse(name) for name in OPEN)
    names = ("account", "follows", "seats", "new-thread", "inbox", "candidates", "devices")
    yield from (reverse(name) for name in names)
    yield from (reverse(name) for name in ("groups", "new-group", "openings"))
    for slug in ("chaufferies", "archive", "enclosed"):
        yield from (reverse(surface, args=[slug]) for surface in GROUP_GET)
        yield reverse("space", args=[slug])
    yield from (reverse("space-openings", args=[slug]) for slug in (PROJECTS, AUTHORITIES))
    yield from (reverse(name) for name in ("members", "card"))
    for name in ("territories", "organisations", "members"):
        yield f"{reverse(name)}?sujet=bois-energie"
    for view in ("sans-reponse", "experiences", "resolus"):
        yield f"/?vue={view}"
    yield from ("/?nature=question", "/suite/?connus=1:0,2:0,3:0,4:0,5:0,6:0", "/suite/")
    yield from ("/sujets/bois-energie/", "/sujets/eolien/")
    yield from (f"/sujets/bois-energie/?espace={slug}" for slug in READERS)
    for person in {getattr(people, role) for role in WRITER.values()}:
        organisation = person.seats.get().organisation
        yield from (person.get_absolute_url(), organisation.get_absolute_url())
        yield from (one.get_absolute_url() for one in organisation.territories.all())


def body(answer):
    """The answer's text, without what is new in every answer."""
    text = answer.content.decode()
    text = re.sub(r'<p class="notice.*?</p>', "", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"', "", text)
    return re.sub(r'(name="next" value="|\?next=)[^"]*"', "", text)


@override_settings(FORUM_DEMO=False)
def test_sign_in_as_anyone_is_not_there(client, people):
    assert client.post(f"/demonstration/{people.animator.pk}/").status_code == 404
