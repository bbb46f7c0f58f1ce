"""What people have begun to write and not sent, kept on the server besides their browser."""
