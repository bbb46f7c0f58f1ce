"""What the worker does about tags by the clock."""

from django.tasks import task

from forum.finding.tags import actions


@task()
def delete_unused_tags():
    """Delete the tags that nobody uses; return how many."""
    return actions.delete_unused_tags()
