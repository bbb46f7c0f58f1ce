"""A process makes so many pages at once; who leaves before their turn costs nothing."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from realtime import asgi
from realtime.concurrency import MAX_CONCURRENT_REQUESTS, RequestSlot

pytestmark = pytest.mark.asyncio
BODY = {"type": "http.request", "body": b"", "more_body": False}
START = {"type": "http.response.start", "status": 200, "headers": []}


class Pages:
    """Pages that are made once ``go_on`` is set, two at once."""

    def __init__(self):
        self.slots, self.go_on = asyncio.Semaphore(2), asyncio.Event()
        self.begun, self.most, self.made = 0, 0, []

    async def answer(self, number, messages=(BODY,)):
        slot = RequestSlot(self.slots)
        receive = slot.receiver(iter_receive(messages))
        for _message in messages:
            await receive()
        self.begun += 1
        self.most = max(self.most, self.begun)
        await self.go_on.wait()
        await slot.sender(self._sent)(START)
        self.begun -= 1
        self.made.append(number)
        slot.release()

    async def _sent(self, message):
        assert message == START


def iter_receive(messages):
    """What receives ``messages``, one after the other."""
    left = list(messages)

    async def receive():
        await asyncio.sleep(0)
        return left.pop(0)

    return receive


async def settle():
    """Have all tasks run until they wait."""
    for _turn in range(20):
        await asyncio.sleep(0)


async def test_no_more_pages_are_made_at_once_than_there_is_room_for_and_all_are_made():
    pages = Pages()
    async with asyncio.TaskGroup() as group:
        for number in range(9):
            group.create_task(pages.answer(number))
        await settle()
        assert pages.begun == 2
        pages.go_on.set()
    assert (pages.most, sorted(pages.made)) == (2, list(range(9)))


async def test_a_request_that_comes_slowly_takes_no_place_before_it_is_whole():
    pages = Pages()
    for _slow in range(3):
        slot = RequestSlot(pages.slots)
        part = BODY | {"more_body": True}
        assert await slot.receiver(iter_receive([part]))() == part
        assert not slot.is_acquired
    assert not pages.slots.locked()


async def test_an_answer_that_leaves_slowly_keeps_no_place():
    slots, leaves = asyncio.Semaphore(1), asyncio.Event()
    slot = RequestSlot(slots)
    await slot.receiver(iter_receive([BODY]))()
    assert slots.locked()

    async def send_slowly(_message):
        await leaves.wait()

    sending = asyncio.ensure_future(slot.sender(send_slowly)(START))
    await settle()
    assert not sending.done()
    assert not slots.locked()
    leaves.set()
    await sending
    slot.release()
    await slots.acquire()
    assert slots.locked()  # One slot was released, not two.


async def test_who_is_cut_off_while_waiting_leaves_the_queue():
    slots = asyncio.Semaphore(1)
    await slots.acquire()
    slot = RequestSlot(slots)
    waiting = asyncio.ensure_future(slot.receiver(iter_receive([BODY]))())
    await settle()
    waiting.cancel()
    slot.release()
    await settle()
    slots.release()
    assert not slots.locked()


@pytest.fixture
def ask():
    """Asks the site for something, as a server does; gives what speaks with it."""

    def ask():
        scope = {
            "type": "http", "http_version": "1.1", "scheme": "http", "path": "/",
            "method": "TRACE",  # What no page takes is answered without the database.
            "query_string": b"", "headers": [(b"host", b"testserver")],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        return ApplicationCommunicator(asgi.application, scope)

    return ask


async def test_the_page_of_who_leaves_before_its_turn_is_not_begun(ask):
    for _place in range(MAX_CONCURRENT_REQUESTS):
        await asgi.request_slots.acquire()
    gone, there = ask(), ask()
    for one in (gone, there):
        await one.send_input(BODY)
    await settle()
    assert gone.output_queue.empty() and there.output_queue.empty()

    gone.future.cancel()
    await settle()
    for _place in range(MAX_CONCURRENT_REQUESTS):
        asgi.request_slots.release()
    assert (await there.receive_output(timeout=20))["status"] == 405
    assert gone.output_queue.empty()
    await there.wait(timeout=20)
    assert not asgi.request_slots.locked()
