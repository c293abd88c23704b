"""Long shows with faults, seeded, each with a verdict: `make soak`, `python -m bench.soak --help`.

Callers come and go, a DJ takes one after the other, and meanwhile the app is killed or the telephone network
misbehaves. What the network saw is the truth: nobody may be lost, cut off or aired twice, and the app must agree.
"""
