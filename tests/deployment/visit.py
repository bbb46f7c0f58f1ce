"""Follow the documents on the machine that is booted, and visit the site that comes of it.

It is run by the system's Python, in the checkout, as root. Each thing that is seen is printed.
"""

import http.client
import json
import mailbox
import re
import shlex
import smtplib
import ssl
import subprocess
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

from tests.deployment.blocks import CERTIFICATE, blocks, runnable
from tests.deployment.fill_environment import fill

PYTHON = "/srv/foirail/.venv/bin/python"
FILES = Path("/var/lib/foirail/files/posts")
MAILS = Path("/root/mails")
#: Seconds until the worker has done what it does each minute.
PATIENCE = 180
#: People who have come in, and a thread that one of them follows.
PEOPLE = """
from accounts.charter.actions import sign_charter
from accounts.models import CharterVersion, College
from forum.models import Space
from tests.factories import create_person, create_seat, post_reply, start_thread
claire, jeanne = people = create_person("Claire Le Bihan"), create_person("Jeanne Brunel")
for person in people:
    seat = create_seat(person, College.objects.first().slug, signed=False)
    sign_charter(person, version=CharterVersion.objects.get(), organisation=seat.organisation,
                 position="Maire", authority="office", typed_name=person.full_name)
thread = start_thread(claire, Space.objects.get(slug="place-publique"), tags=[])
post_reply(jeanne, thread, "Chez nous, la régie.")
print(thread.get_absolute_url())
"""
#: What is told of after five minutes is told of now. What was written before the worker first
#: looked, on a new site, is told of to nobody: something is written until it has, so seldom
#: that the thread stays one page.
HURRY = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from forum.models import Post, Thread
from forum.mail.thread_mail.models import PostMail
from tests.factories import post_reply
lately = Post.objects.filter(created_at__gt=timezone.now() - timedelta(seconds=15))
if not PostMail.objects.filter(settled_at=None).update(due_at=timezone.now()) and not lately:
    jeanne = User.objects.get(full_name="Jeanne Brunel")
    post_reply(jeanne, Thread.objects.get(), f"Et ensuite ? ({timezone.now()})")
