"""`python -m bench.soak`: runs each kind of show under each behaviour, and ends with 1 if a promise was broken."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from dataclasses import replace

from bench.soak.behaviours import BOTH_WAYS, SETS
from bench.soak.runs import KINDS, UNDER_EVERY_SET
from bench.soak.stage import Plan, Verdict

FULL_SECONDS = 60.0


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it ends what it has started, as on Ctrl-C
    options = _options()
    plan = _plan(options.seconds, options.seed)
    print(f"Seed {options.seed}, {plan.crowd} callers at once, {plan.fault_seconds:.0f} s of each fault", flush=True)
    broken = []
    for name, behaviour in SETS.items():
        for kind, run in KINDS.items():
            if kind not in UNDER_EVERY_SET and name not in BOTH_WAYS:
                continue
            if options.only and not any(word in f"{kind}, {name}" for word in options.only):
                continue
            began = time.monotonic()
            verdict = run(plan, name, behaviour)
            _print(verdict, time.monotonic() - began)
            if verdict.bad:
                broken.append(verdict.name)
    print(f"\nBroken: {'; '.join(broken)}" if broken else "\nEvery promise was kept.")
    return 1 if broken else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=FULL_SECONDS, help="of each fault; kills follow from it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only",
        action="append",
        metavar="WORDS",
        help=f"shows whose name has these words, such as kill, faults, desks, or {', '.join(SETS)}; may be given again",
    )
    return parser.parse_args()


def _plan(seconds: float, seed: int) -> Plan:
    plan = Plan(seed=seed)
    if seconds >= FULL_SECONDS:
        return replace(plan, fault_seconds=seconds, kill_seconds=12.0 * seconds / FULL_SECONDS)
    share = seconds / FULL_SECONDS
    return replace(
        plan,
        crowd=max(20, int(plan.crowd * share)),
        patience=(5.0, 60.0),
        warm_up_seconds=plan.warm_up_seconds * share,
        kills=max(2, int(plan.kills * share)),
        kill_seconds=max(3.0, plan.kill_seconds * share),
        fault_seconds=seconds,
    )


def _print(verdict: Verdict, seconds: float) -> None:
    print(f"\n{verdict.name}: {'BROKEN' if verdict.bad else 'kept'}, {seconds:.0f} s")
    for sentence in (*verdict.good, *verdict.bad):
        print(f"  {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
