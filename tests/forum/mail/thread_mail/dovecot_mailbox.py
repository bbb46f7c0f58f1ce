"""A mailbox of a real Dovecot is emptied over IMAP: ``make mailbox``.

Dovecot runs as whoever runs the tests, on this machine, on a port of its own.
"""

import getpass
import os
import subprocess
import tempfile
import time
from email.message import EmailMessage
from imaplib import IMAP4
from pathlib import Path
from pwd import getpwnam
from typing import NamedTuple

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from imap_tools import MailBoxUnencrypted

from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.thread_mail.mailbox import actions as mailbox
from forum.mail.thread_mail.mailbox.tasks import fetch_mail
from forum.mail.thread_mail.reception import answers
from tests.forum.mail.thread_mail.helpers import answer, headers, outlook_answer
from tests.servers import free_port

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
log_path = {home}/log
ssl = yes
ssl_server_cert_file = {home}/certificate.pem
ssl_server_key_file = {home}/key.pem
auth_allow_cleartext = yes
auth_failure_delay = 0
first_valid_uid = 0
mail_driver = maildir
mail_path = {home}/mail
mail_uid = {uid}
mail_gid = {gid}
mail_home = {home}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb static {{
  password = pass
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {home}
  }}
}}
"""


#: A certificate that it signs itself, of this machine's address.
CERTIFY = [
    *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=foirail"),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
    *("-addext", "subjectAltName=IP:127.0.0.1"),
    *("-keyout", "key.pem", "-out", "certificate.pem"),
]


class Ports(NamedTuple):
    """Those of a Dovecot, in the clear and with TLS; and where its certificate is."""

    plain: int
    tls: int
    certificate: Path


@pytest.fixture(scope="module")
def dovecot():
    """A Dovecot that runs."""
    port, tls_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="dovecot") as name:
        home = Path(name)
        home.chmod(0o755)  # Its processes that have not signed in are nobody's.
        subprocess.run(CERTIFY, cwd=home, check=True, capture_output=True)
        (home / "dovecot.conf").write_text(configuration(home, port, tls_port))
        started = ["/usr/sbin/dovecot", "-F", "-c", str(home / "dovecot.conf")]
        with subprocess.Popen(started) as process:
            try:
                wait_until_it_listens(process, port)
                yield Ports(port, tls_port, home / "certificate.pem")
            finally:
                process.terminate()


def configuration(home, port, tls_port):
    """Of one that nobody's mail is in; that of root is refused."""
    if os.getuid():
        uid, gid, user = os.getuid(), os.getgid(), getpass.getuser()
        users = f"default_internal_user = {user}\ndefault_login_user = {user}\n"
    else:
        _name, _password, uid, gid, *_more = getpwnam("nobody")
        users = ""  # It has its own.
    (home / "mail").mkdir()
    os.chown(home / "mail", uid, gid)
    versions = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
    return (
        versions
        + users
        + CONFIGURATION.format(home=home, port=port, tls_port=tls_port, uid=uid, gid=gid)
    )


def wait_until_it_listens(process, port):
    for _attempt in range(100):
        try:
            return IMAP4("127.0.0.1", port, timeout=10).shutdown()
        except OSError:
            assert process.poll() is None, "It has ended."
            time.sleep(0.1)
    raise TimeoutError


@pytest.fixture
def box(dovecot, settings):
    """The mailbox, empty, as a person's own program opens it."""
    settings.FORUM_IMAP_URL = f"imap://reponse:pass@127.0.0.1:{dovecot.plain}/INBOX"
    with MailBoxUnencrypted("127.0.0.1", dovecot.plain, timeout=10).login(
        "reponse", "pass"
    ) as opened:
        for folder in ("INBOX", "Foirail"):
            if opened.folder.exists(folder):
                opened.folder.set(folder)
                opened.delete(opened.uids())
        opened.folder.set("INBOX")
        yield opened


def put(box, message, to="", dt=None):
    """Deliver a mail there."""
    if to:
        message["Delivered-To"] = to
    box.append(message.as_bytes(), "INBOX", dt=dt)


def subjects(box, folder):
    box.folder.set(folder)
    return [one.subject for one in box.fetch(mark_seen=False)]


def fetched():
    return fetch_mail.func()


def test_an_answer_is_published_and_moved(box, address, claire, thread):
    put(box, answer(claire), address)

    assert fetched() == 1
    assert thread.posts.last().text == "Merci, **150 kW** alors."
    assert subjects(box, "INBOX") == [] and subjects(box, "Foirail") == ["Re: Chaufferie"]


