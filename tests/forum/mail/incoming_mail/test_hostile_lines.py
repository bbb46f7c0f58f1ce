"""What only mails have is read in time, and within bounds, whatever it is made of.

That of all texts is in ``tests/test_linear_readers.py``.
"""

from time import process_time

import pytest

from forum.mail.incoming_mail.html_text import text_of_html
from forum.mail.incoming_mail.message import IncomingMail
from tests.stateful import seeds
from tests.text_readers import mail_of

#: Characters of a line; seconds that it takes at most, of which most take a tenth.
LENGTH, SECONDS = 200_000, 5


@pytest.mark.no_cover  # What notes lines would be timed, too.
@pytest.mark.parametrize(
    "piece",
    [
        "<blockquote>", "<style>x</style>y", "<b style='display:none'>x</b>y", "<div>x",
        *seeds("<a href='", "<hr>", "<blockquote>x</blockquote>y"),
    ],
)  # fmt: skip
def test_tags_within_tags_are_read_in_time(piece):
    begun = process_time()
    text_of_html(piece * (LENGTH // len(piece)))

    assert process_time() - begun < SECONDS


def test_groups_of_addresses_within_groups_name_nobody():
    assert IncomingMail(mail_of("Oui.", To="re: " * 20_000)).recipients == []


def test_of_an_endless_header_the_beginning_is_read():
    mail = IncomingMail(mail_of("Oui.", Subject="Bois ? " + "x" * LENGTH))

    assert mail.subject.startswith("Bois ? x") and len(mail.subject) < LENGTH
    assert mail.plain_text == "Oui."
