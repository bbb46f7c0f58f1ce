"""Whatever happens to sheets that go public: all that leaves the site agrees at each moment.

What should be public is told by a small model that shares nothing with the forum; the door,
pages, lists, files, feeds and home must say the same after each event.
"""

import csv
import json
import random
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.urls import reverse

from accounts.viewers.viewers import GUEST
from forum.base.rules import Refused
from forum.conversation.threads.edits.actions import delete_post
from forum.library.sheets.actions import save_published
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    ConsentValues,
    answer_public_version,
    cancel_public_version,
    propose_public_version,
)
from forum.library.sheets.public_versions.models import PublicVersion
from forum.moderation.actions import hide_post, restore_post
from tests.forum.library.sheets.public_helpers import PROPOSAL, close, with_author
from tests.forum.library.sheets.sheet_helpers import draft_of, publish, values
from tests.stateful import QUICK_STEPS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("cast_scene", "files_folder"),
    pytest.mark.long,
]

EVENTS = ("propose", *["answer"] * 9, "cancel", "edit", "hide", *["restore"] * 2, "delete",
          "close")  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


@dataclass
class Life:
    """A sheet as the rules speak of it. ``words``: what its text says; of which versions."""

    sheet: ExperienceSheet
    authors: set
    words: str
    waiting: int | None = None
    waiting_words: str = ""
    said: dict = field(default_factory=dict)
    public: int | None = None
    public_words: str = ""
    is_hidden: bool = False
    is_deleted: bool = False

    @property
    def shown(self):
        """What the public should read of it, "" for nothing."""
        is_shown = self.public and not self.is_hidden and not self.is_deleted
        return self.public_words if is_shown else ""


@pytest.fixture
def lives(place, topics, claire, jeanne, people, spaces, viewer_of):
    """Two sheets, in different spaces, each of two authors; Jeanne writes both."""
    sheet_lives = []
    for number, (author, space) in enumerate(
        [(claire, spaces["network"]), (people.support, spaces["public"])]
    ):
        words = f"Résultat-{number}-0."
        title = f"Une chaufferie au bois, la numéro {number}"
        draft = draft_of(viewer_of(author), place, topics[0], results=words, title=title)
        sheet = with_author(publish(draft, viewer_of(author), space), author, jeanne)
        sheet_lives.append(Life(sheet, {author, jeanne}, words))
    return sheet_lives


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        (2, QUICK_STEPS),
        pytest.param(2, 40, marks=[pytest.mark.deep, pytest.mark.postgresql]),
        *(pytest.param(it, 40, marks=pytest.mark.deep) for it in (4, 7, 8)),
    ],
)
def test_all_that_leaves_the_site_agrees_after_each_event(
    seed, steps, lives, people, lucie, place, topics, viewer_of, browser_of
):
    dice, closed, public = random.Random(seed), set(), 0
    actors = [people.authorities, people.projects, people.support, lucie]
    for step in range(steps):
        life, event = dice.choice(lives), dice.choice(EVENTS)
        if step < len(lives):  # Else most lives would be short.
            life, event = lives[step], "propose"
        writing = [one for one in actors if one in life.authors]
        actor = dice.choice([*actors, *writing * 2])
        if event == "answer" and (silent := [it for it in writing if life.said.get(it) != "y"]):
            actor = dice.choice(silent)
        if event == "propose":
            actor = dice.choice([lucie, *writing, dice.choice(actors)])
        if life.is_deleted or actor in closed:
            continue
        viewer = viewer_of(actor)
        is_author = actor in life.authors
        if event == "propose":
            _propose(life, viewer, may=(is_author or actor == lucie) and not life.is_hidden,
                     is_orphan=bool(life.authors & closed))  # fmt: skip
        elif event == "answer":
            which = [it for it in (life.waiting, life.public) if it] or [None]
            _answer(life, actor, viewer, dice.choice("yyyyyyn"), dice.choice(which))
        elif event == "cancel" and life.waiting:
            may = actor == lucie and not life.is_hidden or life.said.get("by") == actor.pk
            if _attempt(cancel_public_version, life.waiting, viewer) is not None:
                assert may
                life.waiting = None
        elif event == "edit" and is_author and not life.is_hidden:
            sheet = ExperienceSheet.objects.select_related("thread__space").get(
                pk=life.sheet.pk
            )
            number = lives.index(life)
            life.words = f"Résultat-{number}-{step + 1}."
            edited_values = values(
                place, topics[0], results=life.words, title=sheet.thread.title
            )
            save_published(sheet, viewer, edited_values, sheet.version)
        elif event == "hide" and not life.is_hidden:
            hide_post(life.sheet.thread.posts.get(number=1), viewer_of(lucie), "Un motif.")
            life.is_hidden = True
        elif event == "restore" and life.is_hidden:
            restore_post(life.sheet.thread.posts.get(number=1), viewer_of(lucie))
            life.is_hidden = False
        elif event == "delete" and step > 20 and not life.is_hidden:
            post = life.sheet.thread.posts.get(number=1)
            with suppress(Refused):  # Others wrote it, too.
                if post.author not in closed:
                    delete_post(post, viewer_of(post.author))
                    life.is_deleted = True
        elif event == "close" and step > 20 and actor != lucie:
            close(actor)
            closed.add(actor)
        public += sum(map(bool, (one.shown for one in lives)))
        _check(lives, browser_of(None))
    assert public >= steps // 4  # Else nothing was looked at.


