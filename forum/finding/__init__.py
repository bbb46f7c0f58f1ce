"""How one comes to what is there: lists, search, similar threads, tag pages, statistics.

It reads what ``library`` and ``conversation`` write. ``members`` and ``moderation`` stand
beside it: none of the three knows another.
"""
