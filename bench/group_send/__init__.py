"""The textbook design on Channels, to compare with: each open page looks for itself.

A consumer per page joins its thread's group; a reply is one ``group_send`` through
``RedisPubSubChannelLayer``, and each consumer then asks whose session it is and renders
what its page has missed. It gives the same frames as ours, since it calls the same forum.
It is kinder than the plain textbook: it does without Channels' hop to a thread per message.
"""