"""
LOSE = "from forum.models import Thread; Thread.objects.update(title='Perdu')"


def main():
    """Follow each section in turn."""
    (_code, environment, certificate, connections) = blocks("On Debian 13")
    for _kind, lines in (environment, certificate, connections):
        _follow(lines)
    (larger,) = blocks("A larger site")
    _follow(larger[1])
    _see_the_site(("pages", "sockets/8101", "sockets/8102"))
    _see_the_journal()
    ((_kind, lines),) = blocks("Files in posts")
    _follow(lines)
    thread = _see_mail_go_out_and_come_in()
    (backup, restore, discard) = blocks("Backups")
    _follow(backup[1])
    files, title = _files(), "Quelle chaufferie pour trois communes"
    _run("rm -r /var/lib/foirail/files/posts")
    _manage("shell", "-c", LOSE)
    _see("a site that has lost things", title not in _get(thread)[1])
    _follow(restore[1])
    _wait_for("its threads restored", lambda: title in _get(thread)[1])
    _see("its files restored", _files() == files and files)
    _follow(discard[1])
    _send_in(thread, "<2@example.org>", "Après la restauration, merci.")
    ((_kind, lines),) = blocks("A new version, without losing anybody")
    _follow(lines)
    _see_the_site(("pages", "sockets/8101", "sockets/8102"))
    _run("systemctl disable --now foirail.target foirail-pages.socket foirail-lmtp")
    _run("rm /etc/nginx/conf.d/upstreams-one-machine.conf")
    fill({"DATABASE_URL": "'sqlite:////var/lib/foirail/foirail.sqlite3'", "REDIS_URL": "''"})
    ((_kind, lines),) = blocks("A small site: one process")
    _follow(lines)
    _see_the_site(("pages",))
    print("All was seen.", flush=True)


def _follow(lines):
    print("\n".join(f"  | {line}" for line in lines), flush=True)
    _run(runnable(lines))


def _run(script):
    """What a script prints; the journal too where it fails."""
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, flush=True)
        _say_the_journal()
        raise SystemExit(f"It ended with {done.returncode}.")
    return done.stdout


def _say_the_journal():
    subprocess.run(["journalctl", "-n", "80", "--no-pager", "-o", "cat", "-u", "foirail-*"])


def _manage(*arguments):
    """What ``foirail-manage`` prints to this."""
    return _run(shlex.join(("foirail-manage", *arguments)))


def _files():
    return sorted(it.name for it in FILES.rglob("*"))


def _see(what, is_so):
    print(f"{'seen' if is_so else 'NOT SEEN'}: {what}", flush=True)
    if not is_so:
        _say_the_journal()
        raise SystemExit(1)


def _get(address, **headers):
    """The status and the text of an address of the site, as a guest asks for it by nginx."""
    trusted = ssl.create_default_context(cafile=f"{CERTIFICATE}/fullchain.pem")
    connection = http.client.HTTPSConnection("forum.example.org", context=trusted, timeout=60)
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    content = b"" if answer.status == 101 else answer.read()
    return answer.status, content.decode(errors="replace")


def _wait_for(what, ask):
    """What ``ask`` gives, once that is something."""
    deadline, found = time.monotonic() + PATIENCE, None
    while not found and time.monotonic() < deadline:
        try:
            found = ask()
        except OSError as error:
            found = print(error, flush=True)
        time.sleep(1)
    _see(what, found)
    return found


def _see_the_site(processes):
    """Home with its stylesheet, health of each process, a socket, plain HTTP sent on."""
    _wait_for("home", lambda: _get("/")[0] == 200)
    styles = re.findall(r'rel="stylesheet" href="([^"]+)"', _get("/")[1])
    found = [_get(it)[0] for it in styles]
    _see(f"stylesheets, by nginx: {found}", set(found) == {200})
    status, text = _get("/sante/")
    _see(f"health: {text}", status == 200 and set(json.loads(text).values()) == {True})
    for process in processes:
        with urllib.request.urlopen(f"http://127.0.0.1:8100/{process}", timeout=10) as answer:
            _see(f"health of {process}", answer.status == 200)
    plain = http.client.HTTPConnection("forum.example.org", timeout=10)
    plain.request("GET", "/")
    _see("HTTPS instead of HTTP", plain.getresponse().status == 301)
    socket = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
              "Origin": "https://forum.example.org"}  # fmt: skip
    _see("a socket", _get("/live/?path=/", **socket)[0] == 101)


def _see_the_journal():
    """Each line once, a level before it, and none of something that is wrong."""
    lines = _run(
        "journalctl -u 'foirail-*' _UID=$(id -u foirail) -o cat --no-pager"
    ).splitlines()
    lines = [line for line in lines if re.match(r"[A-Z]{4,}|\[?\d{4}-", line)]
    print("\n".join(lines))
    _see("a quiet journal", all(line.startswith("INFO gunicorn [") for line in lines))


def _see_mail_go_out_and_come_in():
    """A reply is mailed to who follows the thread; the answer, with a file, is there."""
    sink = f"{PYTHON} -m aiosmtpd -n -l 127.0.0.1:1025 -c aiosmtpd.handlers.Mailbox {MAILS}"
    subprocess.Popen(sink.split())
    _run("systemctl enable --now foirail-lmtp")
    thread = _manage("shell", "-v0", "-c", PEOPLE).split()[-1]
    _see("the thread", _get(thread)[0] == 200)
    _wait_for("a mail that leaves", _mails)
    _send_in(thread, "<1@example.org>", "Voici notre cahier des charges.", b"pour tous")
    text = _get(thread)[1]
    (file,) = re.findall(r'href="(/fichiers/[^"]+cahier.txt[^"]*)"', text)
    found = _get(file)
    _see(f"its file, by nginx: {found}", found == (200, "pour tous"))
    return thread


def _send_in(thread, message_id, words, content=None):
    """Answer the first mail that left, with a file or without, and see it in the thread."""
    mail, *_others = mailbox.Maildir(MAILS)
    answer = EmailMessage()
    answer["From"], answer["To"] = mail["To"], mail["Reply-To"]
    answer["Subject"], answer["Message-ID"] = "Re: chaufferie", message_id
    answer["In-Reply-To"] = mail["Message-ID"]
    answer.set_content(words)
    if content:
        about = {"maintype": "text", "subtype": "plain", "filename": "cahier.txt"}
        answer.add_attachment(content, **about)

    def door():
        return smtplib.LMTP("127.0.0.1", 8024, timeout=60)

    with _wait_for("the door for mail", door) as server:
        refused = server.send_message(answer)
    _see("a mail that is taken", refused == {})
    _wait_for("its words in the thread", lambda: words in _get(thread)[1])


def _mails():
    """What has left, whatever waits having been hurried."""
    _manage("shell", "-v0", "-c", HURRY)
    return list(mailbox.Maildir(MAILS)) if MAILS.exists() else []


if __name__ == "__main__":
    main()
