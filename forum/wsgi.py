"""The WSGI application: serves pages, where sockets have processes of their own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# A worker serves one request after the other on the connection that it keeps.
os.environ.setdefault("FORUM_CONN_MAX_AGE", "3600")
os.environ.setdefault("FORUM_STATEMENT_TIMEOUT", "30")
application = get_wsgi_application()

from forum.site.warm import warm_up  # noqa: E402  (this needs Django set up)

warm_up()
