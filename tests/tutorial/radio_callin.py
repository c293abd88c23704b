"""A radio call-in like the well-known tutorial's, written anew: as little as works, and nothing of this project.

It trusts every request, keeps nothing, and leaves the line to Twilio's queue. Twilio's numbers and its TwiML
application are pointed at the addresses below.
"""

import json
import os
from pathlib import Path

import jinja2
import webapp2
from twilio.jwt.client import ClientCapabilityToken
from twilio.rest import Client
from twilio.twiml.voice_response import Dial, VoiceResponse

QUEUE = "radio-callin-queue"
HERE = Path(__file__).parent
FILES = {
    "/jquery.min.js": (Path(os.environ["NODE_MODULES"]) / "jquery/dist/jquery.min.js", "text/javascript"),
    "/twilio.min.js": (Path(os.environ["NODE_MODULES"]) / "@twilio/voice-sdk/dist/twilio.min.js", "text/javascript"),
    "/music.mp3": (Path(os.environ["MUSIC"]), "audio/mpeg"),
}

templates = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True)
client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
client.api.base_url = os.environ["TWILIO_API_URL"]


def write_twiml(response, twiml):
    response.headers["Content-Type"] = "text/xml"
    response.write(str(twiml))


class IndexPage(webapp2.RequestHandler):
    """The DJ's page."""

    def get(self):
        capability = ClientCapabilityToken(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
        capability.allow_client_outgoing(os.environ["TWILIO_APP_SID"])
        token = capability.to_jwt()
        self.response.write(templates.get_template("index.html").render(token=token))


class QueueStatusPage(webapp2.RequestHandler):
    """How many wait, and how long."""

    def get(self):
        for queue in client.queues.list():
            if queue.friendly_name == QUEUE:
                status = {"current_size": queue.current_size, "average_wait_time": queue.average_wait_time}
                self.response.headers["Content-Type"] = "application/json"
                self.response.write(json.dumps(status))
                return
        self.abort(404)


class EnqueuePage(webapp2.RequestHandler):
    """A listener calls."""

    def post(self):
        twiml = VoiceResponse()
        twiml.say("Thank you for calling in. You will be on the air soon.")
        twiml.enqueue(QUEUE, wait_url="/twiml/wait")
        write_twiml(self.response, twiml)


class WaitPage(webapp2.RequestHandler):
    """What a waiting listener hears."""

    def post(self):
        twiml = VoiceResponse()
        twiml.say(f"You are number {self.request.get('QueuePosition')} in line.")
        twiml.play("/music.mp3")
        write_twiml(self.response, twiml)


class OnAirPage(webapp2.RequestHandler):
    """What the next listener hears."""

    def post(self):
        twiml = VoiceResponse()
        twiml.say("You are on the air.")
        write_twiml(self.response, twiml)


class DequeuePage(webapp2.RequestHandler):
    """The DJ calls, or is done with a caller: the listener who has waited longest is put through."""

    def get(self):
        twiml = VoiceResponse()
        dial = Dial(hangup_on_star=True)
        dial.queue(QUEUE, url="/twiml/on-air")
        twiml.append(dial)
        twiml.redirect("", method="GET")
        write_twiml(self.response, twiml)


class FilePage(webapp2.RequestHandler):
    """The music, and what the page loads."""

    def get(self):
        path, kind = FILES[self.request.path]
        self.response.headers["Content-Type"] = kind
        self.response.body = path.read_bytes()


application = webapp2.WSGIApplication(
    [
        ("/", IndexPage),
        ("/queue-status", QueueStatusPage),
        ("/twiml/enqueue", EnqueuePage),
        ("/twiml/wait", WaitPage),
        ("/twiml/on-air", OnAirPage),
        ("/twiml/dequeue", DequeuePage),
        *((address.replace(".", r"\."), FilePage) for address in FILES),
    ]
)
