"""Files that are sent and taken back while a backup is made neither stop it nor make it lie."""

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from forum.conversation.files.models import StoredFile
from forum.conversation.files.objects.tasks import delete_stored_objects
from forum.conversation.files.preparing.actions import prepare
from forum.site.operations import backups
from forum.site.operations.backups import BackupError, check_archive, create_backup

_CONTENT = BytesIO()
Image.new("RGB", (60, 40), "red").save(_CONTENT, "PNG")
PICTURE = _CONTENT.getvalue()
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="backups/ has pg_dump's"),
    pytest.mark.usefixtures("charter", "topics", "spaces"),
]


@pytest.fixture
def taken_back(jeanne, browser_of, monkeypatch):
    """Names of the file that Jeanne sends before each dump, and takes back during it."""
    browser, module, names = browser_of(jeanne), backups.database_module(), []
    dump = module.dump

    def slow_dump(path):
        key = str(uuid.uuid4())
        about = {"key": key, "name": "a.txt", "size": "3"}
        upload = browser.post(reverse("begin-upload"), about).json()["address"]
        part = SimpleUploadedFile("a.txt", b"abc")
        browser.post(upload, {"offset": "0", "part": part})
        dump(path)
        own = StoredFile.objects.get(upload_key=key).object_names
        browser.post(reverse("cancel-upload", args=[key]))
        delete_stored_objects.func(own)
        names.extend(own)

    monkeypatch.setattr(module, "dump", slow_dump)
    return names


def test_whoever_takes_files_back_stops_no_backup(taken_back, tmp_path):
    manifest = create_backup(tmp_path / "b.tar")

    assert [it.endswith(taken_back[0]) for it in manifest["deleted_files"]] == [True]
    assert check_archive(tmp_path / "b.tar") == manifest


def test_a_file_that_is_gone_and_still_named_does(jeanne, tmp_path):
    about = {"size": 3, "is_image": False, "name": "a.txt", "content": "aa/gone.txt"}
    StoredFile.objects.create(owner=jeanne, state="ready", key="gone", **about)

    with pytest.raises(BackupError, match="names 1 files that are not in"):
        create_backup(tmp_path / "b.tar")


def test_a_picture_that_is_made_anew_during_the_dump_is_in_the_backup(
    jeanne, browser_of, tmp_path, monkeypatch
):
    browser, module, dumps = browser_of(jeanne), backups.database_module(), []
    dump = module.dump

    def slow_dump(path):
        dumps.append(path)
        if is_first := len(dumps) == 1:
            about = {"key": str(uuid.uuid4()), "name": "a.png", "size": str(len(PICTURE))}
            upload = browser.post(reverse("begin-upload"), about).json()["address"]
            part = SimpleUploadedFile("a.png", PICTURE)
            browser.post(upload, {"offset": "0", "part": part})
        dump(path)
        if is_first:
            prepare(str(StoredFile.objects.get().pk))

    monkeypatch.setattr(module, "dump", slow_dump)
    manifest = create_backup(tmp_path / "b.tar")

    assert len(dumps) == 2 and manifest["deleted_files"] == []
    assert check_archive(tmp_path / "b.tar") == manifest
