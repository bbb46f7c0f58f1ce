"""Hostile files of all kinds, and Pillow's own pictures: ``make file-bombs``.

Each is sent as any other, prepared as any other, and what is served of it looked at; what
each costs the process that decodes it is measured by itself.
"""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.viewers.rate_limits import MemberRateLimit
from forum.conversation.files import sent_files, views
from forum.conversation.files.models import StoredFile
from forum.conversation.files.preparing.actions import prepare
from tests.forum.conversation.files.file_helpers import PDF, reply_form, sent, upload
from tests.forum.conversation.files.hostile_checks import answers_that_are_wrong, what_is_wrong
from tests.forum.conversation.files.hostile_files import BOMBS, DECODED
from tests.forum.conversation.files.picture_costs import MEGABYTES, SECONDS, costs
from tests.forum.conversation.files.test_sweeping import objects

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]


@pytest.fixture
def no_upload_limits(monkeypatch):
    """People send as many files as programs do."""
    limit = MemberRateLimit("upload-many", "100000/h/user", waiting="100000/h/user")
    for module in (views, sent_files):
        monkeypatch.setattr(module, "UPLOADS", limit)


@pytest.mark.usefixtures("no_upload_limits")
def test_of_hostile_files_none_runs_and_none_tells_where(jeanne, browser_of):
    browser = browser_of(jeanne)
    wrong = {it.about: what_is_wrong(browser, it) for it in (*DECODED, *BOMBS)}

    assert {about: it for about, it in wrong.items() if it} == {}


def test_no_picture_costs_much(tmp_path, pillow_pictures):
    for number, file in enumerate((*DECODED, *BOMBS)):
        (tmp_path / f"{number} {file.about.replace('/', '')}").write_bytes(file.content())

    large = [path for path in pillow_pictures if path.stat().st_size > 50_000]
    most = costs([*filter(Path.is_file, tmp_path.iterdir()), *large])
    dear = {path: it for path, it in most.items() if it[0] > MEGABYTES or it[1] > SECONDS}
    assert dear == {} and len(most) > 150


@pytest.mark.usefixtures("no_upload_limits")
@pytest.mark.parametrize("half", [0, 1])
def test_pillows_own_pictures_are_made_anew_or_refused(
    half, jeanne, browser_of, pillow_pictures
):
    browser, states, wrong = browser_of(jeanne), [], {}
    for path in pillow_pictures[half::2]:
        answer = upload(browser, path.name, content := path.read_bytes())
        if answer.status_code == 422:
            states.append("not taken")
            continue
        row = StoredFile.objects.get(pk=answer.json()["id"])
        prepare(str(row.pk))
        row.refresh_from_db()
        states.append(row.state)
        if found := answers_that_are_wrong(browser, row, content):
            wrong[path.name] = found

    assert wrong == {}
    assert set(states) == {"not taken", "ready", "refused"} and states.count("ready") > 125


def test_a_thousand_files_at_once_are_bounded(jeanne, thread, browser_of, files_folder):
    browser, posts = browser_of(jeanne), thread.posts.count()
    files = [sent(f"{n}.pdf", PDF) for n in range(1000)]
    answer = browser.post(
        reverse("replies", args=[thread.pk]), reply_form(thread, "Tout.", files=files)
    )
    assert (answer.status_code, StoredFile.objects.count()) == (400, 0)

    answers = [upload(browser, f"{n}.pdf").status_code for n in range(1000)]
    assert (answers.count(201), answers.count(429)) == (100, 900)
    assert len(objects(files_folder)) == StoredFile.objects.count() == 100
    assert thread.posts.count() == posts


@pytest.fixture(scope="module")
def pillow_pictures():
    """The pictures that Pillow is tested with, ``Tests/images`` of its source."""
    found = sorted(Path(os.environ["PILLOW_PICTURES"]).rglob("*"))
    pictures = [path for path in found if path.is_file()]
    assert len(pictures) > 700
    return pictures
