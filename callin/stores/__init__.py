"""The two engines that store the records of the app: each implements `callin.contracts.Store`."""
