"""A storage that is full or gone: it is said in words, and no text and no file is lost."""

from copy import deepcopy

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.objects.actions import StorageFailed
from forum.conversation.files.preparing.actions import prepare
from tests.forum.conversation.files.faulty_storage import FullStorage
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    picture,
    post_with_file,
    reply_form,
    sent,
    upload,
    uploaded,
)
from tests.forum.conversation.files.partial_helpers import DOCUMENT, PART, send_part, send_parts
from tests.forum.conversation.files.test_sweeping import objects

pytestmark = pytest.mark.django_db
WORDS = "ne peuvent pas être enregistrés pour l’instant"


@pytest.fixture
def full(settings, monkeypatch):
    """The storage takes so many objects more, and no other."""

    def full(room=0):
        storages = deepcopy(settings.STORAGES)
        storages["files"] = {
            "BACKEND": "tests.forum.conversation.files.faulty_storage.FullStorage"
        }
        settings.STORAGES = storages
        monkeypatch.setattr(FullStorage, "room", room)

    return full


def test_a_script_is_told_that_a_file_cannot_be_kept_now(
    jeanne, browser_of, full, files_folder
):
    full()
    answer = upload(browser_of(jeanne))

    assert answer.status_code == 503
    assert WORDS in answer.json()["errors"]["file"][0]
    assert not StoredFile.objects.exists() and objects(files_folder) == set()


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_cannot_be_kept_is_said_and_those_before_it_stay(
    jeanne, browser_of, full, files_folder
):
    browser = browser_of(jeanne)
    key, _answer = send_parts(browser, until=2 * PART)
    kept = objects(files_folder)
    full()
    answer = send_part(browser, key, 2 * PART)
    assert answer.status_code == 503 and WORDS in answer.json()["errors"]["file"][0]
    assert objects(files_folder) == kept

    full(room=2)  # The two parts that are missing, but not the file.
    assert send_parts(browser, key=key)[1].status_code == 503
    full(room=1)
    assert send_part(browser, key, 3 * PART).status_code == 201
    assert browser.get(StoredFile.objects.get().shown.address).content == DOCUMENT


def test_a_form_comes_back_with_its_text_and_the_files_that_were_kept(
    jeanne, thread, browser_of, full, files_folder
):
    full(room=1)
    browser, posts = browser_of(jeanne), thread.posts.count()
    address, form = reverse("replies", args=[thread.pk]), reply_form(thread, "Mon long texte.")
    answer = browser.post(address, form | {"files": [sent("a.pdf", PDF), sent("b.pdf", PDF)]})

    assert answer.status_code == 503
    assert WORDS in answer.text and "Mon long texte." in answer.text
    kept = StoredFile.objects.get()
    assert f'name="file" value="{kept.pk}"' in answer.text
    assert objects(files_folder) == set(kept.object_names)

    full(room=9)
    for _time in range(2):
        files = {"file": str(kept.pk), "files": [sent("b.pdf", PDF)]}
        assert browser.post(address, form | files).status_code == 302
    assert thread.posts.count() == posts + 1
    names = StoredFile.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["a.pdf", "b.pdf"]


def test_a_picture_is_prepared_once_there_is_room_again(
    jeanne, thread, browser_of, full, files_folder
):
    row = post_with_file(browser_of(jeanne), thread, "a.jpg", picture((900, 600)))
    sent_object = objects(files_folder)
    full(room=1)
    with pytest.raises(StorageFailed):
        prepare(str(row.pk))
    assert objects(files_folder) == sent_object

    full(room=9)
    run_tasks()
    row.refresh_from_db()
    assert row.state == FileState.READY and objects(files_folder) == set(row.object_names)


def test_a_folder_that_is_none_is_said_too(jeanne, browser_of, files_folder):
    files_folder.write_bytes(b"")

    assert upload(browser_of(jeanne)).status_code == 503


def test_a_file_that_cannot_be_read_now_is_not_gone(jeanne, browser_of, files_folder):
    row = uploaded(browser_of(jeanne))
    place = files_folder / row.content.name
    place.unlink()
    place.mkdir()
    answer = browser_of(jeanne).get(address_of(row))

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
