"""Files that are not what they say, or more than they seem: none runs, none costs much."""

from io import BytesIO

import pytest
from django_ox.testing import run_tasks
from PIL import Image

from accounts.viewers.rate_limits import MemberRateLimit
from forum.conversation.files import views
from forum.conversation.files.models import FileState
from forum.conversation.files.names import MAX_LENGTH, clean_name
from forum.conversation.files.preparing.image_program import ImageRefused
from forum.conversation.files.preparing.images import prepare_image
from tests.forum.conversation.files.file_helpers import (
    address_of,
    picture,
    post_with_file,
    zip_of,
)
from tests.forum.conversation.files.hostile_checks import what_is_wrong
from tests.forum.conversation.files.hostile_files import BOMBS, DECODED, HTML, QUICK, SVG, png


@pytest.mark.deep
@pytest.mark.django_db
def test_what_is_hostile_is_refused_in_words_or_only_saved(jeanne, browser_of, monkeypatch):
    limit = MemberRateLimit("upload-many", "1000/h/user", waiting="1000/h/user")
    monkeypatch.setattr(views, "UPLOADS", limit)
    browser = browser_of(jeanne)
    wrong = {it.about: what_is_wrong(browser, it) for it in QUICK}

    assert {about: it for about, it in wrong.items() if it} == {}
    assert len(QUICK) >= 60 and len({*QUICK, *DECODED, *BOMBS}) >= 100


@pytest.mark.django_db
def test_a_picture_that_is_a_page_too_loses_the_page(jeanne, thread, browser_of):
    polyglot = picture(file_format="GIF") + HTML
    row = post_with_file(browser_of(jeanne), thread, "a.gif", polyglot)
    run_tasks()
    row.refresh_from_db()

    assert row.state == FileState.READY
    assert b"script" not in browser_of(jeanne).get(address_of(row)).content


@pytest.mark.django_db
def test_a_picture_that_cannot_be_read_breaks_nothing(jeanne, claire, thread, browser_of):
    row = post_with_file(browser_of(jeanne), thread, "a.png", b"\x89PNG\r\n\x1a\n?")
    run_tasks()
    row.refresh_from_db()

    assert (row.state, row.refusal) == (FileState.REFUSED, "unreadable")
    assert browser_of(claire).get(address_of(row)).status_code == 404
    page = browser_of(claire).get(thread.get_absolute_url()).text
    assert "pas pu être lue" in page and "for-author" in page


@pytest.mark.django_db
def test_an_archive_is_never_unpacked(jeanne, thread, browser_of):
    bomb = zip_of(a=b"\0" * 10**7)
    row = post_with_file(browser_of(jeanne), thread, "bombe.zip", bomb)

    assert (row.size, row.state) == (len(bomb), FileState.READY)
    assert browser_of(jeanne).get(address_of(row)).content == bomb


def test_position_and_device_are_taken_out():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Telephone 12", 6
    exif.get_ifd(0x8825)[2] = (48.0, 6.0, 40.0)
    made = prepare_image(picture((400, 200), exif=exif, comment=b"chez nous"))

    assert (made.width, made.height) == (200, 400)  # Turned upright.
    for version in made.versions.values():
        shown = Image.open(BytesIO(version))
        assert not shown.getexif() and "exif" not in shown.info
        assert b"Telephone" not in version and b"chez nous" not in version


@pytest.mark.deep
def test_small_pictures_stay_as_they_are_and_large_ones_have_three_sizes():
    assert sorted(prepare_image(picture((100, 50))).versions) == [100]
    assert sorted(prepare_image(picture((4000, 1000))).versions) == [320, 800, 1600]
    assert sorted(prepare_image(picture((1000, 4000))).versions) == [320, 400]


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "GIF", "AVIF"])
def test_pictures_of_these_kinds_are_read(file_format):
    made = prepare_image(picture((64, 32), file_format, (0, 128, 0)))

    assert (made.width, made.height) == (64, 32)
    assert made.colour.startswith("#0") and made.colour.endswith(("00", "01", "02"))


def test_of_an_animation_the_first_picture_is_kept():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    made = prepare_image(written.getvalue())

    shown = Image.open(BytesIO(made.versions[40]))
    assert (made.colour[1:3], getattr(shown, "n_frames", 1)) > ("f0", 0)
    assert getattr(shown, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (png(30_000, 30_000), "too-large"),
        (png(2**31 - 1, 2**31 - 1), "too-large"),
        (png(40_000, 10), "too-large"),
        (png(500, 500) + b"IEND", "unreadable"),
        (picture((900, 900))[:300], "unreadable"),
        (b"", "unreadable"),
        (SVG, "unreadable"),
        (b"GIF89a" + b"\xff" * 50, "unreadable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file", "unreadable"),
    ],
)
def test_bombs_and_broken_pictures_are_refused(content, reason):
    with pytest.raises(ImageRefused, match=reason):
        prepare_image(content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\plan.pdf", "plan.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\0b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
        ("  .htaccess", "htaccess"),
        ("e\u0301tat.pdf", "état.pdf"),
        ("", "fichier"),
        ("\u200b.\u200b", "fichier"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("x" * 500 + ".pdf", "x" * (MAX_LENGTH - 4) + ".pdf"),
        ("x." + "y" * 500, "x." + "y" * (MAX_LENGTH - 2)),
    ],
)
def test_names_are_made_safe(sent, kept):
    assert clean_name(sent) == kept
