"""Calls of meetings that the site has another service host, where its settings name one."""
