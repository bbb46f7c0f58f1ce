#!/usr/bin/env python
"""Run Django's commands for this site."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    if sys.argv[1:2] == ["dev"]:
        # Settings are read from the environment as they are imported: now or never.
        os.environ["FORUM_DEMO"] = "1"
        os.environ.setdefault("FORUM_ADMISSION", "open")
    if sys.argv[1:2] == ["ox_worker"]:
        # It runs one task after the other, each on the connection that it keeps.
        os.environ.setdefault("FORUM_CONN_MAX_AGE", "3600")
    execute_from_command_line(sys.argv)
