"""Legs, bridges and queues: a telephone exchange that knows nothing of HTTP or TwiML."""
