"""Mails of a list as files hold them, and what is done with these."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO

from forum.mail.mail_archives.actions import open_archive
from forum.mail.mail_archives.importing.actions import import_mbox
from forum.mail.mail_archives.publishing.actions import publish_next_threads
from forum.models import Topic

#: When the list began.
FIRST_DAY = datetime(2012, 3, 5, 9, tzinfo=UTC)


def mail(number, text="Bonjour à tous.", **headers):
    """The mail ``number`` of a list, sent so many hours after its beginning, as bytes.

    ``headers``: others than those of each mail, ``_`` for ``-``; of None, none.
    """
    at = FIRST_DAY + timedelta(hours=number)
    given = {
        "From": "Marie Dubosc <marie@mairie.example>",
        "Subject": "[tepos] Quelle chaufferie ?",
        "Date": format_datetime(at),
        "Message-ID": f"<{number}@mairie.example>",
        "List-Id": "<tepos.listes.example>",
        "Precedence": "list",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\n".join([*lines, "", text, ""]).encode()


def reply(number, to, text="Une chaudière à granulés.", **headers):
    """The mail ``number``, of Paul, in answer to the mail ``to``."""
    of_reply = {
        "From": "Paul Riou <paul@sivom.example>",
        "Subject": "Re: [tepos] Quelle chaufferie ?",
        "In_Reply_To": f"<{to}@mairie.example>",
    }
    return mail(number, text, **of_reply | headers)


def mbox(*mails, separator="From marie@mairie.example Mon Mar  5 09:00:00 2012"):
    """The mails as a file, open for reading."""
    return BytesIO(b"".join(separator.encode() + b"\n" + one + b"\n" for one in mails))


def import_mails(space, *mails):
    """The archive of ``space`` after these mails were imported."""
    return import_mbox(mbox(*mails), space, Topic.objects.order_by("pk")[0])


def publish(archive, viewer):
    """Open ``archive`` as the animator ``viewer`` does, then what the worker does."""
    open_archive(archive, viewer)
    while publish_next_threads(archive.pk):
        pass
