"""A thread and what hangs on it: posts, tags, files, drafts, follows, the inbox, the menu.

One subject in many folders, which know each other; it stands on ``base`` alone.
"""
