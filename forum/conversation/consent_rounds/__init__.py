"""Consent rounds: a proposal on which each voter consents, or says why not."""
