"""Consent rounds: a proposal on which who speaks for each voice consents, or says why not."""
