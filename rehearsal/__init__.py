"""A simulated phone network: it talks to an app as Twilio does, by HTTP and TwiML, without an account."""
