"""Polls by secret ballot: who voted, and ballots that nothing ties to them."""
