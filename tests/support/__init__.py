"""What tests stand on: real processes, real HTTP, and conditions to wait for."""