def test_what_outlook_sends_is_published_without_what_it_quotes_and_answered(
    box, thread, claire, jeanne, settings
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    message, published = outlook_answer(claire.email, headers(thread, jeanne)[0])
    mail.outbox.clear()
    put(box, message, str(message["To"]))

    assert fetched() == 1
    assert thread.posts.last().text == published and thread.posts.last().author == claire
    (receipt,) = mail.outbox
    assert receipt.to == [claire.email] and "est publiée" in receipt.subject
    assert receipt.extra_headers["In-Reply-To"] == message["Message-ID"]
    assert [str(one) for one in subjects(box, "Foirail")] == [message["Subject"]]


def test_one_that_is_nobodys_is_moved_with_a_flag(box, address, jeanne, thread):
    put(box, answer(jeanne), address)

    assert fetched() == 1 and thread.posts.count() == 2
    box.folder.set("Foirail")
    assert ["\\Flagged" in one.flags for one in box.fetch(mark_seen=False)] == [True]


def test_what_failed_for_now_stays_and_keeps_no_other_back(
    box, address, claire, thread, monkeypatch
):
    receive = answers.receive_mail

    def fail_once(raw, recipient, opened):
        if b"<1@example.org>" in raw:
            raise OSError("not now")
        return receive(raw, recipient, opened)

    put(box, answer(claire), address)
    put(box, answer(claire, "150 kW.", message_id="<2@example.org>"), address)
    with monkeypatch.context() as patched:
        patched.setattr(answers, "receive_mail", fail_once)
        assert fetched() == 1
    assert thread.posts.last().text == "150 kW." and len(subjects(box, "INBOX")) == 1

    assert fetched() == 1
    assert thread.posts.last().text == "Merci, **150 kW** alors."


def test_many_that_fail_for_now_keep_no_later_one_waiting(
    box, address, claire, thread, monkeypatch
):
    receive, tried = answers.receive_mail, []

    def fail(raw, recipient, opened):
        tried.append(raw)
        if b"\nSubject: Plus tard" in raw:
            raise OSError("not now")
        return receive(raw, recipient, opened)

    monkeypatch.setattr(mailbox, "_MAILS", 3)
    monkeypatch.setattr(answers, "receive_mail", fail)
    for number in range(4):
        message = answer(claire, message_id=f"<{number}@example.org>")
        message.replace_header("Subject", "Plus tard")
        put(box, message, address)
    assert fetched() == 0 and len(tried) == 3
    put(box, answer(claire, "150 kW."), address)

    assert fetched() == 1 and len(tried) == 6
    assert thread.posts.last().text == "150 kW."
    box.folder.set("INBOX")
    assert len(box.uids()) == 4

    monkeypatch.setattr(answers, "receive_mail", receive)
    assert fetched() + fetched() == 4


def test_one_that_is_too_long_is_not_fetched(box, address, monkeypatch):
    message = EmailMessage()
    message["Subject"] = "Plans"
    message.set_content("x" * 900)
    put(box, message, address)
    monkeypatch.setattr(mailbox, "MAX_BYTES", 500)
    monkeypatch.setattr(mailbox, "answer_to", pytest.fail)

    assert MAX_BYTES > 500 and fetched() == 1
    assert subjects(box, "Foirail") == ["Plans"]


def test_what_was_taken_long_ago_is_deleted(box, address, claire):
    put(box, answer(claire), address, timezone.now() - 2 * mailbox.RETENTION)
    put(box, answer(claire, message_id="<2@example.org>"), address)

    assert fetched() == 2
    assert len(subjects(box, "Foirail")) == 1


def test_another_folder_is_made_where_the_url_names_one(box, address, claire, settings):
    settings.FORUM_IMAP_URL += "?folder=INBOX.Lus"
    put(box, answer(claire), address)

    call_command("fetch_mail")
    assert len(subjects(box, "INBOX.Lus")) == 1


def test_a_wrong_password_is_said_and_leaves_no_failed_task(box, settings):
    settings.FORUM_IMAP_URL = settings.FORUM_IMAP_URL.replace(":pass@", ":autre@")

    assert fetched() == "boîte injoignable"
    with pytest.raises(CommandError):
        call_command("fetch_mail")
    assert mail.outbox == []


@pytest.mark.parametrize("begins_later", [False, True])
def test_with_tls_a_certificate_that_is_trusted_opens_it(
    begins_later, box, dovecot, address, claire, thread, settings, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    over_tls(settings, dovecot, monkeypatch, begins_later=begins_later)
    put(box, answer(claire), address)

    assert fetched() == 1
    assert thread.posts.last().text == "Merci, **150 kW** alors."


@pytest.mark.parametrize("begins_later", [False, True])
def test_with_tls_any_other_certificate_is_told_no_password(
    begins_later, box, dovecot, address, claire, thread, settings, monkeypatch
):
    over_tls(settings, dovecot, monkeypatch, begins_later=begins_later)
    put(box, answer(claire), address)
    with monkeypatch.context() as patched:
        patched.setattr(mailbox.BaseMailBox, "login", pytest.fail)
        assert fetched() == "boîte injoignable"

    assert len(subjects(box, "INBOX")) == 1 and thread.posts.count() == 2


def over_tls(settings, dovecot, monkeypatch, *, begins_later):
    """The mailbox over TLS, or in the clear until TLS begins, as of another machine."""
    scheme, port = ("imap", dovecot.plain) if begins_later else ("imaps", dovecot.tls)
    settings.FORUM_IMAP_URL = f"{scheme}://reponse:pass@127.0.0.1:{port}/INBOX"
    monkeypatch.setattr(mailbox.MailboxAddress, "is_local", False)
