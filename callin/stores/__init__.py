"""The engines that keep the line: each fulfils `callin.contracts.Store`."""
