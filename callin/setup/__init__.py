"""Prepares a Twilio account for this app: `python -m callin.setup`, once, and again whenever in doubt.

It asks for the settings that are missing, makes a key, queues and applications, and points the two numbers at the app.
Before that it shows what it would change. It records what it changed, so that `--undo` can leave the account as before.
"""
