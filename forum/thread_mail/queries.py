"""What people want by mail, and whose an address is."""

import re

from forum.thread_mail.models import KEY_PATTERN, MailSetting, ThreadMailKey

#: A key in an address to answer to, or to follow the thread no more, or again.
_KEY = re.compile(rf"\+({KEY_PATTERN})(?:\+(stop|follow))?@", re.IGNORECASE)


def mail_setting_of(person_id: int) -> MailSetting:
    """What they chose, or an unsaved row with the defaults."""
    chosen = MailSetting.objects.filter(person=person_id).first()
    return chosen or MailSetting(person_id=person_id)


def key_of_address(address: str) -> ThreadMailKey | None:
    """The key in ``address``, with its person and thread; None where it is nobody's."""
    found = _KEY.search(address)
    if found is None:
        return None
    keys = ThreadMailKey.objects.select_related("person", "thread__space")
    return keys.filter(key=found[1].lower(), person__is_active=True).first()


def request_of_address(address: str) -> str:
    """What a mail to ``address`` asks for: "stop", "follow", or "" for a reply."""
    found = _KEY.search(address)
    return (found[2] or "").lower() if found else ""


def key_of_link(key: str) -> ThreadMailKey | None:
    """The key in the address of a page that stops a thread, with its person."""
    return ThreadMailKey.objects.select_related("person").filter(key=key).first()


def setting_of_stop_key(key: str) -> MailSetting | None:
    """The setting of whom the key in the address of a page stands for."""
    return MailSetting.objects.filter(stop_key=key).first()
