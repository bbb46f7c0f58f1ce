"""What each viewer is shown, held to the model: by the door, and on pages, files and feeds."""

import csv
import json
import re
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.viewers.viewers import GUEST as GUEST_VIEWER
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.addressees.selection.queries import (
    EXPERTISE,
    NAMED,
    SIMILAR,
    Criteria,
    proposals,
)
from forum.conversation.inbox.sources.questions import questions_to_answer
from forum.finding.statistics.overview.queries import waiting_questions
from forum.library.sheets.comparison.filters import ComparisonFilters
from forum.library.sheets.comparison.queries import comparison_of
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.models import Post, Thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.experience_lives.model import GUEST
from tests.forum.members.export_helpers import taken_along

FILES = ("fiches.csv", "experiences.json", "experiences.ods", "fiches.atom", "fils.atom")
SIZES = {1500: "moins-de-2000", 20_000: "10000-50000"}
_ATOM = "{http://www.w3.org/2005/Atom}"
_WORD = re.compile(r"(?:titre|texte|pasnous|mot|rep|fiche|res|remarque)\d+zq")


def viewer_now(life, name):
    """The viewer that ``name`` is, read anew."""
    if name == GUEST:
        return GUEST_VIEWER
    row = type(life.rows[name]).objects.get(pk=life.rows[name].pk)
    return viewer_of_person(row)


def check_door(life, name):
    """Hold ``visible_to``, counts and medians to the model."""
    model, viewer = life.model, viewer_now(life, name)
    assert _pks(Thread.objects.visible_to(viewer)) == {it.pk for it in model.threads_of(name)}
    assert _pks(Post.objects.visible_to(viewer)) == {it.pk for it in model.posts_of(name)}
    shown = {one.pk for one in model.sheets_of(name)}
    assert _pks(ExperienceSheet.objects.published_to(viewer)) == shown, name
    drafts = {one.pk for one in model.drafts_of(name)}
    assert _pks(ExperienceSheet.objects.visible_to(viewer)) == shown | drafts, name
    public = {one.public for one in model.public_sheets()}
    assert _pks(PublicVersion.objects.visible_to(viewer)) == public


def check_medians(life, name):
    """Of all sheets, of a topic and of a size: each of what they see, none under three."""
    for key, value, about in (
        (None, None, {}),
        ("topic", 0, {"topic": life.topics[0].slug}),
        ("population", 1500, {"size": SIZES[1500]}),
    ):
        only, viewer = {key: value} if key else {}, viewer_now(life, name)
        found = comparison_of(viewer, ComparisonFilters(y="power", **about))
        sheets = [one for one in life.model.sheets_of(name)
                  if all(getattr(one, it) == value for it in only)]  # fmt: skip
        assert found.count == len(sheets), (name, about)
        assert {one.sheet.pk for one in found.plotted} == {it.pk for it in sheets}
        spreads = [it for it in found.spreads if it.indicator.key == "power"]
        expected = life.model.spread_of(name, **only)
        assert bool(spreads) == (expected is not None), (name, about)
        for one in spreads:
            said = [_kilowatts(it) for it in (one.low, one.median, one.high)]
            assert (one.count, said) == (expected[0], pytest.approx(expected[1:], rel=0.01))


def check_addressees(life, name, place, topic):
    """Whom one could ask, and who has testified: as they see it, and no more."""
    model = life.model
    if place not in model.reads(name) or not model.people[name].stands:
        return
    viewer = viewer_now(life, name)
    about = viewer, life.spaces[place], life.topics[topic]
    readers = {it for it in life.slugs if place in model.people[it].reads} - {name}
    readers = {it for it in readers if model.people[it].stands}
    testified = model.testified(name, topic)
    by_slug = {slug: it for it, slug in life.slugs.items()}
    similar = Criteria(SIMILAR, territory=life.places[name])
    found = proposals(about[0], similar, *about[1:])
    places = {f"territory-{it.slug}": owner for owner, it in life.places.items()}
    named = {places[row.value]: row.has_testified for row in found.rows}
    assert named.keys() <= readers
    assert {it for it, has in named.items() if has} == named.keys() & testified, name
    assert (found.total, found.testified) == (len(named), sum(named.values()))
    found = proposals(about[0], Criteria(EXPERTISE), *about[1:])
    asked = {by_slug[row.value.removeprefix("organisation-")] for row in found.rows}
    assert asked <= readers & testified
    names = tuple(f"Lieu{n}" for n in range(len(life.places)))
    found = proposals(about[0], Criteria(NAMED, names=names), *about[1:])
    assert {places[row.value] for row in found.rows} <= readers


