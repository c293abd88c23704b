"""What tests build on: real processes, real HTTP, and conditions to wait for.

In a test function the words after an assert say what must be so, or which case it is. Those of `until`, `wait_until`
and of asserts in helpers say what is wrong.
"""
