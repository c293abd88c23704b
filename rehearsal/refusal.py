"""What the network refuses, in the form of Twilio's REST errors."""


class Refusal(Exception):
    """A request that Twilio's REST API would refuse (https://www.twilio.com/docs/api/errors)."""

    def __init__(self, http_status: int, twilio_code: int, message: str) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.twilio_code = twilio_code
        self.message = message
