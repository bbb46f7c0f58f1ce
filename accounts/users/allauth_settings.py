"""Settings of sign-up, sign-in and second factors: what allauth is told everywhere.

What depends on the environment is in ``forum/settings/``, which takes these over.
"""


def _form_paths(module: str, names: str) -> dict[str, str]:
    """Our forms by allauth's names for them: ``add_email`` is ``AddEmailForm``."""
    ours = {name: name.title().replace("_", "") for name in names.split()}
    return {name: f"accounts.users.{module}.{form}Form" for name, form in ours.items()}


ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.users.adapters.AccountAdapter"
ACCOUNT_FORMS = _form_paths(
    "account_forms",
    "login signup add_email change_password set_password reset_password"
    " reset_password_from_key reauthenticate request_login_code confirm_login_code"
    " confirm_email_verification_code",
)
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.users.forms.SignupFullNameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
# Beside allauth's own. A whole training room may share an address. A key is an e-mail
# address: whoever it belongs to is not to be mailed without end by who types it.
ACCOUNT_RATE_LIMITS = {
    "signup": "10/m/ip,100/d/ip",
    "confirm_email": "1/10s/key,6/h/key,15/d/key",
    "request_login_code": "20/m/ip,200/d/ip,3/m/key,8/h/key,20/d/key",
    "reset_password": "20/m/ip,100/d/ip,3/m/key,5/h/key,10/d/key",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SIGNUP_REDIRECT_URL = "charter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.users.adapters.MFAAdapter"
MFA_FORMS = _form_paths(
    "second_factor_forms",
    "activate_totp add_webauthn authenticate_webauthn edit_webauthn login_webauthn "
    "reauthenticate_webauthn",
) | {
    "authenticate": "accounts.users.second_factor_forms.SecondFactorForm",
    "reauthenticate": "accounts.users.second_factor_forms.SecondFactorReauthenticateForm",
}
MFA_TOTP_ISSUER = "Foirail"
MFA_TOTP_TOLERANCE = 1  # Telephones whose clock is half a minute off.
MFA_PASSKEY_LOGIN_ENABLED = True
SOCIALACCOUNT_ADAPTER = "accounts.users.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
