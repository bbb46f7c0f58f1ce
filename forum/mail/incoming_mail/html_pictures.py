"""The pictures that a mail in HTML shows, and which stand in what its writer wrote."""

from __future__ import annotations

from collections.abc import Sequence

from forum.mail.incoming_mail.html_layout import lay_out
from forum.mail.incoming_mail.html_text import PICTURE
from forum.mail.incoming_mail.quotations import is_marked
from forum.mail.incoming_mail.reply_text import extract_reply


def pictures_of_html(parts: Sequence[str]) -> tuple[set[str], set[str]]:
    """The Content-IDs of all pictures that a mail with the HTML ``parts`` brings and shows, and
    of those that are its writer's: neither quoted, nor in a signature, nor small as an icon.
    """
    texts, shown = lay_out(parts, with_pictures=True)
    text = "\n".join(texts)
    own = extract_reply(text, may_be_empty=True).text.split("\n")
    numbers = (int(at) for it in own if not is_marked(it) for at in PICTURE.findall(it))
    return set(shown), {shown[at] for at in numbers if at < len(shown)}
