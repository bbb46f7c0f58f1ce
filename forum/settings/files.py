"""Settings of the files that posts have, read from the environment."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "FORUM_ACCEL_REDIRECT", "FORUM_CLAMAV", "FORUM_FILE_LIMITS", "FORUM_FILE_TYPES",
    "POST_FILES_STORAGE",
]  # fmt: skip

env = environ.Env()
_MEGABYTE = 10**6

#: Bytes at most, but for ``count``: of one file; of all files of a post, and how many those may
#: be; of all that a person, the members of an organisation and the whole site keep.
FORUM_FILE_LIMITS = {
    "file": env.int("FORUM_FILE_MB", default=20) * _MEGABYTE,
    "post": env.int("FORUM_POST_FILES_MB", default=50) * _MEGABYTE,
    "count": env.int("FORUM_POST_FILES", default=10),
    "person": env.int("FORUM_PERSON_FILES_MB", default=500) * _MEGABYTE,
    "organisation": env.int("FORUM_ORGANISATION_FILES_MB", default=5_000) * _MEGABYTE,
    "site": env.int("FORUM_SITE_FILES_MB", default=50_000) * _MEGABYTE,
}

#: The documents that are taken, by the ends of their names; images are besides.
FORUM_FILE_TYPES = env.list(
    "FORUM_FILE_TYPES",
    default=[
        "pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "csv", "txt", "zip", "dwg", "dxf",
        "gpx", "geojson",
    ],
)  # fmt: skip

#: Where nginx serves files itself once they were let through: its internal location, or none.
FORUM_ACCEL_REDIRECT = env.str("FORUM_ACCEL_REDIRECT", default="")

#: The socket of clamd, which each file is shown to, or none: /run/clamav/clamd.ctl, host:3310.
FORUM_CLAMAV = env.str("FORUM_CLAMAV", default="")

#: A folder of ``FORUM_FILES``, or a bucket. No address of the bucket is ever given away.
POST_FILES_STORAGE: dict[str, Any] = {
    "BACKEND": "forum.conversation.files.storage.PostFileStorage"
}
if env.str("FORUM_BUCKET", default=""):
    if FORUM_ACCEL_REDIRECT:
        raise ImproperlyConfigured("FORUM_ACCEL_REDIRECT is for files in a folder.")
    from botocore.config import Config

    POST_FILES_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("FORUM_BUCKET"),
            "endpoint_url": env.str("FORUM_BUCKET_ENDPOINT", default=None),
            "region_name": env.str("FORUM_BUCKET_REGION", default=None),
            "access_key": env.str("FORUM_BUCKET_ACCESS_KEY", default=None),
            "secret_key": env.str("FORUM_BUCKET_SECRET_KEY", default=None),
            "default_acl": "private",
            "file_overwrite": False,
            # A page does not wait for minutes for a bucket that does not answer.
            "client_config": Config(
                connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2}
            ),
        },
    }
