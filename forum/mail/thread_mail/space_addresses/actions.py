"""What a mail to the address of a space becomes: an answer in its thread, else a new thread.

Programs answer « to the list » and « to all », so an answer to a mail of ours comes here as
well as to its own address. There is no key: who wrote is asked as of any new thread.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.new_thread_addresses import NewThreadAddress
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.new_threads.actions import is_proved, start_thread_by_mail, warn
from forum.mail.thread_mail.new_threads.queries import person_of_address, place_of_address
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.replies.actions import (
    is_known,
    place_of_space,
    process_reply,
    refuse_reply,
)
from forum.mail.thread_mail.space_addresses.queries import answers_own_mail, thread_answered
from forum.models import Space


def process_space_mail(mail: IncomingMail, space: Space) -> MailResult:
    """Publish what ``mail`` brings to the address of ``space``, or say why not.

    Who has no account, and who reads neither the space nor what they answer, is told what is
    told of an address that is not there.
    """
    person = person_of_address(mail.sender)
    if person is None:
        return MailResult.NO_ACCOUNT
    viewer = viewer_of_person(person)
    thread = thread_answered(mail, viewer)
    place = place_of_address(NewThreadAddress(space.slug), viewer)
    if thread is None and place is None:
        return MailResult.UNKNOWN_ADDRESS
    if not is_proved(mail):
        return warn(mail, person)
    if thread is not None:
        return process_reply(mail, person, thread)
    if is_known(mail, person, place_of_space(space)):
        return MailResult.TWICE
    with override(mail_setting_of(person.pk).language):
        if answers_own_mail(mail):  # Not elsewhere, before others than its thread's readers.
            reason = _("Le fil auquel vous répondez n’est plus là, ou n’est pas pour vous.")
            return refuse_reply(mail, person, space, reason)
        assert place is not None
        return start_thread_by_mail(mail, person, *place)
