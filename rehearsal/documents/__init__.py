"""TwiML: reads the app's documents and runs their verbs on the exchange's legs."""
