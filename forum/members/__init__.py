"""Who one is here: directory, groups, handover, what one takes along, closing an account.

It stands on ``library``, and beside ``finding`` and ``moderation``.
"""
