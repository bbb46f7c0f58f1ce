"""What people want by mail."""

from forum.thread_mail.models import MailSetting


def mail_setting_of(person_id: int) -> MailSetting:
    """What they chose, or an unsaved row with the defaults."""
    chosen = MailSetting.objects.filter(person=person_id).first()
    return chosen or MailSetting(person_id=person_id)
