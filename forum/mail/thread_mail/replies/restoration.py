"""What a post becomes when what was folded of its mail is put back."""

from __future__ import annotations

import re
from functools import lru_cache

from forum.base.markup import quotation_heading
from forum.conversation.files.file_types import accepted_endings
from forum.conversation.files.names import clean_name, ending_of
from forum.mail.incoming_mail.addresses import without_addresses
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.quotations import is_marked
from forum.mail.incoming_mail.reply_text import Reply, extract_reply, is_quoted, without_wraps
from forum.mail.thread_mail.keys import lines_without_keys
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post

#: What announces a signature would make a heading of the line above it.
_DASHES = re.compile(r"^--[ \t]*$", re.MULTILINE)


@lru_cache(2)  # To however many addresses it came.
def reply_of(mail: IncomingMail, *, keeps_quoted: bool = True) -> Reply:
    """What the writer of ``mail`` wrote themselves, without secrets.

    ``keeps_quoted``: whether what they answer between stays, as of ``extract_reply``.
    It is nothing where they only sent a file, of a type that is taken: then neither what their
    program quoted nor what their telephone signed is theirs.
    """
    endings = accepted_endings()
    brings_files = any(ending_of(clean_name(it.name)) in endings for it in mail.files)
    extracted = extract_reply(
        mail.plain_text, may_be_empty=brings_files, keeps_quoted=keeps_quoted
    )
    reply = without_secrets(extracted)
    return reply._replace(text=without_wraps(_without_labels(reply.text, mail)))


def with_source(text: str, post: Post | None) -> str:
    """``text`` whose first quotation says that it is of ``post``, as those of the site do.

    So whoever asks whose words it shows finds them. As it is where no post is known.
    """
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if is_quoted(line)), None)
    if post is None or first is None:
        return text
    about = post.author.full_name, post.number, post.get_absolute_url()
    return "\n".join([*lines[:first], quotation_heading(*about), *lines[first:]])


def _without_labels(text: str, mail: IncomingMail) -> str:
    """``text`` without what programs write in it where HTML shows a picture that was sent."""
    for file in mail.files:
        if file.content_id:
            text = text.replace(f"[cid:{file.content_id}]", "")
        if file.is_picture:
            text = text.replace(f"[image: {file.name}]", "")
    return text.strip()


def without_secrets(reply: Reply) -> Reply:
    """``reply`` with nothing of what our mail said below the post, and of others' addresses.

    Lines with a key would let any reader stop the mails of who answers; addresses in what is
    quoted are of people who have not shown them.
    """
    lines = [
        without_addresses(line) if is_marked(line) else line
        for line in lines_without_keys(reply.text.split("\n"))
    ]
    return reply._replace(text="\n".join(lines).strip())


def restored_text(received: ReceivedMail, current: str) -> str:
    """The text of the mail ``received`` as a post whose text is ``current``, nothing folded.

    All of it in its order, where the post is what was published; where that was edited since,
    what was folded stands below, once. Of addresses their own alone stays.
    """
    whole, folded = received.whole, publishable(received.folded, received.person.email)
    if received.text == current:
        return whole
    return current if current == whole or folded in current else f"{current}\n\n{folded}"


def publishable(text: str, own_address: str) -> str:
    """``text`` of a mail as a post may show it: without keys, and others' addresses."""
    lines = [line.rstrip() for line in lines_without_keys(text.splitlines())]
    cleaned = _DASHES.sub("", without_addresses("\n".join(lines), own_address))
    return re.sub(r"\n{3,}", "\n\n", without_wraps(cleaned)).strip()
