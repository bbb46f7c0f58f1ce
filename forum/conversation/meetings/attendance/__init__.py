"""Who came to a meeting: the sheet that is signed there, and what attests it."""
