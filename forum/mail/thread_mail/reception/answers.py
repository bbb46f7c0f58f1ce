"""What a mail server is told of a mail that it hands over, whichever way it does.

Words are in plain ASCII, which is all that an answer may have (RFC 5321, 4.2).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import Enum

from forum.conversation.files.objects.actions import StorageFailed
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.reception.actions import is_taken, open_mail, receive_mail
from forum.mail.thread_mail.replies.mail import RefusalNotSent

log = logging.getLogger("forum")


class ServerAnswer(Enum):
    """An exit code of sysexits.h, a code of RFC 5321 and 3463, and words.

    What is not taken is the mail server's to return, or to try again.
    """

    TAKEN = 0, "250 2.0.0", "Courriel recu."
    UNREADABLE = 65, "554 5.6.0", "Ce courriel n'a pas pu se lire."
    TOO_LONG = 65, "552 5.3.4", "Ce courriel est trop lourd."
    UNKNOWN_ADDRESS = 67, "550 5.1.1", "Cette adresse n'est celle d'aucun fil."
    OTHER_SENDER = (
        77,
        "550 5.7.1",
        "Seule la personne dont le fil porte cette adresse peut s'en servir.",
    )
    TOO_MANY = 77, "550 5.7.1", "Trop de courriels refuses en un jour : celui-ci l'est aussi."
    TRY_AGAIN = 75, "451 4.3.0", "Le site ne prend aucun courriel pour le moment."

    def __init__(self, exit_code: int, status: str, words: str) -> None:
        self.exit_code = exit_code
        self.reply = f"{status} {words}"
        self.words = words


#: Those that are not taken; all others are.
_OF_RESULTS = {
    MailResult.UNREADABLE: ServerAnswer.UNREADABLE,
    MailResult.TOO_LONG: ServerAnswer.TOO_LONG,
    MailResult.UNKNOWN_ADDRESS: ServerAnswer.UNKNOWN_ADDRESS,
    MailResult.NO_ACCOUNT: ServerAnswer.UNKNOWN_ADDRESS,
    MailResult.OTHER_SENDER: ServerAnswer.OTHER_SENDER,
    MailResult.UNTOLD: ServerAnswer.TOO_MANY,
    # Else whoever writes another's From would learn which spaces that person reads.
    MailResult.UNPROVED: ServerAnswer.UNKNOWN_ADDRESS,
}


def answer_to(raw: bytes, recipient: str = "") -> ServerAnswer:
    """Receive the mail ``raw`` and return what its server is told."""
    return answers_to(raw, [recipient])[0]


def answers_to(raw: bytes, recipients: Sequence[str]) -> list[ServerAnswer]:
    """What its server is told of the mail ``raw``, for each of ``recipients``; it is read once.

    Whatever fails has it try again: the server keeps the mail meanwhile.
    """
    opened = open_mail(raw)
    answers = []
    for recipient in recipients:
        try:
            result = receive_mail(raw, recipient, opened)
            answers.append(_OF_RESULTS.get(result, ServerAnswer.TAKEN))
        except (RefusalNotSent, StorageFailed):  # The log has said why.
            answers.append(ServerAnswer.TRY_AGAIN)
        except Exception:
            log.exception("A mail could not be received.")
            answers.append(ServerAnswer.TRY_AGAIN)
    return answers


def answer_to_address(address: str) -> ServerAnswer:
    """Whether mail to ``address`` is taken: it is somebody's, the site's, or may be a space's.

    Which spaces there are is not told to whoever asks: the mail is answered once it is there.
    Addresses that spaces were given are known outside; of each it is told that it is one.
    """
    try:
        if is_taken(address):
            return ServerAnswer.TAKEN
    except Exception:
        log.exception("An address of mail could not be looked up.")
        return ServerAnswer.TRY_AGAIN
    count_mail(MailResult.UNKNOWN_ADDRESS)
    return ServerAnswer.UNKNOWN_ADDRESS


def answer_to_long_mail() -> ServerAnswer:
    """Of a mail whose size alone was read."""
    count_mail(MailResult.TOO_LONG)
    return ServerAnswer.TOO_LONG
