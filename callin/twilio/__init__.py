"""Everything that talks to Twilio's REST API, and what compares the line with Twilio's lists."""
