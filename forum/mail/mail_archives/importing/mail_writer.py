"""Who wrote a mail of a list, also where the list put an address of its own in From.

Such an address is nobody's: whoever subscribes to the list receives what is sent there. So the
person is looked for in the headers in which lists say who it was; where none says it without a
doubt, there is their name alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from accounts.base.text import fold
from forum.mail.incoming_mail.addresses import Author, named_address, named_addresses, says_via
from forum.mail.incoming_mail.message import IncomingMail

#: First parts of addresses that are of programs.
LIST_PROGRAMS = re.compile(
    r"(?:sympa|mailman|majordomo|listserv|listmaster|ezmlm|owner-.+"
    r"|.+-(?:request|owner|bounces?|admin|editor|confirm\S*))(?:\+.*)?"
)
NO_REPLY = re.compile(r"no-?reply.*")
#: The headers with the address of the list that sent a mail.
LIST_ADDRESSES = ("list-post", "x-beenthere", "x-mailing-list")
#: Those in which it says what stood in From.
_ORIGINALS = ("x-original-from", "original-from")
_SEPARATOR = re.compile(r"From (\S+(?: at \S+)?)\s")
_WORD = re.compile(r"[^\W\d_]+")
#: Characters of a header with an address of a list.
_MAX_HEADER = 2_000
#: Letters of a word that says something, and of one that says it as a part of another.
_MIN_WORD, _MIN_PART = 3, 5


class MailWriter(NamedTuple):
    """Who wrote a mail; each may be empty. ``is_list``: the address is their list's."""

    name: str
    address: str
    is_list: bool = False


def writer_of(mail: IncomingMail, separator: str) -> MailWriter:
    """Who wrote ``mail``: where From has no address of a person, as its other headers say.

    Where no header has one, the one of the ``separator`` of the mbox; of several authors, none.
    """
    if len(mail.authors) > 1:
        return MailWriter("", "")
    name, address = next(iter(mail.authors), ("", ""))
    own = _addresses_of_list(mail)
    list_id = list_id_of(mail)
    is_via = any(says_via(it) for it in mail.header_values("from"))

    def is_list(other: str) -> bool:
        return other in own or is_named_by(list_id, other) or (is_via and other == address)

    if address and not is_list(address):
        return MailWriter(name, address)
    people = _people_by_header(mail, is_list)
    if person := _person_named(name, people, is_rewritten=bool(address)):
        is_part = name.casefold() == person.address.partition("@")[0]
        return MailWriter(person.name or ("" if is_part else name), person.address)
    if not address and (match := _SEPARATOR.match(separator)):
        address = named_address(match[1])[1]
    return MailWriter(name, address, bool(address) and is_list(address))


def list_id_of(mail: IncomingMail) -> str:
    """What List-Id calls its list, in lower case: *tepos.lists.example*; maybe empty."""
    name = mail.header_text("list-id").rpartition("<")[2].rstrip("> ").lower()
    return "" if " " in name else name


def is_named_by(list_id: str, address: str) -> bool:
    """Whether ``address`` is that of the list that a List-Id names (RFC 2919)."""
    return bool(list_id) and address.replace("@", ".") == list_id


def _addresses_of_list(mail: IncomingMail) -> set[str]:
    values = (value for header in LIST_ADDRESSES for value in mail.header_values(header))
    # Each by itself: a list that is on the Web as well names that page beside its address.
    parts = (part for value in values for part in value[:_MAX_HEADER].split(","))
    return {it.address for part in parts for it in named_addresses(part)}


def _people_by_header(
    mail: IncomingMail, is_list: Callable[[str], bool]
) -> dict[str, list[Author]]:
    """Whom headers name that may name the writer, without lists and programs."""
    by_header: dict[str, list[Author]] = {}
    for header in (*_ORIGINALS, "reply-to", "cc"):
        authors = (it for value in mail.header_values(header) for it in named_addresses(value))
        people = {it.address: it for it in authors if not is_list(it.address)}
        by_header[header] = [it for it in people.values() if not _is_program(it.address)]
    return by_header


def _is_program(address: str) -> bool:
    first_part = address.partition("@")[0]
    return bool(LIST_PROGRAMS.fullmatch(first_part) or NO_REPLY.fullmatch(first_part))


def _person_named(
    name: str, people: dict[str, list[Author]], *, is_rewritten: bool
) -> Author | None:
    """The one of ``people`` who is called ``name``, of the first header that says it.

    What stood in From is believed unless it is called otherwise. Answers may be asked for to
    anybody, so whoever Reply-To names must be called so, by name or address, where From was
    rewritten; of those in Cc, who also read it, by the same name.
    """
    for header in _ORIGINALS:
        if person := _only(
            it for it in people[header] if not (name and it.name) or _is_alike(name, it.name)
        ):
            return person
    answered = people["reply-to"]
    if person := _only(it for it in answered if not is_rewritten or _may_be(name, it)):
        return person
    words = _words(name)
    return _only(it for it in people["cc"] if words and _words(it.name) == words)


def _only(people: Iterable[Author]) -> Author | None:
    authors = list(people)
    return authors[0] if len(authors) == 1 else None


def _may_be(name: str, person: Author) -> bool:
    """Whether ``person`` is called ``name``: also by the first part of an address alone."""
    if person.name:
        return not name or _is_alike(name, person.name)
    first_part = fold(person.address.partition("@")[0])
    parts = set(_WORD.findall(first_part))
    words = (it for it in _words(name) if len(it) >= _MIN_WORD)
    return any(it in parts or (len(it) >= _MIN_PART and it in first_part) for it in words)


def _is_alike(name: str, other: str) -> bool:
    """Whether two names are one, maybe without a part, in whatever order."""
    words, other_words = _words(name), _words(other)
    return bool(words and other_words) and (words <= other_words or other_words <= words)


def _words(name: str) -> set[str]:
    return set(_WORD.findall(fold(name)))
