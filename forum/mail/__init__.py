"""The same by mail: what comes in and becomes posts, what goes out, archives of lists.

It stands on all wings but ``site``, as a mail may do what a page does.
"""
