"""A screened show with five desks: two DJs' pages, of which one leg is on the air, and three screeners with a leg each.

All of them press at random while the network misbehaves and the app is killed: see `run.py` for the course of it.
"""
