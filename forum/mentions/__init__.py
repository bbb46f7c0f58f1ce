"""Naming people and organisations in a post, by ``@`` and their name."""
