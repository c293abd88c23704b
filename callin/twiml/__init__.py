"""The TwiML documents: pure functions, facts in, document out. They know no request, no store and no clock.

Every address in them is absolute, from PUBLIC_URL: a document means the same wherever Twilio runs it, also when it
was sent by REST. https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

from callin.twiml.caller import ASKED as ASKED
from callin.twiml.caller import RepeatRequest as RepeatRequest
from callin.twiml.caller import after_questions as after_questions
from callin.twiml.caller import ask_again as ask_again
from callin.twiml.caller import back_in_line as back_in_line
from callin.twiml.caller import closed as closed
from callin.twiml.caller import cut_short as cut_short
from callin.twiml.caller import denied as denied
from callin.twiml.caller import greeting as greeting
from callin.twiml.caller import greeting_text as greeting_text
from callin.twiml.caller import hold as hold
from callin.twiml.caller import hold_from_air as hold_from_air
from callin.twiml.caller import in_talk as in_talk
from callin.twiml.caller import one_moment as one_moment
from callin.twiml.caller import question as question
from callin.twiml.caller import queue_again as queue_again
from callin.twiml.caller import queue_full as queue_full
from callin.twiml.caller import ready as ready
from callin.twiml.caller import reject as reject
from callin.twiml.caller import thanks as thanks
from callin.twiml.caller import turned_away as turned_away
from callin.twiml.desks import LONGEST_PIN as LONGEST_PIN
from callin.twiml.desks import ask_pin as ask_pin
from callin.twiml.desks import desk as desk
from callin.twiml.desks import desk_adrift as desk_adrift
from callin.twiml.desks import desk_apology as desk_apology
from callin.twiml.desks import line_apology as line_apology
from callin.twiml.desks import no_pin as no_pin
from callin.twiml.desks import phone_locked as phone_locked
from callin.twiml.desks import refusal as refusal
from callin.twiml.desks import screener as screener
from callin.twiml.desks import screener_apology as screener_apology
from callin.twiml.desks import signed_out as signed_out
from callin.twiml.desks import unknown_browser as unknown_browser
from callin.twiml.message import HANG_UP as HANG_UP
from callin.twiml.message import LEAVE_MESSAGE as LEAVE_MESSAGE
from callin.twiml.message import closed_for_now as closed_for_now
from callin.twiml.message import goodbye as goodbye
from callin.twiml.message import message_thanks as message_thanks
from callin.twiml.message import no_message as no_message
from callin.twiml.message import offer_message as offer_message
from callin.twiml.message import record_message as record_message
from callin.twiml.message import wait_on as wait_on
from callin.twiml.parts import MUSIC_SECONDS as MUSIC_SECONDS
from callin.twiml.parts import RETRIES as RETRIES
from callin.twiml.parts import SHORT_MUSIC_SECONDS as SHORT_MUSIC_SECONDS
from callin.twiml.parts import SPOKEN_CHARACTERS_PER_SECOND as SPOKEN_CHARACTERS_PER_SECOND
from callin.twiml.parts import Links as Links
from callin.twiml.parts import Music as Music
from callin.twiml.parts import empty as empty
from callin.twiml.parts import leave as leave
from callin.twiml.parts import line_named as line_named
from callin.twiml.parts import new_document as new_document
from callin.twiml.parts import say as say
from callin.twiml.waiting import Announced as Announced
from callin.twiml.waiting import Waiting as Waiting
from callin.twiml.waiting import after_ready_check as after_ready_check
from callin.twiml.waiting import coming as coming
from callin.twiml.waiting import has_heard_notice as has_heard_notice
from callin.twiml.waiting import hold_music as hold_music
from callin.twiml.waiting import music_alone as music_alone
from callin.twiml.waiting import on_air as on_air
from callin.twiml.waiting import ready_check as ready_check
from callin.twiml.waiting import wait as wait
