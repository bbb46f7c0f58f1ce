"""Whom a post names, by ``@`` and their name, and which posts it quotes."""
