"""Files in a bucket, sent by nginx, looked at by clamd; HEIC: ``make file-servers``.

Each with the real program: SeaweedFS for S3, nginx before gunicorn, clamd, libheif.
"""

import json
import os
import re
import socket
import ssl
import sys
from contextlib import closing
from datetime import timedelta
from http.client import HTTPSConnection
from io import BytesIO
from pathlib import Path
from runpy import run_path
from urllib.request import urlopen
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from django_ox.testing import run_tasks
from PIL import Image

from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.partial_uploads.models import PART_SIZE, PartialUpload
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.tasks import sweep_files
from forum.moderation.actions import hide_post
from tests.clients import create_session
from tests.forum.conversation.files.file_helpers import (
    PDF,
    address_of,
    picture,
    post_with_file,
    sent,
    upload,
    uploaded,
)
from tests.forum.conversation.files.partial_helpers import send_part, send_parts
from tests.forum.conversation.files.picture_costs import MEGABYTES, SECONDS, costs
from tests.forum.conversation.files.server_processes import (
    BUCKET,
    KEY,
    SECRET,
    SIGNATURE,
    clamd,
    client_of,
    nginx,
    seaweedfs,
)
from tests.realtime.processes import database_url, running
from tests.servers import free_port
from tests.test_deploy import nginx_conf

pytestmark = pytest.mark.django_db
#: What they write: 12 and 24 million pixels, and 48 for who chooses so, which is too large.
TELEPHONES = (4032, 3024), (5712, 4284), (8064, 6048)


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """The address of an S3 server."""
    with seaweedfs(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def bucket(s3, settings, monkeypatch):
    """The site keeps its files in a bucket, which is empty, as FORUM_BUCKET has it."""
    keep_in_bucket(settings, monkeypatch, s3)
    client = client_of(s3)
    for name in names_in(client):
        client.delete_object(Bucket=BUCKET, Key=name)
    return client


def keep_in_bucket(settings, monkeypatch, endpoint):
    """Have the site keep its files there, with the settings that operators give it."""
    for name, value in {
        "BUCKET": BUCKET,
        "BUCKET_ENDPOINT": endpoint,
        "BUCKET_REGION": "us-east-1",
        "BUCKET_ACCESS_KEY": KEY,
        "BUCKET_SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"FORUM_{name}", value)
    read = run_path(str(Path(settings.BASE_DIR, "forum/settings/files.py")))
    settings.STORAGES = settings.STORAGES | {"files": read["POST_FILES_STORAGE"]}
    field = StoredFile._meta.get_field("content")
    monkeypatch.setattr(field, "storage", storages["files"])


def names_in(client):
    """The names of all objects."""
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"] for one in listed}


def test_files_are_kept_in_a_bucket_and_served_by_us(
    bucket, s3, jeanne, claire, lucie, thread, browser_of, viewer_of
):
    row = post_with_file(browser_of(jeanne), thread, "a.pdf", PDF * 2000)
    assert names_in(bucket) == {row.content.name}
    browser, address = browser_of(claire), address_of(row)
    answer = browser.get(address)
    assert (answer.status_code, answer.content) == (200, PDF * 2000)
    part = browser.get(address, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, (PDF * 2000)[5:10])
    assert part["Content-Range"] == f"bytes 5-9/{len(PDF) * 2000}"
    again = browser.get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    with pytest.raises(OSError, match="403"):
        urlopen(f"{s3}/{BUCKET}/{row.content.name}")
    hide_post(row.post, viewer_of(lucie), "Démarchage")
    assert browser.get(address).status_code == 404


def test_pictures_are_prepared_from_a_bucket_and_leave_nothing_else(
    bucket, jeanne, thread, browser_of
):
    browser = browser_of(jeanne)
    row = post_with_file(browser, thread, "a.jpg", picture((1700, 900)))
    run_tasks()
    row.refresh_from_db()
    assert row.state == FileState.READY and names_in(bucket) == set(row.object_names)
    for width in row.widths:
        answer = browser.get(address_of(row), {"largeur": width})
        assert Image.open(BytesIO(answer.content)).width == width


def test_what_is_left_over_in_a_bucket_is_swept(bucket, jeanne, browser_of, monkeypatch):
    row = uploaded(browser_of(jeanne))
    bucket.put_object(Bucket=BUCKET, Key="ab/" + "ab" * 16, Body=b"?")
    assert sweep_files.call() == 0
    monkeypatch.setattr(
        "forum.conversation.files.sweeping.actions._MIN_AGE", timedelta(seconds=-5)
    )
    assert sweep_files.call() == 1
    assert names_in(bucket) == {row.content.name}
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=3))
    sweep_files.call()
    run_tasks()
    assert names_in(bucket) == set()


