"""Files that are sent in parts: after a cut of the line they go on where they stopped."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from django_ox.testing import run_tasks

from accounts.base.rate_limits import RateLimit
from accounts.closing.models import AccountClosing
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.partial_uploads import views
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.tasks import sweep_files
from forum.members.closing.actions import close_account
from tests.factories import PROJECTS, create_seat
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    picture,
    send_reply,
    upload,
)
from tests.forum.conversation.files.partial_helpers import (
    DOCUMENT,
    PART,
    begin,
    cancel,
    send_part,
    send_parts,
)
from tests.forum.conversation.files.test_sweeping import grow_old, objects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_parts")]


@pytest.fixture
def browser(jeanne, browser_of):
    """Jeanne's."""
    return browser_of(jeanne)


def parts_in(folder):
    """The objects of parts."""
    return {name for name in objects(folder) if name.startswith("parts/")}


def test_a_file_that_came_in_parts_is_one_like_any_other(
    browser, jeanne, claire, browser_of, files_folder
):
    key, answer = send_parts(browser, name="Délibération nº 4.pdf")
    whole = upload(browser, "Délibération nº 4.pdf", DOCUMENT)

    assert answer.status_code == whole.status_code == 201
    assert answer.json().keys() == whole.json().keys()
    row, other = (StoredFile.objects.get(pk=it.json()["id"]) for it in (answer, whole))
    assert (row.owner, row.seat, row.upload_key) == (jeanne, jeanne.seats.get(), key)
    assert (row.name, row.size, row.sha256) == (other.name, other.size, other.sha256)
    assert browser.get(address_of(row)).content == DOCUMENT
    assert browser_of(claire).get(address_of(row)).status_code == 404
    run_tasks()
    assert not PartialUpload.objects.exists()
    assert objects(files_folder) == {row.content.name, other.content.name}


def test_a_picture_that_came_in_parts_is_made_anew(browser):
    _key, answer = send_parts(browser, picture((900, 700)), name="pre.jpg")
    assert answer.json()["state"] == FileState.PREPARING
    run_tasks()
    row = StoredFile.objects.get()
    assert (row.state, row.name, row.width) == (FileState.READY, "pre.webp", 900)


def test_after_a_cut_one_is_told_where_it_stands_and_goes_on_there(browser):
    key, answer = send_parts(browser, until=2 * PART)
    assert (answer.status_code, answer.json()) == (200, {"received": 2 * PART})

    asked = begin(browser, key=key)
    assert (asked.status_code, asked.json()["received"]) == (200, 2 * PART)
    assert send_parts(browser, key=key)[1].status_code == 201
    assert StoredFile.objects.get().size == len(DOCUMENT)


def test_what_is_not_the_part_that_is_waited_for_is_told_what_is_there(browser, files_folder):
    key, _answer = send_parts(browser, until=2 * PART)
    kept = objects(files_folder)

    for offset, size in [
        (PART, PART),
        (0, PART),
        (3 * PART, PART),
        (2 * PART, 9),
        (2 * PART, 0),
    ]:
        answer = send_part(browser, key, offset, size=size)
        assert (answer.status_code, answer.json()) == (409, {"received": 2 * PART}), offset
    for sent in ({}, {"offset": "²", "part": "texte"}, {"offset": 2 * PART}):
        answer = browser.post(reverse("upload-part", args=[key]), sent)
        assert (answer.status_code, answer.json()) == (409, {"received": 2 * PART}), sent
    assert objects(files_folder) == kept
    assert send_parts(browser, key=key)[1].status_code == 201


def test_the_end_sent_again_is_the_same_file(browser):
    key, answer = send_parts(browser)
    again = [send_part(browser, key, 3 * PART), begin(browser, key=key)]

    assert [it.status_code for it in again] == [201, 201]
    assert {it.json()["id"] for it in [answer, *again]} == {str(StoredFile.objects.get().pk)}


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"size": 20_000_001}, "pèse 20\u00a0Mo"),
        ({"size": 0}, "est vide"),
        ({"name": "outil.exe"}, "n’est pas d’un type accepté ici"),
        ({"size": ""}, "Choisissez un fichier."),
        ({"size": "²"}, "Choisissez un fichier."),
        ({"key": "rien"}, "Choisissez un fichier."),
    ],
)
def test_what_would_not_be_taken_is_refused_before_a_byte_is_sent(browser, about, words):
    answer = begin(browser, **about)

    assert answer.status_code == 422
    assert words in answer.json()["errors"]["file"][0]
    assert not PartialUpload.objects.exists()


