"""A network of invented members who talk to each other, to try Foirail with."""
