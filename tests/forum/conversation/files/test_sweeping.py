"""What is left over goes by itself, and nothing else does."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_ox.testing import run_tasks

from forum.conversation.files.models import StoredFile
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.tasks import sweep_files
from tests.forum.conversation.files.file_helpers import picture, post_with_file, uploaded

pytestmark = pytest.mark.django_db


def objects(folder):
    """The names of all objects."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def grow_old(folder, hours=2):
    """Have all objects be as old."""
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    for name in objects(folder):
        os.utime(folder / name, (then, then))


def test_a_file_that_no_post_took_goes_after_some_days(jeanne, browser_of, files_folder):
    row = uploaded(browser_of(jeanne))
    assert sweep_files.call() == 0

    StoredFile.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=3))
    assert sweep_files.call() == 1
    run_tasks()

    assert not StoredFile.objects.exists()
    assert objects(files_folder) == set()
    assert sweep_files.call() == 0


def test_objects_of_no_row_go_once_they_are_old(jeanne, thread, browser_of, files_folder):
    post_with_file(browser_of(jeanne), thread, "a.jpg", picture((1700, 900)))
    run_tasks()
    kept = objects(files_folder)
    assert len(kept) == 3
    (files_folder / "ab").mkdir(exist_ok=True)
    (files_folder / "ab" / ("ab" * 16)).write_bytes(b"?")
    assert sweep_files.call() == 0

    grow_old(files_folder)

    assert sweep_files.call() == 1
    assert objects(files_folder) == kept


@pytest.mark.deep
def test_what_a_killed_preparation_has_left_is_swept(
    jeanne, thread, browser_of, files_folder, monkeypatch
):
    row = post_with_file(browser_of(jeanne), thread, "a.jpg", picture())
    with monkeypatch.context() as killed:
        killed.setattr("forum.conversation.files.preparing.actions._save", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prepare(str(row.pk))
    assert len(objects(files_folder)) == 4

    assert prepare(str(row.pk)) == "ready"
    grow_old(files_folder)
    sweep_files.call()

    row.refresh_from_db()
    assert objects(files_folder) == set(row.object_names)


def test_preparing_twice_and_what_is_gone_does_nothing(jeanne, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "a.jpg", picture())

    assert prepare(str(row.pk)) == "ready"
    assert prepare(str(row.pk)) is None
    assert prepare(str(uuid4())) is None


def test_a_site_without_files_has_nothing_to_sweep():
    assert sweep_files.call() == 0
