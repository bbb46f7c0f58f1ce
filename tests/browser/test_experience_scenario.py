"""From a question to a public sheet: asked, answered, told, agreed to, compared and shared.

A mayor asks territories like theirs; an organisation that one of them passes the question on to
answers. Of the answer they make a sheet with it, which a third territory reviews, and of the
sheet a public page. A fourth territory finds and compares it, a guest opens what is shared.
"""

import email
import email.policy
from uuid import uuid4

import pytest

from tests.browser.experience_steps import (
    ASKED,
    ELISE,
    GERARD,
    NADIA,
    SOPHIE,
    XABI,
    accept_and_draw,
    accept_invitation,
    answer_received,
    approve,
    ask_territories_like_mine,
    compare_with_two_others,
    consent,
    downloaded_texts,
    expect_received,
    find_by_search,
    find_in_inbox,
    name_person,
    open_shared_address,
    pass_on,
    propose,
    publish,
    write_draft,
)

pytestmark = pytest.mark.long
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WITHOUT_SCRIPT = PHONE | {"java_script_enabled": False}
#: What the worker does every minute, as if a message could be undone no more.
_MAIL = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from accounts.models import User
from forum.conversation.addressees.models import ThreadAddressee
from forum.models import Thread
from forum.mail.thread_mail.notifications.models import NotificationMail
from forum.mail.thread_mail.notifications.tasks import mail_notifications
before = timedelta(minutes=2)
User.objects.update(inbox_read_at=F("inbox_read_at") - before)
ThreadAddressee.objects.update(asked_at=F("asked_at") - before)
Thread.objects.update(created_at=F("created_at") - before)
mail_notifications.call()
NotificationMail.objects.filter(settled_at=None).update(due_at=timezone.now())
mail_notifications.call()
"""


@pytest.fixture(scope="module")
def site(sites):
    """The demonstration, in which the same are asked once for each screen."""
    with sites.serve(FORUM_QUESTIONS_PER_WEEK="20") as site:
        site.run(_MAIL)  # The first run mails nothing of what was there before.
        yield site


def recipients_of_mails(site, mark):
    """Have the worker mail what there is; to whom it mailed of what bears ``mark``."""
    printed = site.run(_MAIL).split(f"\n{'-' * 79}\n")
    mails = [email.message_from_string(one, policy=email.policy.default) for one in printed]
    texts = {one["To"]: one.get_body(["plain"]) for one in mails}
    return {to for to, text in texts.items() if text and mark in text.get_content()}


@pytest.mark.parametrize(
    "screen", [DESK, PHONE, WITHOUT_SCRIPT], ids=["1280", "390", "390-without-script"]
)
def test_an_answer_to_a_mayor_becomes_an_experience_that_all_may_use(sit, site, screen):
    mark = uuid4().hex[:6]
    question = f"Qui vend l’électricité de son réseau de chaleur ? {mark}"
    title = f"Trémoy vend l’électricité de sa chaufferie {mark}"
    mayor, xabi, elise = (sit(who, **screen) for who in (GERARD, XABI, ELISE))

    thread = ask_territories_like_mine(mayor, question)
    assert recipients_of_mails(site, mark) >= set(ASKED.values())
    for organisation, who in ASKED.items():
        expect_received(sit(who, **screen), organisation, question)
    pass_on(sit(NADIA, **screen), question, "SEM Pinède Énergies", f"Le savez-vous ? {mark}")
    answer_received(xabi, question, f"Le savez-vous ? {mark}", f"Nous en vendons. {mark}")

    accept_and_draw(mayor, thread)
    draft = write_draft(mayor, title)
    name_person(mayor, draft, "Coauteurs", "Xabi Etcheto", "Inviter")
    accept_invitation(xabi)
    name_person(mayor, draft, "Relectures", "Élise Brochier", "Demander")
    approve(elise)
    sheet = publish(mayor, draft)

    propose(mayor, sheet)
    consent(mayor)
    find_in_inbox(xabi, "propose de rendre publique")
    consent(xabi, without_prices=True)
    address = xabi.get_by_role("link", name="Voir la page publique").get_attribute("href")

    sophie = sit(SOPHIE, **screen)
    find_by_search(sophie, title)
    compare_with_two_others(sophie, title)
    saved = downloaded_texts(sophie)
    assert title in saved
    assert "92 €/MWh" not in saved

    guest = sit(**screen)
    open_shared_address(guest, address, title)
    assert "€" not in guest.goto(address).text().partition("<main")[2].partition("</main")[0]