def test_a_file_that_comes_in_parts_is_put_together_in_a_bucket(
    bucket, jeanne, browser_of, settings, monkeypatch
):
    browser, content = browser_of(jeanne), (PDF * 60_000)[: 2 * PART_SIZE + 500]
    key, _answer = send_parts(browser, content, until=2 * PART_SIZE, size=PART_SIZE)
    parts = PartialUpload.objects.get().parts
    assert names_in(bucket) == set(parts) and len(parts) == 2
    monkeypatch.setattr(
        "forum.conversation.files.sweeping.actions._MIN_AGE", timedelta(seconds=-5)
    )
    bucket.put_object(Bucket=BUCKET, Key=f"parts/{'ab' * 16}-{'cd' * 16}", Body=b"?")
    assert sweep_files.call() == 1 and names_in(bucket) == set(parts)

    with monkeypatch.context() as away:
        keep_in_bucket(settings, away, f"http://127.0.0.1:{free_port()}")
        answer = send_part(browser, key, 2 * PART_SIZE, content, PART_SIZE)
        assert answer.status_code == 503
    keep_in_bucket(settings, monkeypatch, bucket.meta.endpoint_url)
    bucket.delete_object(Bucket=BUCKET, Key=parts[1])
    answer = send_part(browser, key, 2 * PART_SIZE, content, PART_SIZE)
    assert (answer.status_code, answer.json()) == (409, {"received": PART_SIZE})
    _key, answer = send_parts(browser, content, key, size=PART_SIZE)
    assert browser.get(answer.json()["address"]).content == content
    run_tasks()
    assert names_in(bucket) == {StoredFile.objects.get().content.name}


def test_a_bucket_that_does_not_answer_is_said_in_words(
    bucket, jeanne, browser_of, settings, monkeypatch
):
    row = uploaded(browser_of(jeanne))
    keep_in_bucket(settings, monkeypatch, f"http://127.0.0.1:{free_port()}")
    answer = upload(browser_of(jeanne))
    assert answer.status_code == 503 and "réessayez" in answer.json()["errors"]["file"][0]
    assert browser_of(jeanne).get(address_of(row)).status_code == 503
    assert StoredFile.objects.count() == 1


def test_a_real_clamd_is_asked_and_believed(
    tmp_path_factory, settings, jeanne, claire, thread, browser_of, files_folder
):
    folder = Path(tmp_path_factory.mktemp("c"))
    with clamd(folder, most_megabytes=20) as path:
        settings.FORUM_CLAMAV = path
        clean = post_with_file(browser_of(jeanne), thread, "a.pdf", PDF * 4000)
        said = post_with_file(
            browser_of(jeanne), thread, "b.txt", b"Bonjour. " + SIGNATURE, text="Une autre."
        )
        large = uploaded(browser_of(jeanne), "c.txt", b"x" * 19_900_000)
        states = [prepare(str(row.pk)) for row in (clean, said, large)]
        assert states == [FileState.READY, FileState.REFUSED, FileState.READY]
        assert browser_of(claire).get(address_of(clean)).status_code == 200
        assert browser_of(claire).get(address_of(said)).status_code == 404
        assert not (files_folder / said.content.name).exists()


def test_what_a_real_clamd_does_not_take_waits(tmp_path_factory, settings, jeanne, browser_of):
    with clamd(Path(tmp_path_factory.mktemp("c")), most_megabytes=1) as path:
        settings.FORUM_CLAMAV = path
        row = uploaded(browser_of(jeanne), "c.txt", b"x" * 5_000_000)
        with pytest.raises(Exception, match="size limit|Broken pipe|reset"):
            prepare(str(row.pk))
    row.refresh_from_db()
    assert row.state == FileState.PREPARING


def test_heic_is_read_where_its_library_is(jeanne, thread, browser_of):
    import pillow_heif

    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    heif = pillow_heif.from_pillow(Image.new("RGB", (1700, 900), (0, 99, 0)))
    written = BytesIO()
    heif.save(written, quality=50, exif=exif.tobytes())
    assert written.getvalue()[4:8] == b"ftyp"
    row = post_with_file(browser_of(jeanne), thread, "IMG_1.HEIC", written.getvalue())
    run_tasks()
    row.refresh_from_db()
    assert (row.state, row.name, row.widths) == (
        FileState.READY,
        "IMG_1.webp",
        [320, 800, 1600],
    )
    assert b"SECRET" not in browser_of(jeanne).get(address_of(row)).content


