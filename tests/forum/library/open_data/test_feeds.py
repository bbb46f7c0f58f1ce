"""Feeds of the open data hold to the rules of Atom, whatever people write."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.library.sheets.public_versions.models import PublicVersion
from tests.factories import start_thread
from tests.forum.library.open_data.atom_rules import ATOM, entries_of, faults_of, moment_of
from tests.forum.library.sheets.public_helpers import SUMMARY, make_public

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_scene", "files_folder")]
TYPE = "application/atom+xml; charset=utf-8"
ADDRESS = "https://forum.example.org/fiches.atom"
#: A feed without a fault.
SOUND = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<title>Fiches</title><link href="https://forum.example.org/" rel="alternate"/>
<link href="{ADDRESS}" rel="self"/><id>{ADDRESS}</id>
<updated>2026-11-02T08:00:00+00:00</updated>
<author><name>Le réseau</name></author>
<entry><title>Une fiche</title><link href="https://forum.example.org/1/une-fiche/"/>
<published>2026-11-01T08:00:00Z</published><updated>2026-11-02T08:00:00+00:00</updated>
<author><name>Claire</name></author><id>https://forum.example.org/1/</id>
<summary type="html">&lt;a href="https://forum.example.org/2/"&gt;Lire&lt;/a&gt;</summary>
<category term="Éolien"/><rights>Licence Ouverte</rights></entry></feed>
"""
#: What is put in place of what in it, and what is then said to be wrong.
FAULTS = [
    ("utf-8", "iso-8859-15", "xml:"),
    ("<title>Fiches</title>", "<title>Fiches", "xml:"),
    ("<title>Fiches</title>", "", "no title in feed"),
    ("<title>Fiches</title>", "<title> </title>", "title is blank"),
    ("<title>Fiches</title>", "<title>Fiches\u0092</title>", "characters"),
    ("<title>Fiches</title>", "<title>A</title><title>B</title>", "title twice in feed"),
    ("<title>Fiches</title>", "<title><b>Fiches</b></title>", "title holds others"),
    ("<title>Fiches</title>", '<title type="text/html">A</title>', "of type text/html"),
    ("<title>Fiches</title>", "<name>Fiches</name>", "name in feed"),
    ("<title>Fiches</title>", "Fiches <title>Fiches</title>", "between the elements"),
    ('xml:lang="fr"', 'xml:lang="français"', "language"),
    ('xml:lang="fr"', 'version="1.0"', "version of feed"),
    (f'<link href="{ADDRESS}" rel="self"/>', "", "self"),
    (f'"{ADDRESS}" rel="self"', '"/fiches.atom" rel="self"', "no absolute address"),
    (f'"{ADDRESS}" rel="self"', f'"{ADDRESS}?page=2" rel="self"', "self"),
    (
        f'"{ADDRESS}" rel="self"',
        f'"{ADDRESS}" rel="self" type="text/xml"',
        "media type of Atom",
    ),
    ('rel="alternate"', 'rel="other"', "rel"),
    ("https://forum.example.org/1/une-fiche/", "/1/une-fiche/", "no absolute address"),
    ("/1/une-fiche/", "/1/une fiche/", "characters that no address has"),
    ('<link href="https://forum.example.org/1/une-fiche/"/>', "", "alternate"),
    ("/une-fiche/", '/"/><link href="https://forum.example.org/2/', "two alternate"),
    ("/une-fiche/", '/" type="html', "type html"),
    ("<id>https://forum.example.org/1/</id>", "", "no id in entry"),
    ("<id>https://forum.example.org/1/</id>", "<id>1</id>", "no absolute address"),
    ("<id>https://forum.example.org/1/</id>", f"<id>{ADDRESS}</id>", "stands 2 times"),
    ("<id>https://forum.example.org/1/", "<id>https://Forum.example.org/1/", "canonical"),
    ("<id>https://forum.example.org/1/", "<id>tag:forum.example.org:1", "is no tag"),
    ("2026-11-01T08:00:00Z", "2026-11-01 08:00:00Z", "date"),
    ("2026-11-01T08:00:00Z", "2026-11-01T08:00:00", "date"),
    ("2026-11-01T08:00:00Z", "2026-11-03T08:00:00Z", "published"),
    ("2026-11-01T08:00:00Z", "0001-01-01T08:00:00Z", "not plausible"),
    ("<name>Claire</name>", "", "no name in author"),
    ("<name>Claire</name>", "<name> </name>", "name is blank"),
    ("<name>Claire</name>", "<name>Claire</name><email>claire</email>", "email claire"),
    ("<name>Claire</name>", "<name>Claire</name><uri>claire</uri>", "no absolute address"),
    ('href="https://forum.example.org/2/"', 'href="/2/"', "no absolute address"),
    ('<category term="Éolien"/>', '<category label="Éolien"/>', "without a term"),
    ('<category term="Éolien"/>', '<category term="A" scheme="sujets"/>', "scheme"),
]


