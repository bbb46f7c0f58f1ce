"""What one takes along as a ZIP file: a page to read, JSON, and one's files."""

import io
import json
import re
from itertools import chain
from time import process_time
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.base.data_export import export_labels, export_sections
from accounts.base.streaming import PIECE_SIZE, in_larger_pieces
from accounts.charter.signing_requests.models import SigningRequest
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.files.models import StoredFile
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Channel, Level
from forum.members.data_export.archive import _named_apart
from forum.members.data_export.labels import FIELD_LABELS
from tests.factories import create_tool, start_thread
from tests.forum.members.export_helpers import data_of

ACT = b"%PDF-1.4 l'acte de Jeanne"


@pytest.fixture
def stored(settings, tmp_path, jeanne):
    """An act that Jeanne's signature encloses."""
    settings.MEDIA_ROOT = str(tmp_path)
    signature = jeanne.signatures.get()
    signature.document.save("acte.pdf", ContentFile(ACT))
    return signature


def taken_by(browser):
    """The archive that ``browser`` is given."""
    answer = browser.get(reverse("data-archive"))
    assert answer.streaming and answer["Content-Type"] == "application/zip"
    return ZipFile(io.BytesIO(b"".join(answer)))


def test_the_archive_holds_a_page_the_data_and_ones_files(jeanne, stored, spaces, browser_of):
    start_thread(jeanne, spaces["network"], text="Mes mots <b>à moi</b>.")
    browser = browser_of(jeanne)
    archive = taken_by(browser)

    act = "fichiers/Vos signatures/acte.pdf"
    assert archive.namelist() == ["index.html", "donnees.json", act]
    assert archive.testzip() is None and archive.read(act) == ACT
    same = json.loads(data_of(browser))
    assert json.loads(archive.read("donnees.json")) == same
    page = archive.read("index.html").decode()
    assert "Mes mots &lt;b&gt;à moi&lt;/b&gt;." in page and jeanne.email in page
    assert "Vos signatures" in page and "Nom écrit en signature" in page
    assert "http" not in page and "src=" not in page  # It asks nobody for anything.


def test_its_page_begins_with_a_list_of_what_is_in_it(jeanne, stored, spaces, browser_of):
    for _time in range(2):
        start_thread(jeanne, spaces["network"])
    archive = taken_by(browser_of(jeanne))
    contents, account = archive.read("index.html").decode().split('<h2 id="account">')

    assert '<a href="#posts">Vos messages</a> (2)' in contents
    listed = set(re.findall(r'href="#(\w+)"', contents))
    headings = re.findall(r'<h2 id="(\w+)">', account)
    assert listed == {"account", *headings} and len(headings) == len({*headings})
    files = map(unquote, re.findall(r'href="([^#][^"]*)"', contents))
    assert [*files] == archive.namelist()[2:]


def test_its_page_gives_the_words_of_what_was_chosen_and_the_data_its_value(
    jeanne, spaces, browser_of
):
    thread = start_thread(jeanne, spaces["network"])
    choose_follow(thread.pk, viewer_of_person(jeanne), "named", "digest")
    archive = taken_by(browser_of(jeanne))

    page = archive.read("index.html").decode()
    assert f"<dd>{Level.NAMED.label}</dd>" in page and "<dd>named</dd>" not in page
    assert f"<dd>{Channel.DIGEST.label}</dd>" in page and "<dd>digest</dd>" not in page
    (follow,) = json.loads(archive.read("donnees.json"))["follows"]
    assert (follow["level"], follow["channel"]) == ("named", "digest")


def test_nobody_takes_the_files_of_others(jeanne, claire, stored, browser_of):
    assert taken_by(browser_of(claire)).namelist() == ["index.html", "donnees.json"]


def test_the_account_gives_the_archive_and_no_bare_data(jeanne, browser_of):
    page = browser_of(jeanne).get(reverse("account")).text

    assert reverse("data-archive") in page and f'"{reverse("data-export")}"' not in page


def test_a_file_that_is_gone_does_not_break_the_archive(jeanne, stored, browser_of):
    stored.document.storage.delete(stored.document.name)

    assert taken_by(browser_of(jeanne)).namelist() == ["index.html", "donnees.json"]