def test_a_heic_of_a_telephone_costs_no_more_than_any_other_picture(tmp_path):
    import pillow_heif

    for size in TELEPHONES:
        heif = pillow_heif.from_pillow(photograph(size))
        for tile in 0, 512:  # As one picture, and in tiles as telephones write it.
            path = tmp_path / f"{size[0]} {tile}"
            heif.save(path, quality=50, tile_size=tile, enc_params={"preset": "ultrafast"})

    found = {Path(path).name: it for path, it in costs(sorted(tmp_path.iterdir())).items()}
    dear = {name: it for name, it in found.items() if it[0] > MEGABYTES or it[1] > SECONDS}
    assert dear == {}
    refused = {name.split()[0] for name, it in found.items() if it[2]}
    assert refused == {"8064"} and len(found) == 2 * len(TELEPHONES)


def photograph(size):
    """A picture with something on each of its spots."""
    width, height = size
    noise = Image.effect_noise((width // 4, height // 4), 40).resize(size)
    ground = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (noise, ground, ground))


@pytest.mark.django_db(transaction=True)
def test_nginx_sends_what_our_pages_let_through(
    tmp_path, jeanne, claire, thread, browser_of, lucie, files_folder
):
    row = post_with_file(browser_of(jeanne), thread, "Délibération.pdf", PDF * 2000)
    sessions = {person: create_session(person) for person in (claire,)}
    ports = {port: free_port() for port in ("80", "443", "8100")}
    pages = free_port()
    conf = nginx_conf(tmp_path, "one-machine", ports)
    text = conf.read_text().replace("/var/lib/foirail/files/posts/", f"{files_folder}/")
    text = re.sub(
        r"(upstream foirail_pages \{).*?\}",
        rf"\1 server 127.0.0.1:{pages}; }}",
        text,
        flags=re.S,
    )
    assert f"alias      {files_folder}/" in text
    conf.write_text(f"user {_me()};\n{text}" if os.getuid() == 0 else text)
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{pages}", "--workers", "1",
        "--worker-tmp-dir", str(tmp_path), "--no-control-socket", "forum.wsgi",
    ]  # fmt: skip
    environment = os.environ | {
        "DATABASE_URL": database_url(tmp_path),
        "FORUM_FILES": django_settings.MEDIA_ROOT,
        "FORUM_ACCEL_REDIRECT": "/fichiers-internes/",
        "FORUM_HOSTS": "forum.example.org,127.0.0.1",
        "FORUM_SECRET_KEY": django_settings.SECRET_KEY,
        "FORUM_DEBUG": "1",
        "FORUM_PROXIES": "1",
    }
    with (
        running(command, pages, tmp_path / "log", environment),
        nginx(tmp_path, conf, int(ports["443"])),
    ):
        ask = _asking(int(ports["443"]))
        cookie = {"Cookie": f"{django_settings.SESSION_COOKIE_NAME}={sessions[claire]}"}
        status, headers, body = ask(address_of(row), cookie)
        assert (status, body) == (200, PDF * 2000)
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''D%C3")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["ETag"] and "X-Accel-Redirect" not in headers
        status, headers, body = ask(address_of(row), cookie | {"Range": "bytes=5-9"})
        assert (status, body) == (206, (PDF * 2000)[5:10])
        again = cookie | {"If-None-Match": headers["ETag"]}
        assert ask(address_of(row), again)[0] == 304
        assert ask(address_of(row), {})[0] == 404
        assert ask(f"/fichiers-internes/{row.content.name}", cookie)[0] == 404
        _send_parts_through(ask, cookie["Cookie"])


def _send_parts_through(ask, cookie):
    """Send a file in parts, as a browser does on a page that came by HTTPS."""
    key, content = uuid4(), (PDF * 60_000)[: PART_SIZE + 500]
    token = "a" * 32
    headers = {
        "Cookie": f"{cookie}; csrftoken={token}",
        "X-CSRFToken": token,
        "Origin": "https://forum.example.org",
        "Content-Type": MULTIPART_CONTENT,
    }
    asked, statuses = [reverse("begin-upload"), *[reverse("upload-part", args=[key])] * 2], []
    parts = [
        {"offset": at, "part": sent("a", content[at:][:PART_SIZE])} for at in (0, PART_SIZE)
    ]
    forms = [{"key": key, "name": "a.pdf", "size": len(content)}, *parts]
    for address, form in zip(asked, forms, strict=True):
        status, _headers, said = ask(address, headers, encode_multipart(BOUNDARY, form))
        statuses.append(status)
    assert statuses == [200, 200, 201], said
    assert json.loads(said)["size"] == len(content)


def _asking(port):
    """What nginx answers: status, headers, body."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    class Line(HTTPSConnection):
        """To this machine, under the site's name."""

        def connect(self):
            plain = socket.create_connection(("127.0.0.1", port), 60)
            self.sock = context.wrap_socket(plain, server_hostname="forum.example.org")

    def ask(address, headers, body=None):
        with closing(Line("forum.example.org", context=context)) as line:
            line.request("POST" if body else "GET", address, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()

    return ask


def _me():
    from pwd import getpwuid

    return getpwuid(os.getuid()).pw_name
