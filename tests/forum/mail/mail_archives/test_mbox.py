"""Reading an mbox: where mails begin, and that no more than one is held."""

from io import BytesIO

import pytest

from forum.mail.incoming_mail.mbox import MailboxUnreadable, read_mbox

FROM = b"From jean at mairie.fr  Tue Mar  3 10:00:00 2020\n"


def texts(content, max_bytes=1000):
    return [entry.raw for entry in read_mbox(BytesIO(content), max_bytes)]


def test_a_mail_begins_after_a_blank_line_by_who_and_when():
    content = FROM + b"Subject: a\n\nun\n\n" + FROM + b"Subject: b\n\ndeux\n"

    assert texts(content) == [b"Subject: a\n\nun\n\n", b"Subject: b\n\ndeux\n"]


@pytest.mark.parametrize(
    "words",
    [
        b"From now on we meet on Tuesdays.\n",
        b"From Paris to Lille it takes 1:02, said he.\n",
        b">From here 10:00 2020\n",
    ],
)
def test_a_sentence_that_begins_by_from_begins_no_mail(words):
    content = FROM + b"Subject: a\n\nBonjour\n\n" + words

    assert texts(content) == [b"Subject: a\n\nBonjour\n\n" + words.removeprefix(b">")]


def test_an_escaped_line_loses_one_mark_and_keeps_the_others():
    content = FROM + b"\n>>From x Tue Mar 3 10:00:00 2020\n> From y\n"

    assert texts(content) == [b"\n>From x Tue Mar 3 10:00:00 2020\n> From y\n"]


def test_a_separator_within_a_paragraph_is_text():
    content = FROM + b"\nIl cite :\nFrom x Tue Mar 3 10:00:00 2020\nfin\n"

    assert len(texts(content)) == 1


def test_line_ends_of_windows_are_line_ends():
    content = (FROM + b"Subject: a\n\nun\n\n" + FROM + b"Subject: b\n\n").replace(
        b"\n", b"\r\n"
    )

    assert len(texts(content)) == 2


def test_of_a_mail_that_is_too_long_no_more_is_held_and_the_next_is_read():
    content = FROM + b"\n" + b"une ligne de plus\n" * 50_000 + b"\n" + FROM + b"\nla suite\n"

    first, second = read_mbox(BytesIO(content), 10_000)

    assert first.is_too_long and len(first.raw) < 10_100
    assert second.raw == b"\nla suite\n" and not second.is_too_long


def test_what_is_no_mbox_is_refused_and_an_empty_file_holds_no_mail():
    with pytest.raises(MailboxUnreadable):
        texts(b"PK\x03\x04 une archive ZIP\n")

    assert texts(b"") == texts(b"\n\n") == []


def test_the_separator_is_told_with_each_mail():
    (entry,) = read_mbox(BytesIO(FROM + b"\n"), 100)

    assert entry.separator == FROM.decode().strip()
