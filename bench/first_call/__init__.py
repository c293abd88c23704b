"""A newcomer's way from nothing to the first call on the air, by the README's own commands and with a clock."""
