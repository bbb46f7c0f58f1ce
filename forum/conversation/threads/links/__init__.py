"""Links between threads: « see also », and where a question is answered."""