def check_thread_page(life, name, thread):
    """Its page, and that of who has the same question, say what became of whom, or are 404."""
    client = life.client(name)
    page = client.get(reverse("thread-short", args=[thread.pk]), follow=True)
    others = client.get(reverse("same-questions", args=[thread.pk]))
    sees = life.model.sees(name, thread)
    assert (page.status_code, others.status_code) == ((200, 200) if sees else (404, 404))
    if not sees:
        return
    check_page(life, name, page)
    shown = {word for one in thread.posts if one.state == "shown" for word in one.words}
    assert shown <= set(_WORD.findall(page.text)), (name, thread)
    if thread.is_question:
        check_asked(thread, page.text)
        count = re.search(r"(\d+)\s+territoires?\s+se\s+pose", others.text)
        assert int(count[1] if count else 0) == len(thread.same), (name, thread)


def check_asked(thread, text):
    """Who was asked, and what became of it; one who was asked and no more is named alone."""
    expected = sorted(_STATES[thread.state_of(one)] for one in thread.asked)
    shown = re.search(r'<details class="hint" id="asked">.*?</details>', text, re.DOTALL)
    said = re.findall(r'class="chip(?: solved)?">([^<]*)</span>', shown[0] if shown else "")
    if shown is None and expected == ["interrogé"]:
        expected = []
    assert sorted(map(str.strip, said)) == expected, thread


_STATES = {
    "asked": "interrogé", "answered": "a répondu", "referred": "a transmis",
    "declined": "pas nous",
}  # fmt: skip


def check_page(life, name, page):
    """Nothing on it that ``name`` may not be told, and no link to what they do not see."""
    assert page.status_code in (200, 302, 403, 404), page.request["PATH_INFO"]
    model, path = life.model, page.request["PATH_INFO"] + page.request["QUERY_STRING"]
    text = re.sub(r'value="[^"]*"|[?&]q=[^"&]*', "", page.text)  # What one typed.
    told = set(_WORD.findall(text)) - set(_WORD.findall(path))
    assert told <= model.words_of(name), (name, path, told - model.words_of(name))
    threads = {int(it) for it in re.findall(r'href="/fils/(\d+)', text)}
    lost = {one.pk for one in model.threads if name in one.lost_by}
    assert threads <= {it.pk for it in model.threads_of(name)} | lost, (name, path)
    sheets = {int(it) for it in re.findall(r'href="/experiences/(\d+)/', text)}
    assert sheets <= {it.thread.pk for it in model.sheets_of(name)}, (name, path)
    public = {int(it) for it in re.findall(r'href="/experiences/publiques/(\d+)/', text)}
    assert public <= {it.pk for it in model.public_sheets()}, (name, path)
    return sheets, public


def check_lists(life, name, number):
    """Lists, searches, plots and pages about many things."""
    model, client = life.model, life.client(name)
    sheets, threads = model.sheets_of(name), model.threads_of(name)
    expected = {one.thread.pk for one in sheets}
    found, _public = check_page(life, name, client.get("/experiences/"))
    assert found == expected or len(expected) > 20, (name, found, expected)
    if one := life.pick(model.sheets, number):
        page = client.get("/experiences/", {"q": one.title})
        found, _public = check_page(life, name, page)
        assert found == ({one.thread.pk} if one in sheets else set()), (name, one)
    asked = [one.thread.pk for one in model.sheets if one.thread][-4:]
    page = client.get("/experiences/comparer/", {"fiche": asked})
    check_page(life, name, page)
    beside = {one.sheet.thread_id for one in page.context["beside"]}
    assert beside == set(asked) & expected
    page = client.get("/experiences/chiffres/", {"y": "power"})
    found, _public = check_page(life, name, page)
    assert found == expected
    if one := life.pick(model.threads, number):
        page = client.get("/recherche/", {"q": one.title})
        check_page(life, name, page)
        assert (f'href="/fils/{one.pk}-' in page.text) == (one in threads), (name, one)


