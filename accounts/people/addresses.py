"""Changing one's address takes both: a code from the old one first, then one from the new.

Whoever sits at someone else's open page, or knows their password, cannot take the account
away by giving it an address of their own. What is proved holds for the session, for the
address of that moment, and for a quarter of an hour.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.utils.crypto import constant_time_compare

#: Seconds for which a code may be given, and then for which what it proved holds.
CODE_LASTS = PROOF_LASTS = 15 * 60
#: Wrong codes, after which another has to be asked for.
MOST_WRONG = 3
_CODE, _PROOF = "address_code", "address_proof"


def send_code(request):
    """Mail a new code to the person's present address; False where that is too often."""
    person = request.user
    if not ratelimit.consume(request, action="ask_address_code", user=person):
        return False
    code = get_adapter().generate_email_verification_code()
    request.session[_CODE] = {
        "code": code, "address": person.email, "at": time.time(), "wrong": 0
    }  # fmt: skip
    get_adapter().send_mail("account/email/leave_address", person.email, {"code": code})
    return True


def is_code_sent(request):
    """Whether a code is out that may still be given."""
    return _stands(request, _CODE, CODE_LASTS)


def prove(request, given):
    """Whether ``given`` is the code that was sent; if so the present address is proved.

    A wrong one is counted; after ``MOST_WRONG`` of them the code is void.
    """
    if not is_code_sent(request):
        return False
    sent = request.session[_CODE]
    if not ratelimit.consume(request, action="give_address_code", user=request.user):
        return False
    if not constant_time_compare(_plain(given), _plain(sent["code"])):
        sent["wrong"] += 1
        request.session[_CODE] = sent
        if sent["wrong"] >= MOST_WRONG:
            del request.session[_CODE]
        return False
    del request.session[_CODE]
    request.session[_PROOF] = {"address": request.user.email, "at": time.time()}
    return True


def is_proved(request):
    """Whether this session has just shown that the present address is the person's own."""
    return _stands(request, _PROOF, PROOF_LASTS)


def _stands(request, name, lasts):
    kept = request.session.get(name)
    if not kept or kept["address"] != request.user.email:
        return False
    return time.time() - kept["at"] <= lasts


def _plain(code):
    return "".join(letter for letter in code.upper() if letter.isalnum())
