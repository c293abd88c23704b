"""Requests to the app as Twilio makes them: signed, bounded in time, retried, and failing on request."""
