"""What else listeners read in English: the page `/call`, its refusals, and the widget."""

from callin.words.en_script import SCRIPT
from callin.words.written import (
    ElsewhereWords,
    ErrorPageWords,
    LineWords,
    PageWords,
    RefusalWords,
    WidgetWords,
    WrittenWords,
)

LINE = LineWords(
    open="The line is open.",
    nobody_waits="Nobody is waiting.",
    one_waits="1 caller is waiting.",
    several_wait="{count} callers are waiting.",
    full="The line is full. Please try again in a few minutes.",
    last_calls="The line is not taking any more callers in this show.",
    closed="The line is closed.",
    opens="It opens {when}, for {show}.",
    by_phone="The studio is taking calls by phone only: {number}.",
    show="{show}, until {time}",
    show_with_topic="{show}: {topic}, until {time}",
)

PAGE = PageWords(
    title="Call {station}",
    rehearsal="Rehearsal",
    needs_javascript="This page needs JavaScript. You can ring the studio instead:",
    browser_too_old="This browser is too old to call from. You can ring the studio instead:",
    leave_a_message="Leave a message",
    in_call_for="In your call for",
    may_be_broadcast="Your call may be broadcast:",
    consent="everybody who listens can hear you. By calling you agree to that.",
    ready="I am ready",
    hang_up="Hang up",
    microphone="Your microphone",
    about="For the studio",
    name="Your name",
    place="Where you are",
    topic="What it is about",
    about_help="The studio sees this with your call or message. You can leave it empty.",
    message="Leave a message instead",
    message_may_be_broadcast="Your message may be broadcast.",
    message_consent=(
        "The studio keeps it for some time, and may play or read it on the air. By sending it you agree to that."
    ),
    note_length="Length",
    note_of="of",
    voice="Your voice",
    note="Your voice note",
    send_note="Send it",
    discard="Discard it",
    write="Or write it",
    send_text="Send the text",
    tips="Before you call",
    headphones="Use headphones if you can, and find a quiet place.",
    music="There is music while you wait, and this page shows your place in the line.",
    radio="Turn your radio down before you are on: it runs a few seconds late.",
)

WRITTEN = WrittenWords(
    line=LINE,
    widget=WidgetWords(call="Call the studio", look="Go to the call page"),
    page=PAGE,
    script=SCRIPT,
    refusals=RefusalWords(
        too_often="Too many requests. Please wait a minute, then try again.",
        crowded="Too many people are opening this page right now. Please wait a minute, then try again.",
        blocked="The studio is not taking calls from this browser today.",
        web_is_off="The studio is not taking calls from the web right now. Please ring {number}.",
        no_call="You have no call on the line.",
        field_too_long="That is too long for the studio’s card. Please make it shorter.",
        messages_blocked="The studio is not taking messages from this browser today.",
        messages_from_network="Too many messages came from your network today. Please try again tomorrow.",
        messages_full="The station cannot take more messages now. Please try again later.",
        messages_enough="You have left three messages today. Thank you. Please try again tomorrow.",
        message_empty="The message is empty. Please write something, then send it.",
        message_too_long="A message has at most {most} characters. Please make it shorter.",
        note_too_long="The voice note is too long. Please make it shorter.",
        note_not_whole="The voice note did not arrive completely. Please send it again.",
    ),
    error_page=ErrorPageWords(
        not_now="Not now",
        went_wrong="Something went wrong",
        reload="Please reload this page in a moment.",
        try_again="Try again",
    ),
    elsewhere=ElsewhereWords(
        not_found="Page not found",
        no_page="There is no page at this address.",
        invitation="Want to be on the air?",
    ),
)
