"""Foirail's settings, all of them, read from the environment.

Without any variable this is a development site: SQLite, the in-memory layer, debug on.
``FORUM_DEBUG=0`` is production, which refuses to start without a secret key and hosts.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from accounts.author_records.keys import author_record_keys
from accounts.users.allauth_settings import *  # noqa: F403
from accounts.users.openid_settings import socialaccount_providers
from forum.settings import databases, logs
from forum.settings.background import *  # noqa: F403
from forum.settings.calls import *  # noqa: F403
from forum.settings.files import *  # noqa: F403
from forum.settings.mail import *  # noqa: F403

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

#: A site that says its names is no development site, unless it says that, too.
DEBUG = env.bool("FORUM_DEBUG", default="FORUM_HOSTS" not in env.ENVIRON)
#: Known to everyone: only where none but this machine reaches the site.
_DEVELOPMENT_KEY = "development-only" if "FORUM_HOSTS" not in env.ENVIRON else ""
SECRET_KEY = env.str("FORUM_SECRET_KEY", default=_DEVELOPMENT_KEY if DEBUG else "")
#: Keys from before: what they signed or encrypted is read still, and written anew with today's.
SECRET_KEY_FALLBACKS = env.list("FORUM_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "FORUM_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
#: Where ``manage.py dev`` serves, for mails of its worker; empty elsewhere.
FORUM_DEV_ADDRESS = env.str("FORUM_DEV_ADDRESS", default="") if DEBUG else ""
if not SECRET_KEY or not DEBUG and (len(SECRET_KEY) < 50 or not ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "In production, and wherever FORUM_HOSTS is set, set FORUM_SECRET_KEY (50 characters "
        "or more); in production FORUM_HOSTS too."
    )

#: Encrypt what the law asks a host to keep of authors: today's key first; none keeps nothing.
FORUM_AUTHOR_RECORDS_KEYS = author_record_keys(env, SECRET_KEY, not DEBUG)

#: Anyone signs in to any demonstration account: never on a site with real people.
FORUM_DEMO = env.bool("FORUM_DEMO", default=False)
if FORUM_DEMO and not DEBUG:
    raise ImproperlyConfigured("FORUM_DEMO=1 goes with FORUM_DEBUG=1 only.")

#: "open": a seat is confirmed as the charter is signed; "review": by someone who knows;
#: "sponsored": and a new organisation needs two others that vouch for it, to come in at all.
FORUM_ADMISSION = env.str("FORUM_ADMISSION", default="review")
if FORUM_ADMISSION not in {"open", "review", "sponsored"}:
    raise ImproperlyConfigured("FORUM_ADMISSION is open, review or sponsored.")

#: Whether people may post as much in a while as they write by hand, and no more.
FORUM_POSTING_LIMITS = env.bool("FORUM_POSTING_LIMITS", default=True)

#: How many posts of who has no confirmed seat wait for an animator, where a space says so.
FORUM_FIRST_POSTS_HELD = env.int("FORUM_FIRST_POSTS_HELD", default=0 if FORUM_DEMO else 2)

#: What animators and administrators may do, they may only with a second factor.
FORUM_SECOND_FACTOR = env.bool("FORUM_SECOND_FACTOR", default=not FORUM_DEMO)

#: The network's name, and in English; the English of another network is its own to give.
FORUM_NETWORK = env.str("FORUM_NETWORK", default="Réseau des territoires à énergie positive")
_english = "" if "FORUM_NETWORK" in env.ENVIRON else "Network of positive-energy territories"
FORUM_NETWORK_EN = env.str("FORUM_NETWORK_EN", default=_english)
FORUM_PUBLISHER = {
    "name": env.str("FORUM_PUBLISHER_NAME", default=""),
    "address": env.str("FORUM_PUBLISHER_ADDRESS", default=""),
    "telephone": env.str("FORUM_PUBLISHER_TELEPHONE", default=""),
    "registration": env.str("FORUM_PUBLISHER_REGISTRATION", default=""),
    "director": env.str("FORUM_PUBLISHER_DIRECTOR", default=""),
    "email": env.str("FORUM_PUBLISHER_EMAIL", default=""),
    "dpo": env.str("FORUM_PUBLISHER_DPO", default=""),
    "host": env.str("FORUM_HOST_DETAILS", default=""),
}

INSTALLED_APPS = [
    "accounts",
    "forum",
    "realtime",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_ox",
    "django_prose_editor",
    "taggit",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.forms",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
if DEBUG:  # `runserver` serves by it; pages of gunicorn need no Twisted.
    INSTALLED_APPS = ["daphne", *INSTALLED_APPS]
MIDDLEWARE = [
    "accounts.viewers.middleware.ViewerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "forum.site.errors.allowed_methods_middleware",
    "forum.site.errors.null_characters_middleware",
    "forum.conversation.files.body_limit.body_limit_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "forum.site.compression.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.users.middleware.private_cache_control",
    "accounts.users.middleware.record_device",
    "accounts.users.middleware.name_last_person",
    "accounts.author_records.middleware.record_source",
    "forum.site.errors.write_limit_middleware",
    "forum.site.errors.missing_object_middleware",
    "forum.site.errors.cpu_budget_middleware",
]
if not env.bool("FORUM_GZIP", default=True):  # A web server in front compresses.
    MIDDLEWARE.remove("forum.site.compression.GZipMiddleware")
LOGGING = logs.logging_config(DEBUG)
ROOT_URLCONF = "forum.urls"
WSGI_APPLICATION = "forum.wsgi.application"
ASGI_APPLICATION = "realtime.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forum.site.context_processors.layout",
            ],
            "libraries": {"demonstration": "forum.site.demo.template_tags"},
            "builtins": ["forum.templatetags.forum_tags", "django.templatetags.static"],
            "loaders": [
                (
                    "accounts.base.template_loader.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
        },
    }
]
#: Widgets are rendered with our templates, ``templates/django/forms``, and else with Django's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": databases.database_settings(env, BASE_DIR)}
if env.str("FORUM_SEARCH_DATABASE_URL", default=""):
    DATABASES["search"] = databases.replica_settings(env)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
_prefix = env.str("FORUM_LAYER_PREFIX", default="foirail")
CHANNEL_LAYERS = {"default": databases.layer_settings(REDIS_URL, _prefix)}
CACHES = {"default": databases.cache_settings(REDIS_URL, _prefix)}

#: Whether processes that serve sockets run a worker, too: where one process is all there is.
FORUM_WORKER_INSIDE = env.bool(
    "FORUM_WORKER_INSIDE", default="sqlite" in DATABASES["default"]["ENGINE"]
)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.users.backends.AnnotatedUserBackend"]
SESSION_ENGINE = "accounts.users.sessions"
SESSION_COOKIE_AGE = FORUM_RETENTION["sessions"] * 24 * 3600  # noqa: F405
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "home"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
SOCIALACCOUNT_PROVIDERS = socialaccount_providers(env)
#: The number of web servers in front, trusted to say the visitor's IP address to throttles.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("FORUM_PROXIES", default=0)

if not DEBUG and not env.str("EMAIL_URL", default=""):
    raise ImproperlyConfigured("In production set EMAIL_URL: codes to sign in go by mail.")
_mail = env.email_url("EMAIL_URL", default="consolemail://")
if not env.str("EMAIL_URL", default=""):
    _mail["EMAIL_BACKEND"] = "forum.site.mail_console.EmailBackend"
#: ``default`` sends while somebody waits for a page, ``worker`` beside requests.
MAILERS: dict[str, dict[str, object]] = {}
for _name, _seconds in {"default": 5, "worker": 20}.items():
    MAILERS[_name] = {"BACKEND": _mail["EMAIL_BACKEND"]}
    if _mail["EMAIL_HOST"]:
        MAILERS[_name]["OPTIONS"] = {
            "host": _mail["EMAIL_HOST"], "port": _mail["EMAIL_PORT"],
            "username": _mail["EMAIL_HOST_USER"], "password": _mail["EMAIL_HOST_PASSWORD"],
            "use_tls": _mail.get("EMAIL_USE_TLS", False),
            "use_ssl": _mail.get("EMAIL_USE_SSL", False), "timeout": _seconds,
        }  # fmt: skip
DEFAULT_FROM_EMAIL = env.str("FORUM_FROM_EMAIL", default="Foirail <ne-pas-repondre@localhost>")

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("FORUM_TIME_ZONE", default="Europe/Paris")
USE_TZ = True

#: Files that were sent: of signatures, of posts. Several machines share this folder.
MEDIA_ROOT = env.str("FORUM_FILES", default=str(BASE_DIR / "media"))
FILE_UPLOAD_PERMISSIONS = 0o640  # The group reads: nginx may be given it.

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": POST_FILES_STORAGE,  # noqa: F405
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "forum.site.static_storage.BundlingStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "forum.site.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("FORUM_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # Each process is checked by itself, without TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("FORUM_HSTS_SECONDS", default=31_536_000)
    # The other sites of an organisation's domain are not ours to bind, so not by default.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("FORUM_HSTS_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
