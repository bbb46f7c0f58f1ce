"""What the script of a composer is given: limits, what is left, and one's own files again."""

import re

import pytest
from django.urls import reverse

from forum.conversation.files.models import FileState, StoredFile
from tests.forum.conversation.files.file_helpers import picture, post_with_file, uploaded

pytestmark = pytest.mark.django_db


def panel(browser, *rows):
    """The page that the script reads."""
    return browser.get(reverse("upload-file"), {"file": [str(row.pk) for row in rows]})


def test_what_is_left_is_told_before_anything_is_sent(jeanne, browser_of, settings):
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | {"person": 3_000_000}
    page = panel(browser_of(jeanne))

    assert page.status_code == 200
    assert "Il vous reste 3\u00a0Mo sur 3\u00a0Mo." in page.text
    assert 'data-room="3000000"' in page.text
    assert 'data-most-file="20000000"' in page.text


def test_words_of_refusals_leave_room_for_a_name_and_a_size(jeanne, browser_of):
    text = panel(browser_of(jeanne)).text

    assert "«\u00a0{name}\u00a0» pèse {size}" in text
    assert "«\u00a0{name}\u00a0» est vide." in text
    assert not re.search(r"%\(\w+\)s|%%", text)


def test_the_description_of_a_picture_is_asked_as_needed_and_why(jeanne, browser_of):
    asked = panel(browser_of(jeanne)).text.partition('<label for="id_description-new">')[2]
    asked = asked.partition("</label>")[0]

    assert "Décrivez l’image" in asked and "obligatoire" in asked
    assert "qui ne la voit pas" in asked


def test_one_is_given_back_ones_own_files_that_no_post_has(jeanne, claire, thread, browser_of):
    browser = browser_of(jeanne)
    draft, image = uploaded(browser), uploaded(browser, "a.png", picture((9, 9), "PNG"))
    posted = post_with_file(browser, thread, "b.pdf")
    text = panel(browser, draft, image, posted).text

    assert f'name="file" value="{draft.pk}"' in text
    assert f'name="description-{image.pk}"' in text
    assert str(posted.pk) not in text
    assert str(draft.pk) not in panel(browser_of(claire), draft).text


def test_a_picture_that_could_not_be_read_is_given_back_with_the_reason(jeanne, browser_of):
    row = uploaded(browser_of(jeanne), "a.png", picture((9, 9), "PNG"))
    StoredFile.objects.filter(pk=row.pk).update(state=FileState.REFUSED, refusal="unreadable")

    assert "l’image n’a pas pu être lue" in panel(browser_of(jeanne), row).text


@pytest.mark.parametrize("junk", ["rien", "", "0" * 32, "\u0661", "x" * 900])
def test_ids_that_name_nothing_give_no_row(jeanne, browser_of, junk):
    page = browser_of(jeanne).get(reverse("upload-file"), {"file": junk})

    assert page.status_code == 200
    assert "<li" not in page.text.rpartition("data-own-files")[2]


def test_guests_are_given_nothing(client):
    assert panel(client).status_code == 403
