"""What tests build on: real processes, real HTTP, and conditions to wait for."""