def test_each_rule_finds_the_feed_that_breaks_it_and_none_in_a_sound_one():
    missed = []
    for sound, broken, expected in FAULTS:
        assert sound in SOUND, sound
        found = faults_of(SOUND.replace(sound, broken, 1).encode(), TYPE, ADDRESS)
        if not any(expected in it for it in found):
            missed.append((broken, expected, found))
    people = "<author><name>Le réseau</name></author>", "<author><name>Claire</name></author>"
    unsigned = SOUND.replace(people[0], "").replace(people[1], "").encode()

    assert missed == []
    assert faults_of(SOUND.encode(), TYPE, ADDRESS) == []
    assert any("author" in it for it in faults_of(unsigned, TYPE, ADDRESS))
    assert faults_of(SOUND.encode(), "text/xml", ADDRESS) == ["media type: text/xml"]


def feed_of(guest, name):
    """A feed, that breaks no rule."""
    address = reverse("open-data-file", args=[name, "atom"])
    answer = guest.get(address)
    faults = faults_of(answer.content, answer["Content-Type"], f"http://testserver{address}")
    assert faults == []
    return ElementTree.fromstring(answer.content)


def test_the_feed_of_sheets_has_permanent_ids_and_all_authors(sheet, claire, browser_of):
    public = make_public(sheet, claire)
    feed = feed_of(browser_of(None), "fiches")
    (entry,) = entries_of(feed)

    assert entry.findtext(f"{ATOM}id").endswith(f"/experiences/publiques/{public.sheet_id}/")
    assert claire.full_name in entry.findtext(f"{ATOM}author/{ATOM}name")
    assert "Licence Ouverte" in entry.findtext(f"{ATOM}rights")
    assert entry.findtext(f"{ATOM}summary") == SUMMARY
    assert moment_of(feed) == moment_of(entry)


def test_the_feed_of_threads_has_public_ones_alone(claire, spaces, browser_of):
    public = start_thread(claire, spaces["public"], text="Un texte & <b>public</b>.")
    private = start_thread(claire, spaces["network"], title="Une question entre membres")
    feed = feed_of(browser_of(claire), "fils")

    (entry,) = entries_of(feed)
    assert entry.findtext(f"{ATOM}id") == f"http://testserver/fils/{public.pk}/"
    assert private.title not in ElementTree.tostring(feed, "unicode")


def test_feeds_hold_to_the_rules_where_there_is_nothing_to_tell(browser_of):
    for name in ("fiches", "fils"):
        assert entries_of(feed_of(browser_of(None), name)) == []


def test_feeds_hold_to_the_rules_whatever_was_written(sheet, claire, spaces, browser_of):
    hostile = "]]> <b>&amp; é \x0b\x92\u2028\U0001f33b\ufffe </title>"
    public = make_public(sheet, claire)
    PublicVersion.objects.filter(pk=public.pk).update(title=hostile, summary=hostile)
    start_thread(claire, spaces["public"], title=hostile, text=hostile)
    start_thread(claire, spaces["public"], title="Rien à résumer", text="***")
    late = start_thread(claire, spaces["public"], title="Plus tard", text="> [a](/b)\n\n***")
    type(late).objects.filter(pk=late.pk).update(
        last_posted_at=timezone.now() + timedelta(hours=1)
    )
    sheets, threads = (feed_of(browser_of(None), name) for name in ("fiches", "fils"))

    assert "</title>" in entries_of(sheets)[0].findtext(f"{ATOM}title")
    assert len(entries_of(threads)) == 3
    assert moment_of(threads) == max(map(moment_of, entries_of(threads)))
