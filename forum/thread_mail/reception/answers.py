"""What a mail server is told of a mail that it hands over, whichever way it does.

Words are in plain ASCII, which is all that an answer may have (RFC 5321, 4.2).
"""

from __future__ import annotations

import logging
from enum import Enum

from forum.thread_mail.queries import key_of_address
from forum.thread_mail.reception.actions import Received, receive_mail

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
    TRY_AGAIN = 75, "451 4.3.0", "Le site ne prend aucun courriel pour le moment."

    def __init__(self, exit_code: int, status: str, words: str) -> None:
        self.exit_code = exit_code
        self.reply = f"{status} {words}"
        self.words = words


_OF_RESULTS = {
    Received.SETTLED: ServerAnswer.TAKEN,
    Received.AUTOMATIC: ServerAnswer.TAKEN,
    Received.QUARANTINED: ServerAnswer.TAKEN,
    Received.UNREADABLE: ServerAnswer.UNREADABLE,
    Received.TOO_LONG: ServerAnswer.TOO_LONG,
    Received.UNKNOWN_ADDRESS: ServerAnswer.UNKNOWN_ADDRESS,
    Received.OTHER_SENDER: ServerAnswer.OTHER_SENDER,
}


def answer_to(raw: bytes, recipient: str = "") -> ServerAnswer:
    """Receive the mail ``raw`` and return what its server is told.

    Whatever fails has it try again: the server keeps the mail meanwhile.
    """
    try:
        return _OF_RESULTS[receive_mail(raw, recipient)]
    except Exception:
        log.exception("A mail could not be received.")
        return ServerAnswer.TRY_AGAIN


def answer_to_address(address: str) -> ServerAnswer:
    """Whether mail to ``address`` is taken: it is somebody's."""
    try:
        return ServerAnswer.TAKEN if key_of_address(address) else ServerAnswer.UNKNOWN_ADDRESS
    except Exception:
        log.exception("An address of mail could not be looked up.")
        return ServerAnswer.TRY_AGAIN
