"""What puts the app where a station runs it. None of this is uploaded, and the app imports none of it."""
