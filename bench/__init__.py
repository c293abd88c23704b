"""Measurements: each script answers one question. `make bench` runs them all; `python -m bench.NAME` runs one.

Everything happens on 127.0.0.1, is bounded in requests and time, and ends by itself.
"""
