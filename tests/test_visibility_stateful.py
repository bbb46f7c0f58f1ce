"""Whatever happens to signatures, seats, versions, groups and rooms, in whatever order: nobody
is shown on any page what is not theirs to see at that moment.

What is theirs is told twice: by ``visible_to``, and by a small model of the rules below that
shares nothing with it. After each event both must agree, and pages must show no more.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
)

from accounts.admission import actions as admission
from accounts.charter.actions import refuse_version, sign_charter, withdraw_signature
from accounts.charter.drafts.actions import publish_draft, save_draft
from accounts.charter.status import get_charter_status
from accounts.models import BreakGlassAccess, CharterVersion, Organisation, Seat, User
from accounts.organisations.actions import confirm_seat, end_seat, refuse_seat
from accounts.organisations.lookup import NewOrganisation
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.readership import readership_cache
from forum.members.handover.actions import hand_over
from forum.models import Follow, Space, Topic
from tests import factories
from tests.accounts.directory_invariants import check_directory_seats, check_signatories
from tests.accounts.register_invariants import check_signed_versions
from tests.clients import client_of_session, create_session, guest_client
from tests.scenes import open_scene
from tests.stateful import UndoneMachine, run_lives

COLLEGES = [factories.PROJECTS, factories.AUTHORITIES, factories.SUPPORT]
NAMES = ["Jeanne", "Claire", "Sylvie", "Gaël", "Rita"]
ROLES = [*NAMES, "Lucie", "Ada"]
people, colleges = st.sampled_from(NAMES), st.sampled_from(COLLEGES)


@dataclass
class Chair:
    """A seat, as the rules speak of it."""

    college: str
    signed: int | None = None
    confirmed: bool = False
    refused: bool = False
    ended: bool = False
    admitted: bool = True
    needs_sponsors: bool = False


@dataclass
class Person:
    """A person, as the rules speak of them."""

    chairs: dict = field(default_factory=dict)
    suspended: bool = False
    in_group: bool = False
    opened: set = field(default_factory=set)
    may_open: bool = False


def create_world():
    """A network of three colleges, with someone of each kind and a canary in every space."""
    colleges, charter = factories.create_colleges(), factories.create_charter()
    Topic.objects.create(slug="bois-energie", name="Bois")
    spaces = factories.create_spaces(colleges)
    rows, model, sessions = {}, {}, {}
    theirs = [*COLLEGES, factories.PROJECTS, None, factories.SUPPORT, None]
    for name, college in zip(ROLES, theirs, strict=True):
        rights = {"Lucie": {"is_animator": True}, "Ada": {"is_superuser": True}}
        rows[name] = factories.create_person(name, college, **rights.get(name, {}))
        model[name] = Person(may_open=name in rights)
        sessions[name] = create_session(rows[name])
        for seat in rows[name].seats.all():
            model[name].chairs[seat.pk] = Chair(college, signed=1, confirmed=True)
    factories.join_group(rows["Gaël"])
    model["Gaël"].in_group = True
    words = {name: create_canary(rows, name, space) for name, space in spaces.items()}
    return SimpleNamespace(
        colleges=colleges, version=charter, spaces=spaces, rows=rows, model=model,
        sessions=sessions, words=words,
    )  # fmt: skip


def create_canary(rows, name, space):
    """A thread with words that stand nowhere else; all follow it. (title, text) words."""
    writer = {
        factories.PROJECTS: "Jeanne",
        factories.SUPPORT: "Sylvie",
        "group": "Gaël",
    }.get(name)
    title, text = (f"{kind}{uuid4().hex[:8]}" for kind in "tx")
    author = rows[writer or "Claire"]
    thread = factories.start_thread(
        author, space, title=f"Titre {title}", text=text, tags=[title]
    )
    factories.post_reply(author, thread, f"Réponse {text}")
    follows = [Follow(person=row, thread=thread) for row in rows.values()]
    Follow.objects.bulk_create(follows, ignore_conflicts=True)
    return title, text, author.pk, thread


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """What every life begins with."""
    with open_scene(django_db_blocker, create_world) as made:
        yield made


class Life(UndoneMachine):
    """A network of three colleges, where anything may happen."""

    def __init__(self, world):
        super().__init__()
        vars(self).update(vars(deepcopy(world)))
        self.clients = {name: client_of_session(key) for name, key in self.sessions.items()}
        self.required = 1

    def teardown(self):
        super().teardown()
        cache.clear()
        readership_cache.clear()

    # ------------------------------------------------------------------ the rules, in short

    def opening(self, person):
        """The chairs of a signatory."""
        return [] if person.suspended else [
            chair for chair in person.chairs.values()
            if not (chair.ended or chair.refused)
            and (chair.admitted or not chair.needs_sponsors)
            and chair.signed is not None and chair.signed >= self.required
        ]  # fmt: skip

    def reads(self, name):
        """The spaces that someone reads."""
        person = self.model[name] if name else Person()
        chairs, seen = self.opening(person), {"public"}
        if confirmed := [chair for chair in chairs if chair.confirmed and chair.admitted]:
            seen |= {"network"} | ({"group"} if person.in_group else set())
        seen |= {chair.college for chair in confirmed}
        stands = person.may_open and not person.suspended and (chairs or name == "Ada")
        return seen | (person.opened if stands else set())

    # --------------------------------------------------------------------------- the events

    def attempt(self, action, *args, **kwargs):
        """Do it; None where it is refused, which then must have changed nothing."""
        try:
            return action(*args, **kwargs)
        except PermissionDenied:
            return None

    def a_seat(self, name, number):
        seats = sorted(self.model[name].chairs)
        return Seat.objects.get(pk=seats[number % len(seats)]) if seats else None

    @rule(name=people, college=colleges, admission=st.sampled_from(["review", "sponsored"]))
    def sign(self, name, college, admission):
        """For their seat in this college, or for a new organisation of it."""
        person, newest = self.rows[name], CharterVersion.objects.published().first()
        mine = self.model[name].chairs
        held = [pk for pk, chair in mine.items() if chair.college == college]
        with override_settings(FORUM_ADMISSION=admission):
            organisation = (
                Seat.objects.get(pk=held[0]).organisation if held else self.found(college)
            )
            signature = self.attempt(
                sign_charter, person, version=newest, organisation=organisation,
                position="Maire", authority="office", authority_detail="",
                typed_name=person.full_name,
            )  # fmt: skip
        if signature is None:
            return
        organisation = signature.organisation
        is_in = organisation.admitted_at is not None
        for pk in person.seats.filter(organisation=organisation).values_list("pk", flat=True):
            new = Chair(college, admitted=is_in, needs_sponsors=organisation.needs_sponsors)
            chair = mine.setdefault(pk, new)
            chair.signed = newest.number

    def found(self, college):
        return NewOrganisation(f"Commune {uuid4().hex[:8]}", self.colleges[college], "22")

    @rule(name=people)
    def withdraw(self, name):
        person = self.rows[name]
        if signature := person.signatures.filter(withdrawn_at=None).first():
            withdraw_signature(signature, person)
            there = person.seats.filter(organisation=signature.organisation_id)
            for pk in there.values_list("pk", flat=True):
                self.model[name].chairs[pk].signed = None

    @rule(name=people, number=st.integers(0, 3), by=st.sampled_from(["Lucie", "Jeanne"]))
    def confirm(self, name, number, by):
        seat = self.a_seat(name, number)
        if seat and self.attempt(confirm_seat, seat, self.rows[by]):
            chair = self.model[name].chairs[seat.pk]
            chair.confirmed = True
            if not chair.needs_sponsors:
                self.let_in(seat.organisation_id)

    @rule(name=people, number=st.integers(0, 3))
    def refuse(self, name, number):
        seat = self.a_seat(name, number)
        if seat and self.attempt(refuse_seat, seat, self.rows["Lucie"], "Non."):
            self.model[name].chairs[seat.pk].refused = True

    @rule(name=people, number=st.integers(0, 3), later=st.booleans())
    def end(self, name, number, later):
        """Now, or on a day that then comes."""
        if seat := self.a_seat(name, number):
            at = timezone.now() + timedelta(days=3) if later else None
            self.attempt(end_seat, seat, self.rows[name], at)
            seat.refresh_from_db()
            self.model[name].chairs[seat.pk].ended = seat.is_over

    @rule(name=people)
    def days_pass(self, name):
        """Mandates with an end come to it."""
        now = timezone.now() - timedelta(seconds=1)
        Seat.objects.filter(person=self.rows[name], ended_at__gt=now).update(ended_at=now)
        for seat in Seat.objects.filter(person=self.rows[name], ended_at=now):
            self.model[name].chairs[seat.pk].ended = not seat.refused_at

    @rule(substantive=st.booleans(), lapses=st.booleans())
    def new_version(self, substantive, lapses):
        """Published with a grace period, which may end at once."""
        number = CharterVersion.objects.count() + 1
        said = {"name": f"{number}.0", "text": f"Texte {number}.\n", "grace_days": 30,
                "is_substantive": substantive, "adopted_on": date(2026, 7, 1)}  # fmt: skip
        lucie = self.rows["Lucie"]
        if (draft := self.attempt(save_draft, lucie, **said)) is None:
            return
        version = publish_draft(draft, lucie, 1)
        if substantive and lapses:
            CharterVersion.objects.filter(pk=version.pk).update(binding_from=timezone.now())
            self.required = version.number

    @rule(name=people)
    def refuse_to_sign(self, name):
        refuse_version(self.rows[name], CharterVersion.objects.order_by("number").last())

    @rule(name=people, suspended=st.booleans())
    def suspend(self, name, suspended):
        at = timezone.now() if suspended else None
        User.objects.filter(pk=self.rows[name].pk).update(suspended_at=at)
        self.rows[name].refresh_from_db()
        self.model[name].suspended = suspended

    @rule()
    def admit(self):
        """Every organisation that waits is let in."""
        for organisation in Organisation.objects.filter(admitted_at=None):
            if self.attempt(admission.admit_organisation, organisation, self.rows["Lucie"]):
                self.let_in(organisation.pk)

    def let_in(self, organisation_id):
        for one in self.model.values():
            for pk, chair in one.chairs.items():
                is_of_it = Seat.objects.get(pk=pk).organisation_id == organisation_id
                chair.admitted |= is_of_it

    @rule(name=people, joins=st.booleans())
    def group(self, name, joins):
        memberships = self.spaces["group"].group.memberships
        if joins:
            memberships.get_or_create(person=self.rows[name])
        else:
            memberships.filter(person=self.rows[name]).delete()
        self.model[name].in_group = joins

    @rule(name=st.sampled_from(["Lucie", "Ada"]), college=colleges)
    def open_room(self, name, college):
        factories.break_glass(self.rows[name], college)
        self.model[name].opened.add(college)

    @rule(name=st.sampled_from(["Lucie", "Ada"]), by_itself=st.booleans())
    def close_rooms(self, name, by_itself):
        now = timezone.now()
        what = {"closes_at": now} if by_itself else {"closed_at": now}
        BreakGlassAccess.objects.filter(person=self.rows[name]).update(**what)
        self.model[name].opened.clear()

    @rule(name=people, to=people, number=st.integers(0, 3))
    def succeed(self, name, to, number):
        """Handing over opens nothing to anybody."""
        seat, next_seat = self.a_seat(name, number), self.a_seat(to, 0)
        if seat and next_seat:
            self.attempt(hand_over, seat, next_seat, self.rows["Lucie"])

    # ---------------------------------------------------------------------- what must hold

    @invariant()
    def the_door_says_what_the_rules_say(self):
        for name in (None, *ROLES):
            viewer = viewer_of_person(self.rows[name]) if name else GUEST
            seen = set(Space.objects.visible_to(viewer).values_list("pk", flat=True))
            theirs = {self.spaces[space].pk for space in self.reads(name)}
            assert seen == theirs, name

    @invariant()
    def what_organisations_signed_is_kept(self):
        check_signed_versions()
        check_signatories()
        check_directory_seats()

    @rule(name=people)
    def the_banner_and_the_page_of_the_charter_say_the_same_day(self, name):
        viewer = viewer_of_person(self.rows[name])
        charter_status = get_charter_status(self.rows[name], viewer)
        if viewer.is_signatory:
            asks = charter_status.sign_before if charter_status.state == "grace" else None
            assert viewer.sign_before == asks, name

    @rule(name=st.sampled_from([None, *ROLES]), number=st.integers(0, 999))
    def look(self, name, number):
        """At any page, and at each thread by its address."""
        client, reads = self.clients.get(name) or guest_client(), self.reads(name)
        addresses = list(self.addresses())
        answer = client.get(addresses[number % len(addresses)], follow=True)
        assert answer.status_code in (200, 403, 404)
        page = b"".join(answer) if answer.streaming else answer.content
        self.shows_nothing_hidden(page.decode(errors="replace"), name, reads, answer)
        for space, (*_words, thread) in self.words.items():
            got = client.get(thread.get_absolute_url())
            assert (got.status_code == 200) == (space in reads), (name, space)

    def shows_nothing_hidden(self, page, name, reads, answer):
        page = re.sub(r'(name="next" value="|[?&]next=)[^"]*"', "", page)  # One's own asking.
        own = answer.request["PATH_INFO"] in (reverse("own-posts"), reverse("data-export"))
        for space, (title, text, writer, _thread) in self.words.items():
            is_writer = own and name and self.rows[name].pk == writer
            assert space in reads or title not in page, (name, space, answer.request)
            assert space in reads or is_writer or text not in page, (name, space)

    def addresses(self):
        names = ("home", "list-changes", "organisations", "territories", "signatories",
                 "charter", "account", "follows", "inbox", "own-posts", "data-export", "seats",
                 "candidates", "groups", "break-glass", "new-thread",
                 "charter-drafts")  # fmt: skip
        yield from (reverse(name) for name in names)
        yield from ("/?vue=sans-reponse", "/suite/?known=1:0,2:0,3:0,4:0,5:0,6:0")
        yield from ("/sujets/bois-energie/", reverse("tags"))
        for space in self.spaces.values():
            yield space.get_absolute_url()
            yield reverse("break-glass-log", args=[space.slug])
        for title, _text, _writer, thread in self.words.values():
            yield reverse("tag", args=[title])
            yield reverse("tag-suggestions", query={"q": title[:4]})
            yield reverse("edit-tag", args=[title])
            yield reverse("thread-changes", args=[thread.pk]) + "?after=0"
            yield reverse("post", args=[thread.posts.first().pk])
            yield reverse("replies", args=[thread.pk]) + "?citer=1"
        yield reverse("group", args=[self.spaces["group"].group.slug])
        for row in self.rows.values():
            yield row.get_absolute_url()
        for organisation in Organisation.objects.all():
            yield organisation.get_absolute_url()
            yield reverse("organisation-seats", args=[organisation.slug])
        for seat in Seat.objects.filter(ended_at__lte=timezone.now()):
            yield reverse("handover", args=[seat.pk])


@pytest.mark.lives
@pytest.mark.long
def test_whatever_happens_nobody_is_shown_what_is_not_theirs_at_that_moment(world, db):
    run_lives(lambda: Life(world), steps=25)