def test_a_key_is_that_of_one_file(browser):
    key, _answer = send_parts(browser, until=PART)

    assert begin(browser, DOCUMENT * 2, key).status_code == 422
    assert begin(browser, DOCUMENT, key).json()["received"] == PART


def test_who_may_write_nowhere_begins_nothing(people, client, browser_of):
    assert begin(client).status_code == 403
    assert begin(browser_of(people.registered)).status_code == 403
    assert send_part(client, uuid4(), 0).status_code == 403
    assert cancel(client, uuid4()).status_code == 403
    assert not PartialUpload.objects.exists()


def test_one_that_is_not_what_its_name_says_ends_with_its_first_part(browser, files_folder):
    content = b"<!doctype html>" * 300
    key, answer = send_parts(browser, content)

    assert answer.status_code == 422
    assert "n’est pas ce que dit son nom" in answer.json()["errors"]["file"][0]
    assert not PartialUpload.objects.exists() and objects(files_folder) == set()
    assert send_part(browser, key, 0).status_code == 404


def test_what_is_still_to_come_counts_for_its_sender(browser, settings):
    limits = django_settings.FORUM_FILE_LIMITS
    settings.FORUM_FILE_LIMITS = limits | {"person": len(DOCUMENT) + 100}
    key, _answer = send_parts(browser, until=PART)

    assert begin(browser).status_code == 422
    refused = upload(browser, content=PDF * 3)
    assert refused.status_code == 422 and "plus assez de place" in refused.text
    assert send_parts(browser, key=key)[1].status_code == 201
    assert send_parts(browser)[1].status_code == 422


@pytest.mark.parametrize("of", ["organisation", "site"])
def test_bytes_that_never_come_take_nobody_elses_room(
    browser, jeanne, make_person, browser_of, settings, of
):
    limits = django_settings.FORUM_FILE_LIMITS
    settings.FORUM_FILE_LIMITS = limits | {of: len(DOCUMENT) + 100}
    colleague = make_person("Rose Ici")
    create_seat(colleague, PROJECTS, organisation=jeanne.seats.get().organisation)
    begun = [begin(browser) for _time in range(5)]
    assert {it.status_code for it in begun} == {200}

    assert send_parts(browser_of(colleague))[1].status_code == 201
    assert begin(browser_of(colleague)).status_code == 422
    key = PartialUpload.objects.first().key
    assert send_part(browser, key, 0).status_code == 422
    assert PartialUpload.objects.filter(received=0).count() == 5


def test_who_waits_for_a_seat_keeps_less(people, browser_of, settings):
    limits = django_settings.FORUM_FILE_LIMITS
    settings.FORUM_FILE_LIMITS = limits | {"person": 5 * len(DOCUMENT) + 10}

    waiting, member = browser_of(people.waiting), browser_of(people.projects)
    assert [begin(waiting).status_code for _time in range(2)] == [200, 422]
    assert [begin(member).status_code for _time in range(6)] == [200] * 5 + [422]


def test_one_sends_so_many_files_and_parts_in_a_while(browser, monkeypatch):
    monkeypatch.setattr(views, "UPLOADS", RateLimit("few_files", "2/h/user"))
    monkeypatch.setattr(views, "PARTS", RateLimit("few_parts", "3/h/user"))
    key, _answer = send_parts(browser, until=PART)
    statuses = [begin(browser, key=it).status_code for it in (uuid4(), uuid4(), key)]
    assert statuses == [200, 429, 200]  # It is no new one to ask where one stands.

    answer = send_parts(browser, key=key)[1]
    assert answer.status_code == 429
    assert "Réessayez" in answer.json()["errors"]["file"][0]


def test_nobody_but_its_owner_learns_of_an_upload(
    browser, jeanne, claire, browser_of, files_folder
):
    key, _answer = send_parts(browser, until=PART, fingerprint="a" * 64)
    other, kept = browser_of(claire), objects(files_folder)

    for one in (key, uuid4()):
        assert send_part(other, one, PART).status_code == 404
        assert cancel(other, one).status_code == 204
    assert objects(files_folder) == kept
    assert begin(other, key=key, fingerprint="a" * 64).json()["received"] == 0
    assert send_parts(other, DOCUMENT.replace(b"obj", b"OBJ"), key)[1].status_code == 201
    assert send_parts(browser, key=key)[1].status_code == 201
    stored = {row.owner: row.sha256 for row in StoredFile.objects.filter(upload_key=key)}
    assert len({*stored.values()}) == 2 and stored.keys() == {jeanne, claire}
    assert stored[jeanne] == sha256(DOCUMENT).hexdigest()


