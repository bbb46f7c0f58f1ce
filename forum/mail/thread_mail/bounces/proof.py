"""What proves that a bounce or a complaint is about a mail of ours to one person.

Message-IDs would not: that of a post is the same for all who are mailed it, and those of
digests and notifications are counted. So each mail has a signature of whom it is to, and at
which address, which only they, and servers on its way, have seen. Of mails without it, the key
by which their person answers or stops them proves whose they were.
"""

from __future__ import annotations

import re

from django.core.signing import BadSignature, Signer
from django.db.models import Q

from accounts.models import User
from forum.mail.thread_mail.keys import stop_keys_in, thread_keys_in
from forum.mail.thread_mail.models import MailSetting, ThreadMailKey

_HEADER = "X-Foirail-Recipient"
_SIGNED = re.compile(rf"{_HEADER}:\s*(\d{{1,18}})\.([\w-]{{20,90}})", re.IGNORECASE)
#: Of each kind, as many as one report is asked for: ours has one.
_MAX_PROOFS = 10
_signer = Signer(salt="forum.thread_mail.bounces")


def proof_header(person: User) -> dict[str, str]:
    """The header of a mail to ``person``, at the address that they have."""
    return {_HEADER: f"{person.pk}.{_signer.signature(_signed_value(person))}"}


def proved_people(text: str) -> list[User]:
    """The people, with the address of today, to whom a mail in ``text`` was ours."""
    if signed := _first(set(_SIGNED.findall(text))):
        return _signed_people(signed)
    people: dict[int, User] = {}
    if keys := _first(thread_keys_in(text)):
        rows = ThreadMailKey.objects.filter(
            Q(key__in=keys) | Q(link_key__in=keys)
        ).select_related("person")
        people |= {row.person_id: row.person for row in rows}
    if keys := _first(stop_keys_in(text)):
        settings = MailSetting.objects.filter(stop_key__in=keys).select_related("person")
        people |= {setting.pk: setting.person for setting in settings}
    return [person for person in people.values() if person.is_active]


def _signed_people(signed: list[tuple[str, str]]) -> list[User]:
    signatures = {int(pk): signature for pk, signature in signed}
    people = User.objects.filter(pk__in=signatures, is_active=True)
    return [person for person in people if _is_signed(person, signatures[person.pk])]


def _is_signed(person: User, signature: str) -> bool:
    try:
        _signer.unsign(f"{_signed_value(person)}:{signature}")
    except BadSignature:
        return False
    return True


def _signed_value(person: User) -> str:
    return f"{person.pk} {person.email}"


def _first[Proof](proofs: set[Proof]) -> list[Proof]:
    return list(proofs)[:_MAX_PROOFS]
