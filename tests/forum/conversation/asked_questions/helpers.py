"""What tests of asked questions do over and over."""

import re
from html import unescape
from uuid import uuid4

from django.urls import reverse

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.selection.queries import Criteria, proposals
from forum.conversation.threads import actions
from forum.models import Thread, Topic


def wood():
    """The topic of wood energy."""
    return Topic.objects.get(slug="bois-energie")


def propose(person, space, mode, thread=None, **criteria):
    """Who would be asked, for ``person``."""
    about = Criteria(mode, **criteria)
    return proposals(viewer_of_person(person), about, space, wood(), thread)


def ask(person, space, *values, title="Comment avez-vous fait ?", text="Dites-nous tout."):
    """The question of ``person``, put to whom ``values`` name."""
    viewer = viewer_of_person(person)
    addressees = [find_addressee(viewer, value) for value in values]
    assert None not in addressees
    return actions.start_thread(
        viewer, space=space, topic=wood(), kind="question", title=title, text=text, tags=[],
        idempotency_key=uuid4(), addressees=addressees,
    )  # fmt: skip


def organisation(person):
    """Their organisation, as forms name it."""
    return f"organisation-{person.seats.get().organisation.slug}"


def fields(**typed):
    """What a new thread sends, and ``typed``."""
    return {
        "kind": "question", "title": "Comment avez-vous fait ?", "text": "Dites-nous tout.",
        "topic": "bois-energie", "space": "reseau", "tags": "", "idempotency_key": uuid4(),
    } | typed  # fmt: skip


def words_of(page):
    """The words of a page."""
    return _words(re.sub(r"<(script|style).*?</\1>", " ", page.text, flags=re.DOTALL))


def head_of(browser, thread):
    """The words of the head of a thread's page."""
    page = browser.get(thread.get_absolute_url())
    return _words(
        re.search(r'<header class="thread-head".*?</header>', page.text, re.DOTALL)[0]
    )


def _words(source):
    return " ".join(unescape(re.sub("<[^>]*>", " ", source)).split())


def inbox_of(browser):
    """What an inbox says."""
    return words_of(browser.get(reverse("inbox")))


def latest():
    """The thread that was started last."""
    return Thread.objects.latest("pk")
