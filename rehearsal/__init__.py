"""A phone network for rehearsals: it speaks Twilio's HTTP and TwiML to an app, on one machine and with no account."""
