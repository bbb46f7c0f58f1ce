"""What people want by mail, and whose an address is."""

import re

from forum.thread_mail.models import KEY_PATTERN, MailSetting, ThreadMailKey

#: A key in an address to answer to.
_KEY = re.compile(rf"\+({KEY_PATTERN})@", re.IGNORECASE)


def mail_setting_of(person_id: int) -> MailSetting:
    """What they chose, or an unsaved row with the defaults."""
    chosen = MailSetting.objects.filter(person=person_id).first()
    return chosen or MailSetting(person_id=person_id)


def key_of_address(address: str) -> ThreadMailKey | None:
    """The key in ``address``, with its person and thread; None where it is nobody's."""
    found = _KEY.search(address)
    if found is None:
        return None
    keys = ThreadMailKey.objects.select_related("person", "thread")
    return keys.filter(key=found[1].lower(), person__is_active=True).first()
