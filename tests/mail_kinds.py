"""Every kind of mail that the site sends, and how one of each comes about.

``KINDS`` names them by the template of their text. ``test_mail_headers.py`` holds each to the
standards, and the table to what is on disk: a template that is in neither is found.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import count
from unittest.mock import patch
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.test import override_settings
from django.utils import timezone

from accounts.admission.mail import send_invitation
from accounts.admission.models import Invitation
from accounts.charter.signing_requests import mail as signing
from accounts.charter.signing_requests.models import SigningRequest
from accounts.closing import mail as closing
from accounts.closing.models import AccountClosing
from accounts.factor_waits.mail import mail_first_factor
from accounts.factor_waits.models import FactorWait
from accounts.groups.models import GroupEntry
from accounts.models import WorkingGroup
from accounts.names.mail import send_name_changed
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.base.outgoing_mail.models import OutgoingMail
from forum.base.spaces.new_thread_addresses import new_thread_address
from forum.conversation.meetings.calendar_addresses import CalendarAddress
from forum.conversation.meetings.mail import mail_change, mail_registration, mail_withdrawal
from forum.library.newsletter.models import NewsletterIssue
from forum.mail.mail_archives.claims.mail import send_claim_code
from forum.mail.thread_mail.actions import key_of, plan_next_mails, send_next_mail
from forum.mail.thread_mail.digests import actions as digests
from forum.mail.thread_mail.models import MailSetting, ThreadMailKey
from forum.mail.thread_mail.notifications import actions as notifications
from forum.mail.thread_mail.quarantine.actions import quarantine_mail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.members.groups import mail as groups
from forum.models import Space
from forum.moderation.actions import hide_post
from forum.moderation.measures.mail import mail_decision_about
from forum.moderation.measures.models import Measure
from forum.moderation.reports import mail as reports
from tests.factories import join_group, moderation_reason, post_reply, start_thread
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.mail.thread_mail.calendar_replies import calendar_reply
from tests.forum.mail.thread_mail.helpers import answer
from tests.forum.moderation.report_helpers import reported

_NUMBERS = count(1)
#: The headers of a list: what stops it in one click (RFC 8058), and what names it (RFC 2919).
STOPPED, LISTED = {"List-Unsubscribe", "List-Unsubscribe-Post"}, {"List-Id"}


@dataclass(frozen=True)
class MailKind:
    """How one comes about, by ``make(world)``, and what is true of it.

    ``is_to_actor``: whether it answers what its receiver did on a page, whose language it has;
    else it has that of their mails. ``lists``: its headers of a list.
    """

    make: object
    is_to_actor: bool = False
    is_answer: bool = False
    has_html: bool = False
    lists: frozenset = frozenset()


KINDS = {}


def _kind(template, **about):
    """Enter the function below as what makes the kind whose text is ``template``."""

    def enter(make):
        KINDS[template] = MailKind(make, **about)
        return make

    return enter


# ------------------------------------------------------------------------ of an account itself

_CODE, _LINK = {"code": "ABCD-EFGH"}, "https://forum.example.org/mot-de-passe/oublie/"
_OF_ACCOUNT = {
    "account_already_exists": {"password_reset_url": _LINK},
    "email_confirmation": _CODE,
    "email_confirmation_signup": _CODE,
    "first_factor": _CODE,
    "leave_address": _CODE,
    "login_code": _CODE,
    "password_reset_code": _CODE,
    "password_reset_key": {"password_reset_url": _LINK},
    "unknown_account": {"signup_url": _LINK},
}
_NOTICES = {
    "account": {
        "email_changed": {"from_email": "a@exemple.fr", "to_email": "b@exemple.fr"},
        "email_confirm": {},
        "email_deleted": {"deleted_email": "a@exemple.fr"},
        "new_sign_in": {},
        "password_changed": {},
        "password_reset": {},
        "password_set": {},
    },
    "mfa": {
        "recovery_codes_generated": {},
        "totp_activated": {},
        "totp_deactivated": {},
        "webauthn_added": {},
        "webauthn_removed": {},
    },
    "socialaccount": {
        "account_connected": {"provider": "ProConnect"},
        "account_disconnected": {"provider": "ProConnect"},
    },
}


def _mail_of_account(prefix, context, world):
    with request_context(world.request):
        get_adapter().send_mail(prefix, world.claire.email, context)


def _notice_of_account(prefix, context, world):
    EmailAddress.objects.create(
        user=world.claire, email=world.claire.email, verified=True, primary=True
    )
    with request_context(world.request):
        get_adapter().send_notification_mail(prefix, world.claire, context)


for _name, _context in _OF_ACCOUNT.items():
    _prefix = f"account/email/{_name}"
    _make = partial(_mail_of_account, _prefix, _context)
    _kind(f"{_prefix}_message.txt", is_to_actor=True)(_make)
for _app, _names in _NOTICES.items():
    for _name, _context in _names.items():
        _prefix = f"{_app}/email/{_name}"
        _make = partial(_notice_of_account, _prefix, _context)
        _kind(f"{_prefix}_message.txt", is_to_actor=True)(_make)


# ----------------------------------------------------- seats, the charter, accounts that close


@_kind("admission/email/invitation.txt", is_to_actor=True)
def _invite(world):
    """To an address that nobody may have: in the language of who invites."""
    row = Invitation.objects.create(
        organisation=world.town, email=world.claire.email, invited_by=world.jeanne,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    send_invitation(row, world.request)


def _signing_request(world):
    return SigningRequest.objects.create(
        preparer=world.claire, organisation=world.town, organisation_name=world.town.name,
        college=world.town.college, full_name="Édith Maréchal", position="Maire",
        email=world.claire.email, authority="office",
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


@_kind("charter/email/request.txt", is_to_actor=True, has_html=True)
def _request_signature(world):
    """To a representative, who may have no account, in the language of who prepared it."""
    signing.send_request(_signing_request(world), world.request)


@_kind("charter/email/receipt.txt", is_to_actor=True, has_html=True)
def _give_receipt(world):
    signature = world.claire.signatures.get()
    signing.send_receipt(_signing_request(world), world.request, signature)


@_kind("charter/email/signed.txt", has_html=True)
def _tell_signed(world):
    signing.send_outcome(_signing_request(world), world.request, "signed")


@_kind("charter/email/declined.txt", has_html=True)
def _tell_declined(world):
    signing.send_outcome(_signing_request(world), world.request, "declined")


def _account_closing(world):
    due = timezone.now() + timedelta(days=30)
    return AccountClosing.objects.create(person=world.claire, due_at=due)


@_kind("factor_waits/email/first_factor.txt")
def _tell_first_factor(world):
    FactorWait.objects.create(person=world.claire, opens_at=timezone.now())
    mail_first_factor.call(world.claire.pk)


@_kind("members/names/email/changed.txt", is_to_actor=True)
def _tell_name_changed(world):
    send_name_changed(world.claire, "Claire Le Bihan", "Claire Kervella")


@_kind("members/closing/email/asked.txt", is_to_actor=True)
def _tell_asked(world):
    closing.send_asked(_account_closing(world))


@_kind("members/closing/email/taken_back.txt", is_to_actor=True)
def _tell_taken_back(world):
    closing.send_taken_back(world.claire)


@_kind("members/closing/email/inactive.txt")
def _warn_inactive(world):
    closing.send_inactive(_account_closing(world))


@_kind("members/closing/email/closed.txt")
def _tell_closed(world):
    closing.send_closed(
        world.claire.email, MailSetting.objects.get(person=world.claire).language
    )


# -------------------------------------------------------------------------- groups, moderation


def _entry(world, **fields):
    group = WorkingGroup.objects.get(slug="chaufferies")
    group.contact = world.claire
    group.save()
    join_group(world.claire, group)
    fields = {"person": world.claire, "created_by": world.jeanne} | fields
    return GroupEntry.objects.create(group=group, **fields)


@_kind("group invitation")
def _invite_in_group(world):
    groups.mail_invitation(world.request, _entry(world, type="invitation"))


@_kind("group request")
def _ask_for_group(world):
    groups.mail_request(world.request, _entry(world, type="request", person=world.jeanne))


@_kind("group answer")
def _answer_for_group(world):
    decided = {"outcome": "refused", "decided_at": timezone.now()}
    groups.mail_answer(world.request, _entry(world, type="request", **decided))


@_kind("conversation/meetings/email/registration.txt")
def _give_place(world):
    thread = start_thread(world.jeanne, world.spaces["network"])
    own = create_meeting(thread).registrations.create(
        person=world.claire, placed_at=timezone.now()
    )
    mail_registration.call(own.pk)


@_kind("conversation/meetings/email/change.txt")
def _cancel_meeting(world):
    thread = start_thread(world.jeanne, world.spaces["network"])
    about = {"person": world.claire, "placed_at": timezone.now()}
    own = create_meeting(thread, cancelled_at=timezone.now()).registrations.create(**about)
    mail_change.call(own.pk)


@_kind("conversation/meetings/email/withdrawal.txt")
def _give_place_back(world):
    meeting = create_meeting(start_thread(world.jeanne, world.spaces["network"]))
    with override_settings(FORUM_REPLY_ADDRESS="reponse@forum.example.org"):
        mail_withdrawal.call(meeting.pk, world.claire.pk)


@_kind("moderation/email/decision_about.txt")
def _tell_measure(world):
    measure = Measure.objects.create(
        kind="warn", person=world.claire, reason=moderation_reason(), facts="Un nom."
    )
    mail_decision_about.call(measure.pk)


def _report(world):
    given = {"reporter_email": world.claire.email, "language": world.mail_language}
    return reported(GUEST, "https://forum.example.org/fils/1/", **given)


@_kind("moderation/email/report_receipt.txt", is_to_actor=True)
def _tell_report_received(world):
    reports.send_receipt(world.request, _report(world))


@_kind("moderation/email/report_decision.txt")
def _tell_report_decided(world):
    reports.mail_decision.call(_report(world).pk)


@_kind("mail/mail_archives/claim_code.txt", is_to_actor=True)
def _send_claim_code(world):
    send_claim_code(world.claire.email, "ABCD-EFGH")


# ------------------------------------------------------------- threads by mail, and what comes


def _thread(world):
    title = f"Quelle énergie, et pour qui ? =?utf-8?q?a?= {'é' * 90} ({next(_NUMBERS)})"
    return start_thread(world.claire, world.spaces["network"], title=title)


def _leave(queue, send_next):
    """Have what waits in ``queue`` leave now."""
    for one in OutgoingMail.__subclasses__():
        one._base_manager.filter(settled_at=None).update(
            due_at=timezone.now() if one.__name__ == queue else timezone.now() + timedelta(1)
        )
    with patch("forum.base.outgoing_mail.queries.UNDO_PERIOD", timedelta(0)):
        while send_next() is not None:
            pass


#: All that a post may have.
_RICH = """Avant la liste :

