"""The keys of what is kept of authors, as the settings read them from the environment."""

from django.core.exceptions import ImproperlyConfigured
from environ.environ import Env

#: Characters of a key, at least.
_MIN_LENGTH = 32


def author_record_keys(env: Env, secret_key: str, is_kept_by_default: bool) -> list[str]:
    """Today's key, then those from before; none where FORUM_AUTHOR_RECORDS says no.

    Raise ImproperlyConfigured where records are to be kept and a key is missing, short or the
    site's own.
    """
    if not env.bool("FORUM_AUTHOR_RECORDS", default=is_kept_by_default):
        return []
    before = env.list("FORUM_AUTHOR_RECORDS_KEY_FALLBACKS", default=[])
    keys = [env.str("FORUM_AUTHOR_RECORDS_KEY", default=""), *before]
    if any(len(key) < _MIN_LENGTH or key == secret_key for key in keys):
        raise ImproperlyConfigured(
            "In production set FORUM_AUTHOR_RECORDS_KEY (32 characters or more, not "
            "FORUM_SECRET_KEY), or FORUM_AUTHOR_RECORDS=0 where none are to be kept."
        )
    return keys
