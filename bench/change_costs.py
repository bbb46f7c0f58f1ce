"""What changes cost a process of the site: counted in it, and told at ``/couts/``.

Only where ``BENCH_COUNTS`` is set. Of each kind it is the total since the process began.
"""

from collections import Counter
from functools import wraps

from channels_redis.pubsub import RedisPubSubLoopLayer
from django.db.backends.signals import connection_created
from django.http import JsonResponse
from django.template.base import Template

counts = Counter()


def start():
    """Count messages to the group of processes, deliveries, queries and renderings.

    Those of deliveries are counted by themselves too: what else a process asks, such as who
    its pages belong to, it asks now and then, whatever happens.
    """
    from realtime import queries

    layer = RedisPubSubLoopLayer
    layer.group_send = _counted("group sends", layer.group_send)
    Template.render = _counted("renderings", Template.render)
    queries.frames_for_thread = _delivery(queries.frames_for_thread)
    connection_created.connect(_count_queries, dispatch_uid="bench.change_costs")


def tell(request):
    """What this process has counted."""
    return JsonResponse(counts)


def _counted(kind, work):
    @wraps(work)
    def counting(*args, **kwargs):
        counts[kind] += 1
        return work(*args, **kwargs)

    return counting


def _delivery(work):
    @wraps(work)
    def delivering(*args, **kwargs):
        before = counts.copy()
        try:
            return work(*args, **kwargs)
        finally:
            counts["deliveries"] += 1
            for kind in "queries", "renderings":
                counts[f"{kind} of deliveries"] += counts[kind] - before[kind]

    return delivering


def _count_queries(sender, connection, **kwargs):
    if _count_query not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count_query)


def _count_query(execute, *args):
    counts["queries"] += 1
    return execute(*args)
