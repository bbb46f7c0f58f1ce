"""What animators do: the review queue, reports, measures, appeals, moves of threads, the audit.

It stands on ``library``, and beside ``finding`` and ``members``.
"""
