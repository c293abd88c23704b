"""Radio Call-In: a station's phone-in line in a browser."""

VERSION = "1.1"