def test_the_same_file_chosen_anew_goes_on_where_it_stopped(browser):
    before, _answer = send_parts(browser, until=2 * PART, fingerprint="a" * 64)

    others = [{"fingerprint": "b" * 64}, {"fingerprint": ""}, {"name": "autre.pdf"}]
    for about in others:
        asked = begin(browser, **{"fingerprint": "a" * 64} | about)
        assert asked.json()["received"] == 0
    key = uuid4()
    assert begin(browser, key=key, fingerprint="a" * 64).json()["received"] == 2 * PART
    assert send_part(browser, before, 2 * PART).status_code == 404
    assert send_parts(browser, key=key)[1].status_code == 201
    assert begin(browser, fingerprint="a" * 64).json()["received"] == 0


def test_what_is_given_up_is_gone(browser, files_folder):
    key, _answer = send_parts(browser, until=3 * PART)

    assert [cancel(browser, key).status_code for _time in range(2)] == [204, 204]
    run_tasks()
    assert not PartialUpload.objects.exists() and objects(files_folder) == set()
    assert send_part(browser, key, 3 * PART).status_code == 404


def test_what_is_given_up_too_late_goes_unless_a_post_has_it(browser, thread, files_folder):
    key, _answer = send_parts(browser)
    cancel(browser, key)
    run_tasks()
    assert not StoredFile.objects.exists() and objects(files_folder) == set()

    key, answer = send_parts(browser)
    assert send_reply(browser, thread, file=answer.json()["id"]).status_code == 302
    cancel(browser, key)
    assert StoredFile.objects.get().post is not None


def test_what_nobody_goes_on_with_goes_after_a_day(browser, files_folder):
    old, _answer = send_parts(browser, until=2 * PART)
    new, _answer = send_parts(browser, until=PART)
    rows = PartialUpload.objects.filter(key=old)
    rows.update(updated_at=timezone.now() - timedelta(hours=23))
    assert sweep_files.call() == 0

    rows.update(updated_at=timezone.now() - timedelta(hours=25))
    assert sweep_files.call() == 1
    run_tasks()
    assert PartialUpload.objects.get().key == new
    assert objects(files_folder) == set(PartialUpload.objects.get().parts)


def test_parts_that_no_upload_names_go_once_they_are_old(browser, files_folder):
    key, _answer = send_parts(browser, until=2 * PART)
    row = PartialUpload.objects.get()
    for name in (row.part_object_name(), f"parts/{uuid4().hex}-{'a' * 32}", "parts/rien"):
        (files_folder / name).write_bytes(b"?")
    assert sweep_files.call() == 0

    grow_old(files_folder)
    assert sweep_files.call() == 3
    assert objects(files_folder) == set(row.parts)
    assert send_parts(browser, key=key)[1].status_code == 201


def test_a_part_that_was_lost_is_asked_for_again(browser, files_folder):
    key, _answer = send_parts(browser, until=3 * PART)
    lost = PartialUpload.objects.get().parts[1]
    (files_folder / lost).unlink()

    answer = send_part(browser, key, 3 * PART)
    assert (answer.status_code, answer.json()) == (409, {"received": PART})
    _key, answer = send_parts(browser, key=key)
    assert browser.get(answer.json()["address"]).content == DOCUMENT
    run_tasks()
    assert parts_in(files_folder) == set()


def test_parts_that_are_not_what_came_are_asked_for_again(browser, files_folder):
    key, _answer = send_parts(browser, until=3 * PART)
    (files_folder / PartialUpload.objects.get().parts[1]).write_bytes(b"?")

    answer = send_part(browser, key, 3 * PART)
    assert (answer.status_code, answer.json()) == (409, {"received": 0})
    _key, answer = send_parts(browser, key=key)
    assert browser.get(answer.json()["address"]).content == DOCUMENT


def test_closing_an_account_takes_what_it_has_begun_to_send(browser, jeanne, files_folder):
    send_parts(browser, until=2 * PART)
    AccountClosing.objects.create(person=jeanne, due_at=timezone.now())

    assert close_account(jeanne)
    run_tasks()
    assert not PartialUpload.objects.exists() and objects(files_folder) == set()


def test_what_limits_forbid_meanwhile_ends_with_the_reason(browser, settings, files_folder):
    key, _answer = send_parts(browser, until=3 * PART)
    settings.FORUM_FILE_TYPES = ["odt"]

    answer = send_part(browser, key, 3 * PART)
    assert answer.status_code == 422 and "type accepté" in answer.json()["errors"]["file"][0]
    run_tasks()
    assert not PartialUpload.objects.exists() and objects(files_folder) == set()


def test_the_composer_is_told_how_to_send_parts(browser):
    page = browser.get("/fichiers/").text

    assert 'data-parts="/fichiers/envois/"' in page and 'data-part-size="1048576"' in page
