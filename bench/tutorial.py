"""The tutorial's way, written anew for comparison: a REST request for each poll, and no check of signatures."""

from __future__ import annotations

import json
import os

import webapp2
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

QUEUE = "radio-callin-queue"

client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
client.api.base_url = os.environ["TWILIO_API_URL"]


class QueueStatusPage(webapp2.RequestHandler):
    """How many wait, and how long on average: Twilio is asked each time."""

    def get(self) -> None:
        for queue in client.queues.list():
            if queue.friendly_name == QUEUE:
                status = {"current_size": queue.current_size, "average_wait_time": queue.average_wait_time}
                self.response.headers["Content-Type"] = "application/json"
                self.response.write(json.dumps(status))
                return
        self.abort(404)


class EnqueuePage(webapp2.RequestHandler):
    """Greets a caller and puts them into the queue."""

    def post(self) -> None:
        answer = VoiceResponse()
        answer.say("You are being connected to the station.")
        answer.enqueue(QUEUE)
        self.response.headers["Content-Type"] = "text/xml"
        self.response.write(str(answer))


class DequeuePage(webapp2.RequestHandler):
    """The DJ's leg takes the caller that has waited longest, and after `*` the next. `?bare=1`: without a sentence."""

    def post(self) -> None:
        answer = VoiceResponse()
        bare = self.request.get("bare")
        answer.dial(hangup_on_star=True).queue(QUEUE, **({} if bare else {"url": "/twiml/on-air"}))
        answer.redirect("")
        self.response.headers["Content-Type"] = "text/xml"
        self.response.write(str(answer))


class OnAirPage(webapp2.RequestHandler):
    """What a caller hears just before the bridge."""

    def post(self) -> None:
        answer = VoiceResponse()
        answer.say("You will now be connected to an agent.")
        self.response.headers["Content-Type"] = "text/xml"
        self.response.write(str(answer))


application = webapp2.WSGIApplication(
    [
        ("/queue-status", QueueStatusPage),
        ("/twiml/enqueue", EnqueuePage),
        ("/twiml/dequeue", DequeuePage),
        ("/twiml/on-air", OnAirPage),
    ]
)
