"""The walk of a reply, from its form to another screen, is the one that CONTRIBUTING draws."""

import re
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db
from django.conf import settings
from django.urls import reverse

from forum.base.readership import readership_of
from realtime import badges, presence
from tests.realtime.conftest import run_reconcile, wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(settings.BASE_DIR)
FLOORS = tuple(f"{ROOT / floor}/" for floor in ("accounts", "forum", "realtime"))
MAX_FILES, MAX_FUNCTIONS = 24, 72


async def test_contributing_draws_the_walk_of_a_reply(
    open_thread, thread, claire, jeanne, browser_of, monkeypatch
):
    for later in (presence, badges):  # What their timers tell afterwards is another walk.
        monkeypatch.setattr(later, "DEBOUNCE", 3600)
    browser = await in_db(browser_of)(jeanne)
    readers = (await in_db(readership_of)(thread.space)).stamp
    page = await open_thread(thread, claire)
    await page.next_update()
    for number in (2, 3):  # What is built once in a process is built.
        await in_db(_post_form)(browser, thread, number, readers)
        await page.next_update()
    await run_reconcile()

    with traced() as calls:
        await in_db(_post_form)(browser, thread, 4, readers)
        assert "post-4" in (await page.next_update())["elements"]
        await wait_until_idle()

    walk = {file: set(functions) for file, functions in calls.items()}
    assert drawn() == walk, f"The walk is now:\n\n{drawing(calls)}\n"
    assert len(calls) <= MAX_FILES
    assert sum(map(len, calls.values())) <= MAX_FUNCTIONS


def _post_form(browser, thread, number, shown_readers):
    """Send the form as a page with its script does, one that has seen all but this reply."""
    form = {
        "text": "Réponse. " * number,  # Words whose stems are known already.
        "idempotency_key": uuid4(),
        "shown_readers": shown_readers,
    }
    answer = browser.post(
        reverse("replies", args=[thread.pk]), form, headers={"X-Seen": str(number - 1)}
    )
    assert answer.status_code == 201


@contextmanager
def traced():
    """The functions of the project that run meanwhile: ``{file: {functions}}``, in order.

    Not what every request runs (middleware, its budget, who the viewer is), nor what
    templates call, nor how a compiled query binds values and reads rows, as Django does.
    """
    monitoring, tool, lock = sys.monitoring, sys.monitoring.PROFILER_ID, threading.Lock()
    calls = {}

    def on_start(code, _offset):
        name = code.co_qualname.rpartition(".")[2]
        if not code.co_filename.startswith(FLOORS) or name.startswith("<"):
            return monitoring.DISABLE
        if code.co_qualname.startswith(_OF_ROWS) and "compiled_queries" in code.co_filename:
            return monitoring.DISABLE
        if not _is_aside(sys._getframe(1)):
            file = str(Path(code.co_filename).relative_to(ROOT))
            with lock:
                calls.setdefault(file, {})[code.co_qualname] = None
        return None

    monitoring.use_tool_id(tool, "walk of a reply")
    monitoring.register_callback(tool, monitoring.events.PY_START, on_start)
    monitoring.restart_events()
    monitoring.set_events(tool, monitoring.events.PY_START)
    try:
        yield calls
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


#: How ``CompiledQuery.rows`` does what Django's querysets do by themselves.
_OF_ROWS = ("RowReader.", "Compiled.", "_instance_maker", "adapted_values", "is_beyond")
#: Django's templates, sessions and authentication, and what the driver of PostgreSQL calls.
_ASIDE = (
    "/django/template/",
    "/django/contrib/sessions/",
    "/django/contrib/auth/",
    "/psycopg/",
)


def _is_aside(frame):
    """Whether it is middleware, or called by a template, to know the viewer, by this test."""
    if _is_middleware(frame.f_code):
        return True
    if frame.f_code.co_filename.endswith("accounts/base/cpu_budget.py"):
        return True
    while frame := frame.f_back:
        code = frame.f_code
        if "/django/core/handlers/" in code.co_filename:
            return False
        if _is_middleware(code) or any(part in code.co_filename for part in _ASIDE):
            return True
        if code.co_name in ("viewer_of_user", "wait_until_idle"):
            return True
    return False


def _is_middleware(code):
    return code.co_name == "respond" or "Middleware." in code.co_qualname


def drawn():
    """``{file: {functions}}`` as CONTRIBUTING says."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    block = re.search(r"<!-- walk -->\n```text\n(.*?)```", text, re.DOTALL)[1]
    lines = re.sub(r",\n\s+", ", ", block).splitlines()
    return {
        file: set(functions.split(", "))
        for file, functions in (line.split(maxsplit=1) for line in lines)
    }


def drawing(calls):
    """The block for CONTRIBUTING: a file a line, and its functions."""
    width = max(map(len, calls))
    return "\n".join(f"{file:{width}}  {', '.join(names)}" for file, names in calls.items())
