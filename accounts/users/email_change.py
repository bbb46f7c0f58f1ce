"""The verification of the current address before it, or what protects an account, may change.

A code is mailed to the current address first; allauth then verifies the new one. So whoever
has someone's open session or password cannot take the account over by changing its address;
nor an animator's rights, by setting up their first second factor; nor stay in after the
password is reset, by an identity of their own; nor by a password where there was none.
A verification holds in its session, for the address of that moment, for 15 minutes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.utils.crypto import constant_time_compare

from accounts.base.rate_limits import RateLimit
from accounts.users.second_factors import has_second_factor
from accounts.viewers.middleware import PersonRequest

if TYPE_CHECKING:
    pass


#: Seconds for which a code is valid, and then for which the verification is.
CODE_LIFETIME = VERIFICATION_LIFETIME = 15 * 60
#: Wrong codes, after which another has to be asked for.
MAX_WRONG_CODES = 3
_CODE_REQUESTS = RateLimit("ask_address_code", "1/30s/user,5/h/user")
_CODE_CHECKS = RateLimit("give_address_code", "10/10m/user")
_CODE_KEY, _VERIFICATION_KEY = "address_code", "address_proof"


def send_code(request: PersonRequest, template: str = "leave_address") -> bool:
    """Mail a new code to the person's current address; False where that is too often.

    ``template``: of the mail, which says what the code is for.
    """
    person = request.user
    if not _CODE_REQUESTS.allows(request):
        return False
    code = get_adapter().generate_email_verification_code()
    request.session[_CODE_KEY] = {
        "code": code, "address": person.email, "at": time.time(), "wrong": 0
    }  # fmt: skip
    get_adapter().send_mail(f"account/email/{template}", person.email, {"code": code})
    return True


def is_code_sent(request: PersonRequest) -> bool:
    """Whether a code was sent that has not expired."""
    return _is_fresh(request, _CODE_KEY, CODE_LIFETIME)


def verify_code(request: PersonRequest, submitted: str) -> bool:
    """Whether ``submitted`` is the code that was sent; if so, the address is verified.

    After ``MAX_WRONG_CODES`` wrong ones the code is deleted.
    """
    if not is_code_sent(request):
        return False
    sent = request.session[_CODE_KEY]
    if not _CODE_CHECKS.allows(request):
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


def is_current_address_verified(request: PersonRequest) -> bool:
    """Whether the current address was verified in this session in the last 15 minutes."""
    return _is_fresh(request, _VERIFICATION_KEY, VERIFICATION_LIFETIME)


def asks_address_first(request: PersonRequest) -> bool:
    """Whether the person sets up a first second factor and has not verified their address.

    Whoever has a password alone would lock its owner out by it.
    """
    is_first = not has_second_factor(request.user)
    return is_first and not is_current_address_verified(request)


def asks_address_for_identity(request: PersonRequest) -> bool:
    """Whether the person has no identity of a provider and has not verified their address."""
    is_first = not SocialAccount.objects.filter(user=request.user).exists()
    return is_first and not is_current_address_verified(request)


def asks_address_for_password(request: PersonRequest) -> bool:
    """Whether the person has no password and has not verified their address.

    A first one opens the account for good, which an open page alone must not.
    """
    is_first = not request.user.has_usable_password()
    return is_first and not is_current_address_verified(request)


def _is_fresh(request: PersonRequest, name: str, lifetime: int) -> bool:
    stored = request.session.get(name)
    if not stored or stored["address"] != request.user.email:
        return False
    answer: bool = time.time() - stored["at"] <= lifetime
    return answer


def _normalized(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())
