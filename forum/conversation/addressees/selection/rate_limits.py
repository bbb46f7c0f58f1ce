"""How often one person puts questions to several, and looks for whom to ask."""

from accounts.base.rate_limits import RateLimit

#: Both count together what is done as one asks, and afterwards.
QUESTIONS_TO_SEVERAL = RateLimit("ask_several", "6/h/user,12/d/user")
PROPOSALS = RateLimit("propose_addressees", "60/h/user,200/d/user")
