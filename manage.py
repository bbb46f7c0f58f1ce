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
    execute_from_command_line(sys.argv)