def _propose(life, viewer, *, may, is_orphan):
    version = _attempt(propose_public_version, life.sheet.thread_id, viewer, PROPOSAL)
    assert (version is not None) == (may and not is_orphan)
    if version is not None:
        life.waiting, life.waiting_words = version.pk, life.words
        life.said = {"by": viewer.person_id}


def _answer(life, actor, viewer, answer, pk):
    if pk is None:
        return
    consent = ConsentValues("yes" if answer == "y" else "no")
    version = _attempt(answer_public_version, pk, viewer, consent)
    assert (version is not None) == (actor in life.authors)
    if version is None:
        return
    if pk == life.waiting:
        life.said[actor] = answer
        if all(life.said.get(one) == "y" for one in life.authors):
            life.public, life.public_words = life.waiting, life.waiting_words
            life.waiting = None
    elif answer == "n":
        life.public = None


def _attempt(action, *args):
    try:
        return action(*args)
    except (PermissionDenied, ObjectDoesNotExist):
        return None


def _check(lives, guest):
    """Hold all that a guest may fetch to the model."""
    expected = {life.sheet.pk: life.shown for life in lives if life.shown}
    seen = PublicVersion.objects.visible_to(GUEST)
    assert {one.sheet_id: one.results for one in seen} == expected
    for life in lives:
        page = guest.get(reverse("public-sheet-short", args=[life.sheet.pk]))
        assert page.status_code == (200 if life.shown else 404)
        assert life.shown in page.text
    addresses = {f"/experiences/publiques/{pk}/" for pk in (life.sheet.pk for life in lives)}
    shown = {f"/experiences/publiques/{pk}/" for pk in expected}
    for page in (guest.get("/experiences/publiques/").text, guest.get("/").text):
        assert {one for one in addresses if one in page} == shown
    for results in (_in_csv(guest), _in_json(guest), _in_ods(guest)):
        assert results == expected
    assert _in_atom(guest) == shown


def _file(guest, name):
    answer = guest.get(f"/donnees-ouvertes/{name}")
    assert answer.status_code == 200
    return answer.content


def _in_csv(guest):
    rows = csv.DictReader(StringIO(_file(guest, "fiches.csv").decode()))
    results = {int(row["id"]): row["resultats"] for row in rows}
    figures = csv.DictReader(StringIO(_file(guest, "chiffres.csv").decode()))
    assert {int(row["fiche"]) for row in figures} == set(results)
    return results


def _in_json(guest):
    sheets = json.loads(_file(guest, "experiences.json"))["fiches"]
    return {one["id"]: one["resultats"] for one in sheets}


def _in_ods(guest):
    content = ZipFile(BytesIO(_file(guest, "experiences.ods"))).read("content.xml")
    table = ElementTree.fromstring(content).find(f".//{OFFICE % 'table'}table")
    rows = [
        ["".join(cell.itertext()) for cell in row.iter(f"{OFFICE % 'table'}table-cell")]
        for row in table.iter(f"{OFFICE % 'table'}table-row")
    ]
    names, *sheets = rows
    place = names.index("resultats")
    return {int(row[names.index("id")]): row[place] for row in sheets}


def _in_atom(guest):
    feed = ElementTree.fromstring(_file(guest, "fiches.atom"))
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    return {one.removeprefix("http://testserver") for one in ids}