OTHER_PAGES = (
    "/", "/avis/", "/experiences/brouillons/", "/experiences/publiques/", "/presse/",
    "/donnees-ouvertes/", "/sujets/bois-energie/", "/sujets/eolien/", "/animation/tableau/",
    "/semaine/", "/suivis/", "/outils/", "/organisations/", "/territoires/", "/?vue=recents",
)  # fmt: skip


def check_own(life, name):
    """What waits for them and what they take along tell of no more than they see."""
    if name == GUEST or life.people[name].closed:
        return
    viewer, person = viewer_now(life, name), life.rows[name]
    titles = {one.title for one in life.model.threads_of(name)}
    for one in notifications_by(questions_to_answer, person, viewer):
        assert set(_WORD.findall(str(one.text))) <= titles, name
    if life.people[name].is_animator:
        asked = {it.pk for it in life.model.threads_of(name) if it.is_question}
        assert set(waiting_questions(viewer)) <= asked
    told = _WORD.findall(json.dumps(taken_along(person), default=str))
    mine = {it for one in life.model.threads for post in one.posts if post.author == name
            for it in post.words}  # fmt: skip
    mine |= {it for one in life.model.sheets if name in one.authors for it in one.words}
    mine |= life.said_by.get(name, set())
    beyond = set(told) - life.model.words_of(name) - mine
    assert not beyond, (name, beyond)


def check_public_files(life):
    """Files, feeds and public pages say what is public now, also to who asks again."""
    model, client = life.model, life.client(GUEST)
    public = {one.pk: set(one.public_words) for one in model.public_sheets()}
    for file in FILES:
        before, etag = life.etags.get(file, (None, ""))
        answer = client.get(f"/donnees-ouvertes/{file}", headers={"If-None-Match": etag})
        if answer.status_code == 304:
            assert before == _state_of(life, file), file
            continue
        life.etags[file] = _state_of(life, file), answer["ETag"]
        found = _READERS[file](answer.content)
        if file == "fils.atom":
            assert found == {it.pk for it in model.threads_of(GUEST)}
            told = set(_WORD.findall(answer.content.decode()))
            assert told <= model.words_of(GUEST)
        elif file == "fiches.atom":
            assert found == set(public)
        else:
            assert found == public, file
    for one in model.sheets:
        page = client.get(f"/experiences/publiques/{one.pk}/")
        assert page.status_code == (200 if one.pk in public else 404)


def _state_of(life, file):
    """What the model says of what the file tells: the same as long as nothing changed."""
    model = life.model
    if file == "fils.atom":
        return [(it.pk, len(it.posts), it.posts[0].state) for it in model.threads_of(GUEST)]
    return sorted((one.pk, one.public, one.public_words) for one in model.public_sheets())


def _pks(rows):
    return set(rows.values_list("pk", flat=True))


def _kilowatts(words):
    """The number that is said with three digits."""
    number = float(re.match(r"[\d\s]*,?\d*", words)[0].replace(",", ".").replace("\xa0", ""))
    return number * (1000 if words.endswith("MW") else 1)


def _in_csv(content):
    rows = csv.DictReader(StringIO(content.decode()))
    return {int(row["id"]): set(_WORD.findall(str(row))) for row in rows}


def _in_json(content):
    sheets = json.loads(content)["fiches"]
    return {one["id"]: set(_WORD.findall(json.dumps(one))) for one in sheets}


def _in_ods(content):
    office = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    root = ElementTree.fromstring(ZipFile(BytesIO(content)).read("content.xml"))
    rows = list(root.find(f".//{office}table").iter(f"{office}table-row"))
    cells = [["".join(it.itertext()) for it in row.iter(f"{office}table-cell")] for row in rows]
    at = cells[0].index("id")
    return {int(row[at]): set(_WORD.findall(" ".join(row))) for row in cells[1:]}


def _in_atom(pattern):
    def read(content):
        entries = ElementTree.fromstring(content).iter(f"{_ATOM}entry")
        return {int(re.search(pattern, it.findtext(f"{_ATOM}id"))[1]) for it in entries}

    return read


_READERS = {
    "fiches.csv": _in_csv, "experiences.json": _in_json, "experiences.ods": _in_ods,
    "fiches.atom": _in_atom(r"/publiques/(\d+)/"), "fils.atom": _in_atom(r"/fils/(\d+)/"),
}  # fmt: skip
