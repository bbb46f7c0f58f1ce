"""What people want by mail, and whose an address is."""

from forum.thread_mail.keys import key_in_address
from forum.thread_mail.models import MailSetting, ThreadMailKey


def mail_setting_of(person_id: int) -> MailSetting:
    """What they chose, or an unsaved row with the defaults."""
    chosen = MailSetting.objects.filter(person=person_id).first()
    return chosen or MailSetting(person_id=person_id)


def key_of_address(address: str) -> ThreadMailKey | None:
    """The key in ``address``, with its person and thread; None where it is nobody's."""
    if not (key := key_in_address(address)):
        return None
    keys = ThreadMailKey.objects.select_related("person", "thread__space")
    return keys.filter(key=key, person__is_active=True).first()


def key_of_link(key: str) -> ThreadMailKey | None:
    """The key in the address of a page that stops a thread, with its person."""
    return ThreadMailKey.objects.select_related("person").filter(key=key).first()


def setting_of_stop_key(key: str) -> MailSetting | None:
    """The setting of whom the key in the address of a page stands for."""
    return MailSetting.objects.filter(stop_key=key).first()
