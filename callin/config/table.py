"""The table of settings, and `Settings`, which holds their checked values."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from callin.config import kinds
from callin.model import DEFAULT_PREFIX

REQUIRED = None  # the default of a setting that must be set


class Setting(Struct, frozen=True):
    """A row of the table. With `setup_can_do_without`, `python -m callin.setup` runs without a value."""

    name: str
    kind: Callable[[str], object]
    default: str | None
    is_secret: bool
    help: str
    setup_can_do_without: bool = False
    where: str = ""  # a sentence that says where an admin finds the value

    @property
    def explanation(self) -> str:
        """What the setting is, and where its value is found."""
        return f"{self.help} {self.where}".strip()


CONSOLE = "https://console.twilio.com"
MAKES = "Run .venv/bin/python -m callin.setup, which makes it."

SETTINGS = (
    Setting(
        "TWILIO_ACCOUNT_SID",
        kinds.sid("AC"),
        REQUIRED,
        False,
        "The account.",
        where=f"Copy the Account SID from the first page of {CONSOLE}, under Account Info.",
    ),
    Setting(
        "TWILIO_AUTH_TOKEN",
        kinds.token,
        REQUIRED,
        True,
        "The account's primary auth token: Twilio signs its requests with it.",
        where=f"Copy the Auth Token from the first page of {CONSOLE}, under Account Info.",
    ),
    Setting("TWILIO_API_KEY_SID", kinds.sid("SK"), "", False, "A standard API key, for browsers' tokens.", where=MAKES),
    Setting(
        "TWILIO_API_KEY_SECRET",
        kinds.token,
        "",
        True,
        "That key's secret.",
        where=f"Twilio shows a secret only once: remove both settings of the key. {MAKES}",
    ),
    Setting("TWILIO_APP_SID", kinds.sid("AP"), REQUIRED, False, "The studio's TwiML application.", True, where=MAKES),
    Setting(
        "TWILIO_LISTENER_APP_SID",
        kinds.sid("AP"),
        REQUIRED,
        False,
        "The TwiML application of listeners' browsers.",
        True,
        where=MAKES,
    ),
    Setting(
        "TWILIO_SCREENER_APP_SID",
        kinds.sid("AP"),
        "",
        False,
        "The TwiML application of screeners' browsers; empty for the studio's.",
        where=MAKES,
    ),
    Setting(
        "TWILIO_LISTENER_NUMBER",
        kinds.number,
        REQUIRED,
        False,
        "The number that listeners ring.",
        where=f"See Phone Numbers, Active Numbers in {CONSOLE}.",
    ),
    Setting(
        "TWILIO_DJ_NUMBER",
        kinds.number,
        REQUIRED,
        False,
        "The number that a DJ rings to run the show by keypad.",
        where=f"See Phone Numbers, Active Numbers in {CONSOLE}.",
    ),
    Setting("DJ_PHONES", kinds.numbers, "", False, "Numbers that may run the show, separated by commas."),
    Setting("DJ_PIN", kinds.pin, "", True, "4 to 10 digits; each call from one of DJ_PHONES must key them in."),
    Setting(
        "PUBLIC_URL",
        kinds.url,
        REQUIRED,
        False,
        "This app's canonical https address: signatures are checked against it.",
        where="On App Engine `gcloud app describe` shows the host; on your own server it is the name in the DNS.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        kinds.networks,
        "",
        False,
        "Addresses and networks of proxies whose X-Forwarded-For is trusted; App Engine needs none.",
        where="With Caddy on the same server it is 127.0.0.1.",
    ),
    Setting("STORE", kinds.store, REQUIRED, False, "Where calls are kept: sqlite:///path or firestore:.", True),
    Setting(
        "SESSION_KEY",
        kinds.session_key,
        REQUIRED,
        True,
        "At least 32 random characters: it signs cookies.",
        True,
        where=MAKES,
    ),
    Setting(
        "SESSION_KEY_BEFORE",
        kinds.session_key,
        "",
        True,
        "The former SESSION_KEY: what it signed is still accepted. Remove it after 30 days.",
    ),
    Setting("TWILIO_API_URL", kinds.url, "", False, "Where Twilio's REST API is; empty for the real one."),
    Setting("TWILIO_SIGNALING_HOST", kinds.host, "", False, "Where browsers signal; empty for the real Twilio."),
    Setting(
        "DESK_SOUND",
        kinds.one_of("headset", "studio"),
        "headset",
        False,
        "headset, or studio: the microphone untouched, for a mixer.",
    ),
    Setting("AIR_LINES", kinds.lines, "4", False, "1 to 4: callers on the air at once. Each is two calls at Twilio."),
    Setting(
        "CALL_WARNING_SECONDS",
        kinds.seconds,
        "0",
        False,
        "The desk says that it is time to wrap up after this time on the air; 0 for never.",
    ),
    Setting(
        "CALL_LIMIT_SECONDS",
        kinds.seconds,
        "0",
        False,
        "The desk says that a call is over time; 0 for never. Nobody is cut off.",
    ),
    Setting(
        "STATION_PREFIX",
        kinds.prefix,
        DEFAULT_PREFIX,
        False,
        "Begins the names of this station's queues; a second station in the Twilio account, such as a copy for "
        "trials, needs another.",
    ),
    Setting(
        "STATION_NAME", kinds.station_name, "Radio Call-In", False, "The station's name, as callers hear and see it."
    ),
    Setting(
        "STATION_VOICE", kinds.voice, "en-US", False, "The voice, and so the language: de-DE, or Polly.Vicki-Neural."
    ),
    Setting(
        "STATION_TIME_ZONE",
        kinds.time_zone,
        "UTC",
        False,
        "The zone of the times on pages for admins, such as Europe/London.",
    ),
    Setting(
        "ADMINS_NEED_PASSKEY",
        kinds.yes_or_no,
        "no",
        False,
        "yes: an admin that signs in without a passkey can do nothing but add one.",
    ),
    Setting(
        "BLOCKED_CALLERS_HEAR",
        kinds.one_of("busy", "words"),
        "busy",
        False,
        "busy: the engaged tone, which costs nothing; or words: a sentence.",
    ),
    Setting(
        "RETENTION_DAYS",
        kinds.days,
        "365",
        False,
        "Calls, their cards and callers are deleted after this many days; 0 to keep them.",
    ),
    Setting(
        "SECURITY_CONTACT",
        kinds.contact,
        "",
        False,
        "Where people report a weakness: a mail address or an https address, for /.well-known/security.txt.",
    ),
    Setting(
        "LOG_FORMAT",
        kinds.one_of("json", "text"),
        "json",
        False,
        "json: one JSON object a line; or text, for a person at a terminal.",
    ),
    Setting("ALERT_MAIL_TO", kinds.mails, "", False, "Where alerts are mailed to; several addresses with commas."),
    Setting(
        "SMTP_HOST", kinds.host, "", False, "The mail server for alerts, host:port; empty for one on this machine."
    ),
    Setting("SMTP_USER", kinds.any_text, "", False, "The name to sign in with at the mail server, if it wants one."),
    Setting("SMTP_PASSWORD", kinds.any_text, "", True, "That name's password."),
    Setting(
        "ALERT_WEBHOOK",
        kinds.hook,
        "",
        True,
        "An address that alerts are posted to as JSON, such as a webhook of Slack or Mattermost.",
    ),
    Setting("ALERT_TEXT_TO", kinds.number, "", False, "A phone that alerts are texted to, from the listeners' number."),
    Setting("PORT", kinds.port, "8080", False, "The port the server listens on."),
    Setting("GOOGLE_CLOUD_PROJECT", kinds.any_text, "", False, "Firestore's project; App Engine sets it."),
    Setting(
        "FIRESTORE_EMULATOR_HOST",
        kinds.host,
        "",
        False,
        "Google's emulator in place of Firestore; outside a rehearsal on this machine alone.",
    ),
    Setting("GAE_ENV", kinds.any_text, "", False, "Set by App Engine itself (standard), never by hand."),
    Setting("GAE_VERSION", kinds.any_text, "", False, "Set by App Engine itself; part of the version in `/health`."),
)


class Settings(Struct, frozen=True):
    """All settings, checked. `repr` leaves secrets out."""

    twilio_account_sid: str
    twilio_auth_token: str
    twilio_api_key_sid: str
    twilio_api_key_secret: str
    twilio_app_sid: str
    twilio_listener_app_sid: str
    twilio_screener_app_sid: str
    twilio_listener_number: str
    twilio_dj_number: str
    dj_phones: tuple[str, ...]
    dj_pin: str
    public_url: str
    trusted_proxies: tuple[kinds.Network, ...]
    store: str
    session_key: str
    session_key_before: str
    twilio_api_url: str
    twilio_signaling_host: str
    desk_sound: str
    air_lines: int
    call_warning_seconds: int
    call_limit_seconds: int
    station_prefix: str
    station_name: str
    station_voice: str
    station_time_zone: str
    admins_need_passkey: bool
    blocked_callers_hear: str
    retention_days: int
    security_contact: str
    log_format: str
    alert_mail_to: str
    smtp_host: str
    smtp_user: str
    smtp_password: str
    alert_webhook: str
    alert_text_to: str
    port: int
    google_cloud_project: str
    firestore_emulator_host: str
    gae_env: str
    gae_version: str

    def __repr__(self) -> str:
        return f"Settings({self.public_url!r}, {self.store!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must not be logged."""
        return tuple(str(getattr(self, one.name.lower())) for one in SETTINGS if one.is_secret)

    @property
    def is_rehearsal(self) -> bool:
        """Whether Twilio is simulated on this machine. Everything that only a rehearsal may do asks this."""
        loopback = kinds.is_loopback(self.twilio_api_url) and kinds.is_loopback(self.public_url)
        return loopback and not self.gae_env
