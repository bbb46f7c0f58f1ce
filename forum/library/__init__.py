"""What the network publishes: experience sheets, tools, the newsletter, open data.

Each heads or quotes threads, and so stands on ``conversation``.
"""
