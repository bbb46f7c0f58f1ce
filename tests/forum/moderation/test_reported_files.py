"""The pictures and documents of what is reported are seen by who reports and who decides."""

import pytest
from django.urls import reverse
from django_ox.testing import run_tasks

from forum.conversation.files.models import StoredFile
from tests.factories import AUTHORITIES, start_thread
from tests.forum.conversation.files.file_helpers import picture, post_with_file
from tests.forum.moderation.report_helpers import reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """The folder that files lie in."""
    settings.MEDIA_ROOT = str(tmp_path)


def reply_with_picture(browser, thread):
    """A reply that shows a picture."""
    row = post_with_file(browser, thread, "chaudiere.jpg", picture())
    run_tasks()
    return StoredFile.objects.select_related("post").get(pk=row.pk)


def test_a_report_shows_the_picture_to_who_makes_it_and_to_who_decides(
    claire, jeanne, lucie, spaces, browser_of, viewer_of
):
    thread = start_thread(claire, spaces["public"])
    row = reply_with_picture(browser_of(claire), thread)
    report = reported(viewer_of(jeanne), reverse("post", args=[row.post.pk]))
    form = browser_of(jeanne).get(reverse("report"), {"adresse": report.address})
    decision = browser_of(lucie).get(report.get_absolute_url())

    for page in (form, decision):
        assert f"/fichiers/{row.pk}/" in page.text and 'alt="Un plan."' in page.text


def test_who_does_not_read_the_place_sees_no_file_of_it(
    claire, lucie, spaces, browser_of, viewer_of
):
    thread = start_thread(claire, spaces[AUTHORITIES])
    row = reply_with_picture(browser_of(claire), thread)
    report = reported(viewer_of(claire), reverse("post", args=[row.post.pk]))
    page = browser_of(lucie).get(report.get_absolute_url()).text

    assert row.post.text in page
    assert str(row.pk) not in page and "Un plan." not in page and row.name not in page
