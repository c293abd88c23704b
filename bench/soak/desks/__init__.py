"""A screened show with five desks: two DJs' consoles of up to four lines, one of them on the air, and three screeners.

All of them press at random while the network misbehaves and the app is killed: `run.py` has the shows.
"""
