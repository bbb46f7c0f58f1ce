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
CODE_LIFETIME = VERIFICATION_LIFETIME = 15 * 60
#: Wrong codes, after which another has to be asked for.
MAX_WRONG_CODES = 3
_CODE_KEY, _VERIFICATION_KEY = "address_code", "address_proof"


def send_code(request):
    """Mail a new code to the person's present address; False where that is too often."""
    person = request.user
    if not ratelimit.consume(request, action="ask_address_code", user=person):
        return False
    code = get_adapter().generate_email_verification_code()
    request.session[_CODE_KEY] = {
        "code": code, "address": person.email, "at": time.time(), "wrong": 0
    }  # fmt: skip
    get_adapter().send_mail("account/email/leave_address", person.email, {"code": code})
    return True


def is_code_sent(request):
    """Whether a code is out that may still be given."""
    return _is_fresh(request, _CODE_KEY, CODE_LIFETIME)


def verify_code(request, submitted):
    """Whether ``submitted`` is the code that was sent; if so the present address is proved.

    A wrong one is counted; after ``MAX_WRONG_CODES`` of them the code is void.
    """
    if not is_code_sent(request):
        return False
    sent = request.session[_CODE_KEY]
    if not ratelimit.consume(request, action="give_address_code", user=request.user):
        return False
    if not constant_time_compare(_normalized(submitted), _normalized(sent["code"])):
        sent["wrong"] += 1
        request.session[_CODE_KEY] = sent
        if sent["wrong"] >= MAX_WRONG_CODES:
            del request.session[_CODE_KEY]
        return False
    del request.session[_CODE_KEY]
    request.session[_VERIFICATION_KEY] = {"address": request.user.email, "at": time.time()}
    return True


def is_current_address_verified(request):
    """Whether this session has just shown that the present address is the person's own."""
    return _is_fresh(request, _VERIFICATION_KEY, VERIFICATION_LIFETIME)


def _is_fresh(request, name, lifetime):
    stored = request.session.get(name)
    if not stored or stored["address"] != request.user.email:
        return False
    return time.time() - stored["at"] <= lifetime


def _normalized(code):
    return "".join(letter for letter in code.upper() if letter.isalnum())
