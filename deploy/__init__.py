"""Deploys the app to App Engine or to a server. None of this is uploaded, and the app imports none of it."""
