"""The text of a post that was a mail, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.mail.incoming_mail.attachments import text_of_files
from forum.mail.incoming_mail.reply_text import has_quotation, without_wraps

_UNDERLINE = re.compile(r"^\s*[-=_*]{3,}\s*$")
_INDENTED = re.compile(r"^(?:\t| {4,})\s*")
_CUT = "\n\n[…]"
_UNITS = "o", "ko", "Mo", "Go"


def post_text(
    text: str,
    folded: str,
    shows_folded: bool,
    attachments: Sequence[Sequence[str | int]],
    file_names: Sequence[str] = (),
) -> str:
    """What is posted: ``text``, what it quotes where ``shows_folded``, and the names of the
    files that are not kept; of those that are, ``file_names``, only where nothing else is.

    It is as long as a post may be: of what is longer the end is left out, and said so.
    """
    files = attachments_note(attachments)
    parts = [as_markdown(text)]
    if shows_folded and has_quotation(folded):
        parts.append(_quoted(folded))
    body = "\n\n".join(filter(None, parts))
    room = MAX_TEXT_LENGTH - len(files) - len(_CUT) - 2
    if len(body) > room:
        body = body[:room] + _CUT
    words = "\n\n".join(filter(None, [body, files]))
    return words if words or not file_names else text_of_files(file_names)


def attachments_note(attachments: Sequence[Sequence[str | int]]) -> str:
    """The line that names the files of a mail, which are not here; empty where it has none."""
    if not attachments:
        return ""
    names = ", ".join(
        f"`{name or _('sans nom')}` ({_size(int(size))})" for name, size in attachments
    )
    if len(attachments) == 1:
        return _("*Pièce jointe restée dans l’archive de la liste :* %(names)s") % {
            "names": names
        }
    return _("*Pièces jointes restées dans l’archive de la liste :* %(names)s") % {
        "names": names
    }


def as_markdown(text: str) -> str:
    """Plain ``text`` so that it shows as it was written: lines break where their writer did.

    Long lines, which a program broke, run on; what is indented is no code, and a rule under a
    line makes no heading of it.
    """
    markdown: list[str] = []
    for line in (_INDENTED.sub("", it).rstrip() for it in text.split("\n")):
        if _UNDERLINE.match(line) and markdown and markdown[-1].strip():
            markdown.append("")
        markdown.append(line)
    return without_wraps("\n".join(markdown)).strip()


def _quoted(folded: str) -> str:
    quoted = as_markdown(folded).split("\n")
    title = _("**Ce message citait :**")
    return "\n".join(f"> {line}".rstrip() for line in [title, "", *quoted])


def _size(number: int) -> str:
    """Bytes as people say them: *120 ko*."""
    size, unit = float(number), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = f"{size:.1f}" if unit > 1 and size < 10 else f"{size:.0f}"
    return f"{digits.replace('.', ',')}\u00a0{_UNITS[unit]}"
