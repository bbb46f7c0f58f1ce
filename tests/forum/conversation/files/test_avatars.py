"""Photos of people and logos of organisations: small, safe, and taken away for good."""

import os
from datetime import timedelta
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from django_ox.testing import run_tasks
from PIL import Image

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.organisations.models import Organisation
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.avatars import views
from forum.conversation.files.preparing.image_program import MAX_AVATAR_BYTES
from forum.conversation.files.preparing.images import prepare_avatar
from forum.conversation.files.tasks import sweep_files
from forum.members.data_export.archive import archive
from forum.moderation.measures.models import Measure
from tests.factories import moderation_reason, start_thread
from tests.forum.conversation.files.file_helpers import picture, sent
from tests.forum.conversation.files.hostile_files import HTML, SECRET, png, position
from tests.forum.members.closing_helpers import close

pytestmark = pytest.mark.django_db
PHOTO = "edit-photo"


def choose(browser, content=None, name="moi.jpg", address=None):
    """The answer to a picture that is sent as one's photo, or at ``address``."""
    file = sent(name, picture((640, 480)) if content is None else content)
    return browser.post(address or reverse(PHOTO), {"picture": file})


@pytest.fixture
def photographed(claire, browser_of):
    """Claire, who has a photo."""
    assert choose(browser_of(claire)).status_code == 302
    claire.refresh_from_db()
    return claire


@pytest.fixture
def town(claire):
    """The organisation that Claire represents."""
    return claire.seats.get().organisation


