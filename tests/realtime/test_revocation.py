"""From the commit that takes a right away, not a word more; and the line ends at the sweep.

Random sequences of what gives and takes rights, with open pages of many kinds of people. At
each step an oracle asks the database who may read it at that moment; nobody else is told.
"""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async as in_db
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BreakGlassAccess, CharterVersion, Session, Signature, WorkingGroup
from accounts.viewers.viewers import authenticate_sessions
from forum.base import events
from forum.base.rules import Refused
from forum.members.handover.actions import announce_departures
from forum.models import Space, Thread
from realtime import badges, limits, presence
from tests.factories import break_glass, create_charter, move_thread, post_reply, start_thread
from tests.page_elements import elements
from tests.realtime.conftest import PageClient, let_time_pass, run_reconcile, wait_until_idle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROLES = ["guest", "registered", "waiting", "projects", "authorities", "support", "group"]
#: Who may open a room; the first holds no seat.
OPENERS = ["administrator", "animator"]
ROLES += OPENERS
SPACES = ["public", "network", "group", "porteurs-de-projet", "collectivites-locales"]
COLLEGES = ["porteurs-de-projet", "collectivites-locales"]
PEOPLE = st.sampled_from(ROLES[1:])
STEPS = st.one_of(
    st.just(("reply",)),
    st.just(("reply",)),
    st.tuples(st.just("open"), st.sampled_from(ROLES)),
    st.tuples(st.just("seat"), PEOPLE, st.booleans()),
    st.tuples(st.just("mandate"), PEOPLE),
    st.tuples(st.just("suspension"), PEOPLE),
    st.tuples(st.just("signature"), PEOPLE, st.booleans()),
    st.tuples(st.just("suspend"), PEOPLE, st.booleans()),
    st.tuples(st.just("leave"), PEOPLE),
    st.tuples(st.just("move"), st.sampled_from(SPACES)),
    st.tuples(st.just("charter"), st.booleans()),
    st.tuples(st.just("opening"), st.sampled_from(OPENERS), st.sampled_from(COLLEGES)),
    st.tuples(st.just("closing"), st.sampled_from(OPENERS), st.booleans()),
    st.tuples(st.just("administers"), st.booleans()),
    st.tuples(st.just("join_policy"), PEOPLE, st.booleans()),
    st.tuples(st.just("enclosing"), st.sampled_from([None, *COLLEGES])),
    st.tuples(st.just("archive"), st.sampled_from(["now", "soon", "never"])),
    st.just(("sweep",)),
)