def test_an_act_sent_with_a_request_is_in_it_too(jeanne, stored, browser_of):
    SigningRequest.objects.create(
        preparer=jeanne, organisation_name="Saint-Éloi", college=stored.college,
        full_name="Édith Maréchal", expires_at=stored.signed_at,
        document=ContentFile(b"%PDF", "acte.pdf"),
    )  # fmt: skip
    names = taken_by(browser_of(jeanne)).namelist()

    assert "fichiers/Signatures que vous avez préparées/acte.pdf" in names


def test_files_bear_in_it_the_names_that_the_data_give_safe_and_apart(
    jeanne, stored, spaces, browser_of
):
    post = start_thread(jeanne, spaces["network"]).posts.get()
    names = ["Étude.pdf", "étude.pdf", "Étude (2).pdf", "../../a\\b.pdf", "plan\u202efdp.exe"]
    for name in names:
        file = create_tool(post).file
        file.content.save("posts/aa/aa.pdf", ContentFile(b"%PDF"), save=False)
        StoredFile.objects.filter(pk=file.pk).update(name=name, content=file.content.name)
    archive = taken_by(browser_of(jeanne))

    folder = "fichiers/Fichiers que vous avez envoyés/"
    inside = {it.removeprefix(folder) for it in archive.namelist() if it.startswith(folder)}
    assert len(inside) == len(names) and archive.testzip() is None
    assert inside >= {"b.pdf", "planfdp.exe"}
    assert len({it.casefold() for it in inside}) == len(names)
    said = {one["name"] for one in json.loads(archive.read("donnees.json"))["files"]}
    assert said == set(names) and not any(it[0] in "./" or "\\" in it for it in inside)


def test_files_of_one_name_are_numbered_however_many_there_are():
    begun = process_time()
    names = ["a.pdf", "a (2).pdf", *["a.pdf"] * 6_000]
    given = [name for name, _file in _named_apart(("files", name, None) for name in names)]

    assert len({*given}) == len(names) and process_time() - begun < 2
    assert given[:4] == ["files/a.pdf", "files/a (2).pdf", "files/a (3).pdf", "files/a (4).pdf"]


def test_archives_are_not_asked_for_without_end(jeanne, browser_of):
    browser = browser_of(jeanne)
    statuses = [browser.get(reverse("data-archive")).status_code for _time in range(11)]

    assert statuses == [200] * 10 + [302]
    assert "Réessayez" in browser.get(reverse("own-posts")).text


def test_each_section_is_called_by_words_for_people():
    labels = FIELD_LABELS | export_labels()
    for name, label in labels.items():
        assert "_" not in str(label) and str(label)[0].isupper(), name
    assert {section.name for _model, section in export_sections()} <= {*labels}


def test_what_several_models_have_is_called_the_same():
    declared = [getattr(model, "export_labels", {}) for model in apps.get_models()]
    names = list(chain(FIELD_LABELS, *declared))
    assert len(names) == len(set(names))


@pytest.mark.django_db(transaction=True)
async def test_an_event_loop_sends_it_as_it_is_made(jeanne, stored, async_client):
    await async_client.aforce_login(jeanne)
    answer = await async_client.get(reverse("data-archive"), headers={"Accept-Language": "en"})
    assert answer.is_async
    file = ZipFile(io.BytesIO(b"".join([piece async for piece in answer])))

    assert file.testzip() is None and "Your signatures" in file.read("index.html").decode()
    assert file.namelist()[1:] == ["data.json", "files/Your signatures/act.pdf"]


def test_it_is_sent_in_pieces_that_are_worth_a_turn():
    pieces = list(in_larger_pieces(iter([b"a" * 1000] * 200)))

    assert [len(piece) >= PIECE_SIZE for piece in pieces] == [True, True, True, False]
    assert b"".join(pieces) == b"a" * 200_000


def test_files_are_in_it_as_they_are_and_it_is_pressed_no_second_time(
    jeanne, stored, browser_of
):
    answer = browser_of(jeanne).get(
        reverse("data-archive"), headers={"Accept-Encoding": "gzip"}
    )
    assert "Content-Encoding" not in answer
    file = ZipFile(io.BytesIO(b"".join(answer)))
    kinds = {it.filename.partition("/")[0]: it.compress_type for it in file.infolist()}
    assert kinds == {"index.html": 8, "donnees.json": 8, "fichiers": 0}
