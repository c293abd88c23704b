"""The channels that tell the station that something is wrong: mail, a webhook, and a text message through Twilio."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol

from msgspec import Struct

from callin.config.kinds import is_loopback
from callin.contracts import PhoneError
from callin.twilio.client import TwilioAccess, make_client, translated

TIMEOUT_SECONDS = 10.0
SUBMISSION_PORT, TLS_PORT = 587, 465
LONGEST_TEXT_CHARACTERS = 300

SETTINGS = (
    *("ALERT_MAIL_TO", "SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD", "ALERT_WEBHOOK", "ALERT_TEXT_TO"),
    *("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_URL", "TWILIO_LISTENER_NUMBER"),
)
"""What `channels_of` reads."""


class AlertError(Exception):
    """An alert was not delivered. The message is a sentence, without a secret."""


class Alert(Struct, frozen=True):
    """What the station is told. `key` is the same however often it is sent."""

    key: str
    subject: str
    text: str
    is_over: bool


class Channel(Protocol):
    """A channel that delivers alerts. `send` raises AlertError."""

    @property
    def name(self) -> str:
        """How the watch remembers that this channel has delivered."""

    def send(self, alert: Alert) -> None: ...


@dataclass(frozen=True)
class Mail:
    """Mail through a mail server, over TLS unless the server is this machine."""

    to: str
    host: str
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "mail"

    def send(self, alert: Alert) -> None:
        message = EmailMessage()
        sender = self.user if "@" in self.user else self.to.split(",")[0].strip()
        headers = {"From": sender, "To": self.to, "Subject": alert.subject, "Auto-Submitted": "auto-generated"}
        for name, value in (headers | {"Message-ID": f"<{alert.key}@radio-call-in>"}).items():
            message[name] = value
        message.set_content(alert.text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise AlertError(f"The mail server {self.host} did not take the mail ({type(error).__name__}).") from error

    def _connected(self) -> smtplib.SMTP:
        host, _, digits = self.host.partition(":")
        port = int(digits or SUBMISSION_PORT)
        context = ssl.create_default_context()
        if port == TLS_PORT:
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if not is_loopback(f"smtp://{host}"):
            server.starttls(context=context)
        return server


@dataclass(frozen=True)
class Webhook:
    """A POST of JSON. Its field `text` is what Slack, Mattermost and others show."""

    url: str = field(repr=False)
    name: str = "webhook"

    def send(self, alert: Alert) -> None:
        import requests

        status = "over" if alert.is_over else "alert"
        body = {"id": alert.key, "status": status, "subject": alert.subject, "text": f"{alert.subject}\n{alert.text}"}
        try:
            requests.post(self.url, json=body, timeout=TIMEOUT_SECONDS, allow_redirects=False).raise_for_status()
        except requests.RequestException as error:
            raise AlertError(f"The address in ALERT_WEBHOOK did not take it ({type(error).__name__}).") from error


@dataclass(frozen=True)
class Text:
    """A text message from the listeners' number, if that number may send any."""

    to: str
    sender: str
    access: TwilioAccess
    name: str = "text"

    def send(self, alert: Alert) -> None:
        body = f"{alert.subject} {alert.text}"[:LONGEST_TEXT_CHARACTERS]
        try:
            with translated("send a text message"):
                client = make_client(self.access, TIMEOUT_SECONDS)
                client.messages.create(to=self.to, from_=self.sender, body=body)
        except PhoneError as error:
            raise AlertError(str(error)) from error


def channels_of(settings: Mapping[str, str]) -> Sequence[Channel]:
    channels: list[Channel] = []
    if settings["ALERT_MAIL_TO"]:
        host = settings["SMTP_HOST"] or "127.0.0.1:25"
        channels.append(Mail(settings["ALERT_MAIL_TO"], host, settings["SMTP_USER"], settings["SMTP_PASSWORD"]))
    if settings["ALERT_WEBHOOK"]:
        channels.append(Webhook(settings["ALERT_WEBHOOK"]))
    if settings["ALERT_TEXT_TO"]:
        account = (settings["TWILIO_ACCOUNT_SID"], settings["TWILIO_AUTH_TOKEN"], settings["TWILIO_API_URL"])
        channels.append(Text(settings["ALERT_TEXT_TO"], settings["TWILIO_LISTENER_NUMBER"], TwilioAccess(*account)))
    return channels