def objects(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_photo_is_a_small_square_that_says_nothing_more(claire, browser_of):
    content = picture((900, 600), exif=position(6))
    assert SECRET in content

    choose(browser_of(claire), content)

    claire.refresh_from_db()
    answer = browser_of(claire).get(claire.photo_address)
    assert answer["Content-Type"] == "image/webp" and len(answer.content) < MAX_AVATAR_BYTES
    assert Image.open(BytesIO(answer.content)).size == (192, 192)
    assert SECRET not in answer.content and not Image.open(BytesIO(answer.content)).getexif()


@pytest.mark.parametrize("kind", ["photo", "logo"])
def test_whatever_is_sent_the_picture_has_few_bytes(kind):
    noise = Image.frombytes("RGB", (300, 300), Random(5).randbytes(270_000))
    written = BytesIO()
    noise.save(written, "PNG")

    assert len(prepare_avatar(written.getvalue(), kind)) <= MAX_AVATAR_BYTES


def test_a_photo_is_cut_to_the_square_and_a_logo_is_whole():
    striped = Image.new("RGB", (600, 200), "white")
    striped.paste("black", (0, 0, 100, 200))
    written = BytesIO()
    striped.save(written, "PNG")

    photo, logo = (
        Image.open(BytesIO(prepare_avatar(written.getvalue(), kind))).convert("L")
        for kind in ("photo", "logo")
    )
    assert photo.getpixel((5, 96)) > 200
    assert logo.getpixel((5, 96)) < 50 and logo.getpixel((5, 5)) > 200


def test_it_is_kept_by_browsers_until_another_is_chosen(photographed, browser_of):
    browser, address = browser_of(photographed), photographed.photo_address
    assert browser.get(address)["Cache-Control"] == "private, max-age=31536000, immutable"
    assert browser.get(address.partition("?")[0])["Cache-Control"] == "private, no-cache"

    choose(browser)

    photographed.refresh_from_db()
    assert photographed.photo_address != address
    assert browser.get(address)["Cache-Control"] == "private, no-cache"


def test_members_see_a_photo_and_guests_initials(photographed, spaces, jeanne, browser_of):
    start_thread(photographed, spaces["public"])
    guest, member = browser_of(None), browser_of(jeanne)
    address = photographed.photo_address

    assert member.get(address).status_code == 200 and guest.get(address).status_code == 404
    assert address in member.get(photographed.get_absolute_url()).text
    assert address not in guest.get(photographed.get_absolute_url()).text


def test_a_thread_is_the_same_for_all_and_shows_photos_to_members(
    photographed, spaces, jeanne, browser_of
):
    thread = start_thread(photographed, spaces["public"])
    pages = [browser_of(one).get(thread.get_absolute_url()).text for one in (jeanne, None)]
    for page in pages:
        assert f'data-if="member" src="{photographed.photo_address}"' in " ".join(page.split())
    assert ['[data-if="member"],' in page for page in pages] == [True, False]


def test_what_is_no_picture_is_refused_beside_the_field(claire, browser_of):
    browser = browser_of(claire)
    for content, name, said in [
        (HTML, "moi.jpg", "pas une image lisible"),
        (b"%PDF-1.7", "moi.pdf", "pas une image lisible"),
        (picture()[:500], "moi.jpg", "pas une image lisible"),
        (png(30_000, 30_000), "moi.png", "trop grande"),
        (b"", "moi.jpg", "vide"),
    ]:
        answer = choose(browser, content, name)
        assert answer.status_code == 422 and said in answer.text, name
        assert 'id="id_picture_error"' in answer.text
    assert not User.objects.get(pk=claire.pk).photo


def test_a_picture_that_is_a_page_too_loses_the_page(claire, browser_of):
    choose(browser_of(claire), picture((64, 64), "GIF") + HTML, "moi.gif")

    claire.refresh_from_db()
    answer = browser_of(claire).get(claire.photo_address)
    assert b"script" not in answer.content
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_one_changes_it_so_often_a_day(claire, browser_of, monkeypatch):
    monkeypatch.setattr(views, "_CHANGES", views.RateLimit("choose_avatar_once", "1/d/user"))
    browser = browser_of(claire)
    choose(browser)

    answer = choose(browser)
    assert answer.status_code == 429 and "Réessayez" in answer.text


def test_who_is_silenced_shows_no_new_photo_and_may_remove_theirs(
    photographed, browser_of, files_folder
):
    before, browser = photographed.photo.name, browser_of(photographed)
    User.objects.filter(pk=photographed.pk).update(
        silenced_until=timezone.now() + timedelta(days=1)
    )
    assert choose(browser).status_code == 403
    photographed.refresh_from_db()
    assert photographed.photo.name == before and len(objects(files_folder)) == 1

    browser.post(reverse(PHOTO), {"remove": "1"})
    run_tasks()
    photographed.refresh_from_db()
    assert not photographed.photo and objects(files_folder) == set()


def test_another_photo_takes_the_object_of_the_first_away(
    photographed, browser_of, files_folder
):
    (before,) = objects(files_folder)

    choose(browser_of(photographed))
    run_tasks()

    (after,) = objects(files_folder)
    assert after != before


def test_sweeping_leaves_what_people_and_organisations_show(
    photographed, town, browser_of, files_folder
):
    choose(browser_of(photographed), address=reverse("edit-logo", args=[town.slug]))
    kept = objects(files_folder)
    lost = files_folder / "avatars" / "0123456789abcdef.webp"
    lost.write_bytes(b"?")
    for path in objects(files_folder):
        os.utime(path, (0, 0))

    assert sweep_files.call() == 1
    assert objects(files_folder) == kept and len(kept) == 2


def test_a_photo_leaves_with_the_account(photographed, files_folder):
    close(photographed)
    run_tasks()

    photographed.refresh_from_db()
    assert not photographed.photo and objects(files_folder) == set()


def test_one_takes_one_s_photo_along(photographed):
    taken = ZipFile(BytesIO(b"".join(archive(photographed, viewer_of_person(photographed)))))

    with photographed.photo.open("rb") as stored:
        assert taken.read("fichiers/Votre compte/photo.webp") == stored.read()


def test_an_animator_removes_a_photo_and_the_person_reads_why(
    photographed, lucie, browser_of, files_folder
):
    page = browser_of(lucie).get(photographed.get_absolute_url()).text
    address = reverse("remove-photo", args=[photographed.pk])
    assert address in page
    given = {"reason": moderation_reason().slug, "facts": "La photo d’une autre personne."}

    assert browser_of(lucie).post(address, given).status_code == 302
    run_tasks()

    photographed.refresh_from_db()
    measure = Measure.objects.get(person=photographed)
    assert not photographed.photo and objects(files_folder) == set()
    statement = browser_of(photographed).get(measure.get_absolute_url()).text
    assert "La photo d’une autre personne." in statement
    assert "La photo est retirée" in statement
    assert ModerationLogEntry.objects.get().action == "remove_photo"
    assert address not in browser_of(lucie).get(photographed.get_absolute_url()).text


def test_a_logo_is_shown_to_all_who_see_the_organisation(town, claire, browser_of):
    choose(browser_of(claire), address=reverse("edit-logo", args=[town.slug]))

    town.refresh_from_db()
    guest = browser_of(None)
    assert guest.get(town.logo_address).status_code == 200
    for address in (town.get_absolute_url(), reverse("organisations")):
        assert town.logo_address in guest.get(address).text


def test_who_does_not_represent_it_chooses_no_logo(town, jeanne, lucie, browser_of):
    address = reverse("edit-logo", args=[town.slug])
    assert choose(browser_of(jeanne), address=address).status_code == 403
    assert not Organisation.objects.get(pk=town.pk).logo

    assert choose(browser_of(lucie), address=address).status_code == 302
    entry = ModerationLogEntry.objects.get()
    assert (entry.action, entry.organisation) == ("change_logo", town)