- du bois déchiqueté, [le guide](https://exemple.fr/guide) ;
- des granulés.

1. On compte.
2. On décide.

> Combien de kW pour l’école ?

Cent cinquante, avec `COP = 3` :

```
une_ligne_de_code_qui_est_bien_plus_longue_qu_un_telephone_n_est_large = 150 * 12 + 3
```

## Un titre

| Année | MWh |
|---|---|
| 2025 | 310 |

Tout compris[^1] :seedling:.

[^1]: Hors entretien, [le détail](https://exemple.fr/entretien) en ligne.

<details>
<summary>Le calcul</summary>

- 150 kW
- 2 000 heures

</details>
"""


@_kind("mail/thread_mail/post.txt", has_html=True, lists=STOPPED | LISTED | {"List-Archive"})
def _mail_post(world):
    thread = _thread(world)
    plan_next_mails(timezone.now() + timedelta(seconds=1))
    text = f"**Bois.** {uuid4().hex} {'mot' * 400}\n\n{_RICH}"
    post_reply(world.jeanne, thread, text=text)
    plan_next_mails(timezone.now() + timedelta(seconds=1))
    _leave("PostMail", send_next_mail)


@_kind("mail/thread_mail/notice.txt", has_html=True, lists=STOPPED | LISTED | {"List-Archive"})
def _mail_notice(world):
    spaces = Space.objects.filter(pk=world.spaces["network"].pk)
    spaces.update(mail_content="nothing")
    _mail_post(world)
    spaces.update(mail_content="full")


@_kind("mail/thread_mail/digests/digest.txt", has_html=True, lists=STOPPED | LISTED)
def _mail_digest(world):
    week = date(2026, 1, 5) + timedelta(weeks=next(_NUMBERS))
    issue = NewsletterIssue.objects.create(
        week=week, introduction="Bonne lecture.", published_at=timezone.now()
    )
    about = {"position": 1, "thread": _thread(world), "note": "À lire d’abord."}
    issue.items.create(**about)
    MailSetting.objects.filter(person=world.claire).update(
        channel="digest", next_digest_at=timezone.now()
    )
    post_reply(world.jeanne, _thread(world))
    digests.plan_due_digests()
    _leave("Digest", digests.send_next_digest)


@_kind("mail/thread_mail/notifications/notifications.txt", has_html=True, lists=STOPPED)
def _mail_notifications(world):
    notifications.plan_changed_notifications()
    thread = _thread(world)
    hide_post(post_reply(world.claire, thread), viewer_of_person(world.lucie), "Hors sujet.")
    notifications.plan_changed_notifications()
    _leave("NotificationMail", notifications.send_next_notifications)


def _own_address(world):
    key = key_of(world.claire.pk, _thread(world).pk).key
    return f"reponse+{key}@forum.example.org"


@_kind("mail/thread_mail/receipt.txt", is_answer=True)
def _answer_by_mail(world):
    receive_mail(answer(world.claire, "150 kW.").as_bytes(), _own_address(world))


@_kind("mail/thread_mail/refusal.txt", is_answer=True)
def _answer_nothing(world):
    receive_mail(answer(world.claire, "").as_bytes(), _own_address(world))


@_kind("mail/thread_mail/follow_confirmation.txt", is_answer=True)
def _stop_by_mail(world):
    address = _own_address(world).replace("@", "+stop@")
    receive_mail(answer(world.claire).as_bytes(), address)


@_kind("mail/thread_mail/meeting_answer.txt", is_answer=True)
def _answer_by_calendar(world):
    meeting = create_meeting(start_thread(world.jeanne, world.spaces["network"]))
    with override_settings(FORUM_REPLY_ADDRESS="reponse@forum.example.org"):
        own = str(CalendarAddress(world.claire.pk, meeting.pk))
        receive_mail(calendar_reply("Outlook", world.claire.email, own, "TENTATIVE"), own)


@_kind("mail/thread_mail/unreadable.txt", is_answer=True)
def _set_aside(world):
    about = {"person": world.claire, "thread": _thread(world)}
    key = ThreadMailKey.objects.create(**about, key="abcdefghijkm", link_key="mkjihgfedcba")
    quarantine_mail(key, answer(world.claire).as_bytes(), ValueError("a fault"))


def _start_by_mail(world, text):
    EmailAddress.objects.create(
        user=world.claire, email=world.claire.email, verified=True, primary=True
    )
    domain = world.claire.email.partition("@")[2]
    vouched = f"mx.example.org; dmarc=pass header.from={domain}"
    raw = answer(world.claire, text, Authentication_Results=vouched).as_bytes()
    receive_mail(raw, new_thread_address(world.spaces["network"].slug, "eolien"))


@_kind("mail/thread_mail/new_thread_receipt.txt", is_answer=True)
def _start_thread_by_mail(world):
    _start_by_mail(world, "Combien de vent faut-il ?")


@_kind("mail/thread_mail/new_thread_refusal.txt", is_answer=True)
def _start_nothing_by_mail(world):
    _start_by_mail(world, "")
