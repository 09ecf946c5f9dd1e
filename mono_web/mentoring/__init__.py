"""The mentor's desk: what waits for a reviewer, oldest first and by broker, and the way through the queue."""