class Meeting:
    """A thread, the people around it and their open pages."""

    def __init__(self, people, spaces, viewer_of, browser_of):
        self.people, self.spaces, self.viewer_of = people, spaces, viewer_of
        self.browser_of, self.pages = browser_of, []
        self.lapse = timezone.now() + timedelta(days=1)

    async def prepare(self):
        """Everything as it was, in a new thread."""
        await in_db(self._prepare)()
        for role in ROLES:
            await self.open(role)

    def _prepare(self):
        for person in vars(self.people).values():
            if person:
                fields = {"suspended_at": None, "suspended_until": None}
                type(person).objects.filter(pk=person.pk).update(**fields)
        for role in ("projects", "authorities", "support", "group", "waiting", "animator"):
            getattr(self.people, role).seats.update(ended_at=None)
        BreakGlassAccess.objects.all().delete()
        WorkingGroup.objects.update(college=None, ends_at=None)
        self.spaces["group"].group.people.set([self.people.group])
        self._administers(True)
        Signature.objects.update(withdrawn_at=None)
        CharterVersion.objects.filter(number=9).delete()
        create_charter(9, binding_from=self.lapse)
        self.thread = start_thread(self.people.animator, self.spaces["network"])

    async def open(self, role):
        person = getattr(self.people, role)
        browser = await in_db(self.browser_of)(person)
        key = await in_db(lambda: browser.session.session_key)() if person else ""
        await in_db(self.thread.refresh_from_db)()
        seq = self.thread.seq
        page = PageClient(f"/live/fils/{self.thread.pk}/?after={seq}", key)
        page.role, page.key, page.browser, page.ended = role, key, browser, None
        page.shown = await in_db(self.shown)(browser)
        assert await page.connect()
        await wait_until_idle()
        drain(page)
        self.pages.append(page)

    def shown(self, browser):
        response = browser.get(f"/fils/{self.thread.pk}/", follow=True)
        return elements(response.content.decode()) if response.status_code == 200 else {}

    async def seat(self, role, ended):
        """A mandate is ended, which is told at once, or given anew."""
        await in_db(announce_departures)()
        moment = timezone.now() if ended else None
        await getattr(self.people, role).seats.aupdate(ended_at=moment)
        await in_db(announce_departures)()

    async def mandate(self, role):
        """A mandate comes to its end."""
        seats = getattr(self.people, role).seats
        await let_time_pass(lambda end: seats.aupdate(ended_at=end), wait_until_idle)

    async def signature(self, role, withdrawn):
        moment = timezone.now() if withdrawn else None
        await getattr(self.people, role).signatures.aupdate(withdrawn_at=moment)

    async def suspend(self, role, suspended):
        person = getattr(self.people, role)
        moment = timezone.now() if suspended else None
        fields = {"suspended_at": moment, "suspended_until": None}
        await type(person).objects.filter(pk=person.pk).aupdate(**fields)

    async def suspension(self, role):
        """A suspension comes to its end."""
        own = type(getattr(self.people, role)).objects.filter(pk=getattr(self.people, role).pk)
        now = timezone.now()
        await let_time_pass(
            lambda end: own.aupdate(suspended_at=now, suspended_until=end), wait_until_idle
        )

    async def leave(self, role):
        await Session.objects.filter(person=getattr(self.people, role)).adelete()

    async def charter(self, lapsed):
        moment = timezone.now() if lapsed else self.lapse
        await CharterVersion.objects.filter(number=9).aupdate(binding_from=moment)

    async def opening(self, role, college):
        await in_db(break_glass)(getattr(self.people, role), college, hours=1)

    async def closing(self, role, by_itself):
        """A room is closed, by who opened it or by the passing of time."""
        opened = getattr(self.people, role).break_glass_accesses
        if by_itself:
            await let_time_pass(lambda end: opened.aupdate(closes_at=end), wait_until_idle)
        else:
            await opened.filter(closed_at=None).aupdate(closed_at=timezone.now())

    async def administers(self, does):
        await in_db(self._administers)(does)

    def _administers(self, does):
        person = self.people.administrator
        type(person).objects.filter(pk=person.pk).update(is_superuser=does)

    async def join_policy(self, role, joins):
        person, group = getattr(self.people, role), self.spaces["group"].group
        if joins:
            await group.memberships.aget_or_create(person=person)
        else:
            await group.memberships.filter(person=person).adelete()

    async def enclosing(self, college):
        college = college and await in_db(lambda: self.spaces[college].college)()
        await WorkingGroup.objects.aupdate(college=college)

    async def archive(self, when):
        groups = WorkingGroup.objects
        if when == "soon":
            await let_time_pass(lambda end: groups.aupdate(ends_at=end), wait_until_idle)
        else:
            await groups.aupdate(ends_at=timezone.now() if when == "now" else None)

    async def move(self, space):
        await in_db(self._move)(self.spaces[space])

    def _move(self, space):
        """By the animator; where that is not theirs to do, as if by someone who may."""
        try:
            actor = self.viewer_of(self.people.animator)
            move_thread(self.thread, actor, space)
        except (Refused, Space.DoesNotExist, Thread.DoesNotExist):
            with transaction.atomic():
                thread = Thread.objects.select_for_update().get(pk=self.thread.pk)
                left, thread.space = thread.space_id, space
                events.record(thread, changed=["space"], spaces=[left])

    async def reply(self):
        await in_db(self._reply)()

    def _reply(self):
        writers = ("animator", "group", "projects", "authorities")
        for person in (getattr(self.people, role) for role in writers):
            with suppress(Thread.DoesNotExist, Refused):
                return post_reply(person, self.thread, "Une réponse de plus.")
        return None

    async def take(self, name, *args):
        """Do one step; from its commit on, who may not read is told nothing of the thread."""
        await getattr(self, name)(*args)
        allowed = await in_db(self._reading)()
        await wait_until_idle()
        for page in self.pages:
            told = drain(page)
            if page.key not in allowed:
                assert told == [], (name, page.role, told)

    def _reading(self):
        """The sessions that may read the thread at this moment: nobody else may be told."""
        signed = authenticate_sessions({page.key for page in self.pages})
        return {
            key
            for key, one in signed.items()
            if Thread.objects.visible_to(one.viewer).filter(pk=self.thread.pk).exists()
        }

    async def sweep(self):
        await run_reconcile()
        allowed = await in_db(self._reading)()
        for page in list(self.pages):
            drain(page)
            if page.key not in allowed:
                assert page.ended, page.role
            if page.ended:
                self.pages.remove(page)

    async def finish(self):
        """Whoever is still connected holds what a reload shows them."""
        await in_db(announce_departures)()  # As after every sweep.
        await self.sweep()
        for page in self.pages:
            shown = {name: html for name, html in page.shown.items() if html}
            assert shown == await in_db(self.shown)(page.browser), page.role
            await page.communicator.disconnect()


def drain(page):
    """What came for ``page``, noted on it; the texts of the frames."""
    texts = []
    while not page.communicator.output_queue.empty():
        message = page.communicator.output_queue.get_nowait()
        if message["type"] == "websocket.close":
            page.ended = message["code"]
            assert page.ended in (limits.NOT_FOUND, limits.RELOAD)
        else:
            assert not page.ended, "a word after the last"
            texts.append(message["text"])
            news = json.loads(message["text"])
            kept = {k: v for k, v in news.get("elements", {}).items() if "seq" in news}
            page.shown |= kept
    return texts


@pytest.mark.deep
@pytest.mark.postgresql
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_nobody_is_told_what_they_may_not_read(
    steps, people, spaces, viewer_of, browser_of, _no_delays
):
    async def meet():
        meeting = Meeting(people, spaces, viewer_of, browser_of)
        await meeting.prepare()
        for name, *args in steps:
            await meeting.take(name, *args)
        await meeting.finish()

    with pytest.MonkeyPatch.context() as patch:
        for unasked in (presence, badges):  # They have tests of their own.
            patch.setattr(unasked, "DEBOUNCE", 3600)
        asyncio.run(meet())
