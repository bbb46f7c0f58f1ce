"""What the worker does about the index."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.search_index.reindexing.actions import index_next_threads, learn_next_words

#: Steps of a run: a minute is enough for them.
_STEPS = 40


@scheduled(_("Tenir à jour ce que la recherche trouve"), every=60)
@task()
def continue_index() -> None:
    """Index what is not yet, and learn new words; nothing, most of the time."""
    for _step in range(_STEPS):
        if index_next_threads().is_last:
            break
    for _step in range(_STEPS):
        if not learn_next_words():
            break
