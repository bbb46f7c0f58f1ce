"""The log of the processes that serve pages, in the form of all others."""

from gunicorn.glogging import Logger


class PagesLog(Logger):
    """Gunicorn's, without a clock of its own: the system has one, and one alone."""

    error_fmt = "%(levelname)s gunicorn [%(process)d]: %(message)s"
