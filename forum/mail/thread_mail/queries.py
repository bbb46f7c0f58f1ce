"""What people want by mail, and whose an address is."""

from collections.abc import Iterable

from django.db.models import Q

from forum.mail.thread_mail.keys import key_in_address
from forum.mail.thread_mail.models import MailSetting, ThreadMailKey


def mail_setting_of(person_id: int) -> MailSetting:
    """What they chose, or an unsaved row with the defaults."""
    chosen = MailSetting.objects.filter(person=person_id).first()
    return chosen or MailSetting(person_id=person_id)


def key_of_address(address: str) -> ThreadMailKey | None:
    """The key in ``address``, with its person and thread; None where it is nobody's."""
    return keys_in_addresses([address]).get(key_in_address(address))


def keys_in_addresses(addresses: Iterable[str]) -> dict[str, ThreadMailKey]:
    """The keys in ``addresses`` that are somebody's, by their text, in one query at most."""
    if not (texts := {*map(key_in_address, addresses)} - {""}):
        return {}
    keys = ThreadMailKey.objects.select_related(
        "person", "thread__space", "thread__merged_into__space"
    )
    active = keys.filter(key__in=texts, person__is_active=True)
    return {row.key: row for row in map(_where_merged, active)}


def keys_of_thread(person_id: int, thread_id: int) -> dict[str, ThreadMailKey]:
    """The person's keys of the thread, and of those that were merged into it, by their text."""
    of_thread = Q(thread=thread_id) | Q(thread__merged_into=thread_id)
    keys = ThreadMailKey.objects.select_related("person", "thread__merged_into__space")
    active = keys.filter(of_thread, person=person_id, person__is_active=True)
    return {row.key: row for row in map(_where_merged, active.order_by("pk"))}


def key_of_link(key: str) -> ThreadMailKey | None:
    """The row whose ``link_key`` is in the address of a page, with its person."""
    keys = ThreadMailKey.objects.select_related("person", "thread__merged_into")
    row = keys.filter(link_key=key).first()
    return row and _where_merged(row)


def _where_merged(key: ThreadMailKey) -> ThreadMailKey:
    """``key`` with the thread that its own was merged into, if it was; it is not saved so."""
    if key.thread.merged_into:
        key.thread = key.thread.merged_into
    return key


def setting_of_stop_key(key: str) -> MailSetting | None:
    """The setting of whom the key in the address of a page stands for."""
    return MailSetting.objects.filter(stop_key=key).first()
