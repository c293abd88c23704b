"""Where the account's applications and numbers send their calls, and which fallback the studio's have.

A fallback is a static file, asked by GET, for when the app does not answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from callin.account import Account, Resource

RETRIES = "#rc=2&rp=all&rt=5000"
"""Asked twice more when a request is lost, each time after 5 s: all within the 15 s that Twilio gives a question.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

FOR_LISTENERS = "/static/twiml/fallback.xml"
FOR_READY = "/static/twiml/fallback-ready.xml"
FOR_SCREENERS = "/static/twiml/fallback-screener.xml"
FOR_STUDIO = "/static/twiml/fallback-studio.xml"
FOR_STUDIO_SCREENED = "/static/twiml/fallback-studio-screened.xml"
FALLBACK = "voice_fallback_url"


@dataclass(frozen=True)
class Pointing:
    """Where an application or a number sends its calls: paths of this app, the default fallback first."""

    voice_path: str
    fallback_paths: tuple[str, ...]

    def differing(self, found: Resource | None, public_url: str) -> dict[str, str]:
        """The properties that are to change, named as in Twilio's API; all of them where nothing is found.

        A fallback that is one of these is left as it is: which of the two the studio has changes with the show.
        """
        wanted = {
            "voice_url": public_url + self.voice_path + RETRIES,
            "voice_method": "POST",
            FALLBACK: public_url + self.fallback_paths[0] + RETRIES,
            "voice_fallback_method": "GET",
            "status_callback": public_url + "/twiml/status" + RETRIES,
            "status_callback_method": "POST",
        }
        if found is None:
            return wanted
        if found.properties.get(FALLBACK) in [public_url + path + RETRIES for path in self.fallback_paths]:
            del wanted[FALLBACK]
        return {name: value for name, value in wanted.items() if found.properties.get(name, "") != value}


# A new station does not screen. The first of the two is the default, and the app puts it right by the show.
STUDIO = (FOR_STUDIO, FOR_STUDIO_SCREENED)
DJ_NUMBER = Pointing("/twiml/dequeue", STUDIO)
LISTENER_NUMBER = Pointing("/twiml/enqueue", (FOR_LISTENERS,))
STUDIO_APPLICATION = Pointing("/twiml/client", STUDIO)
LISTENER_APPLICATION = Pointing("/twiml/client", (FOR_LISTENERS,))
SCREENER_APPLICATION = Pointing("/twiml/client", (FOR_SCREENERS,))


class StudioFallback:
    """Points the studio's application and number at the fallback that fits the show.

    The show's switch changes while the app runs, and only Twilio is left when the app is dead: so Twilio is told of
    each change. It is told before callers are screened, and after they no longer are: in between, and whenever Twilio
    cannot be told, nobody unscreened goes on the air.
    """

    def __init__(self, account: Account, public_url: str, application_sid: str, dj_number: str) -> None:
        self._account = account
        self._public_url = public_url
        self._application_sid = application_sid
        self._dj_number = dj_number
        self._screened: bool | None = None
        """What Twilio was last told by this process; None before."""

    def point(self, *, screened: bool) -> None:
        """Twilio knows afterwards whether callers are screened. Nothing is asked where it does. PhoneError."""
        if self._screened == screened:
            return
        self._screened = None
        wanted = {FALLBACK: self._public_url + (FOR_STUDIO_SCREENED if screened else FOR_STUDIO) + RETRIES}
        self._account.update_application(self._application_sid, wanted)
        number = self._account.number(self._dj_number)
        if number is not None and number.properties.get(FALLBACK) != wanted[FALLBACK]:
            self._account.update_number(number.sid, wanted)
        self._screened = screened
