"""From nothing to the first call on the air by the README's own commands, timed."""
