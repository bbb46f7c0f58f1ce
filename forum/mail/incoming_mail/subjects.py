"""Subjects of mails: what they are about, without *Re:* and the name of the list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from accounts.base.text import fold

_PREFIX = re.compile(
    r"\s*+(?:re|ré|ref|réf|rép|tr|fw|fwd|aw|wg|sv|vs|antw|rv|res|enc)\.?"
    r"\s?(?:[\[(^]?\d{1,3}[\])]?)?\s?[:：]",
    re.IGNORECASE,
)
_TAG = re.compile(r"\s*+\[([^\[\]]{1,60})\]\s*+")
#: The number of a mail, which some lists add to their name: *[liste:123]*.
_NUMBER = re.compile(r"[\s:#,/-]*\d+$")
#: A word in brackets that so many subjects, and this part of them, begin with names the list.
_MIN_TAGGED, _TAGGED_SHARE = 5, 0.3
_MAX_KEY = 120


def begins_with_reply_prefix(subject: str) -> bool:
    """Whether ``subject`` says of itself that something came before: *Re:*, *TR:*, *Fwd:*."""
    at = 0
    while tag := _TAG.match(subject, at):
        at = tag.end()
    return bool(_PREFIX.match(subject, at))


def subject_key(subject: str) -> str:
    """What subjects of one conversation have in common; empty where there is nothing."""
    return fold(_stripped(subject, None))[:_MAX_KEY]


def bare_subject(subject: str, list_tags: frozenset[str] = frozenset()) -> str:
    """``subject`` as a title: without what programs and lists put before it."""
    return _stripped(subject, list_tags)


def list_tags_of(subjects: Iterable[str]) -> frozenset[str]:
    """The words in brackets that lists put before the ``subjects`` of all mails."""
    tags_of_each = [set(_tags(subject)) for subject in subjects]
    tags = Counter(tag for tags_of_subject in tags_of_each for tag in tags_of_subject)
    enough = max(_MIN_TAGGED, len(tags_of_each) * _TAGGED_SHARE)
    return frozenset(tag for tag, count in tags.items() if count >= enough)


def _tags(subject: str) -> list[str]:
    """The words in brackets before the words of ``subject``, folded, without numbers."""
    return [_tag_key(match[1]) for match in _beginnings(subject) if match.re is _TAG]


def _beginnings(subject: str) -> Iterator[re.Match[str]]:
    """The prefixes and the words in brackets with which ``subject`` begins."""
    at = 0
    while match := _PREFIX.match(subject, at) or _TAG.match(subject, at):
        yield match
        at = match.end()


def _tag_key(words: str) -> str:
    return fold(_NUMBER.sub("", words)) or fold(words)


def _stripped(subject: str, list_tags: frozenset[str] | None) -> str:
    """``subject`` without prefixes, and without ``list_tags``; of None, all tags."""
    tags, at = [], 0
    for match in _beginnings(subject):
        is_kept = list_tags is not None and match.re is _TAG
        if is_kept and _tag_key(match[1]) not in (list_tags or ()):
            tags.append(f"[{match[1]}] ")
        at = match.end()
    return ("".join(tags) + subject[at:]).strip()
