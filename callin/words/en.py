"""English."""

from callin.words.spoken import Calendar, SpokenWords
from callin.words.voices import voice_named

WORDS = SpokenWords(
    voice=voice_named("en-US"),
    greeting=("Thank you for calling {station}. Your call may be broadcast and recorded. Please turn your radio down."),
    notice="Your call may be broadcast and recorded. Please turn your radio down.",
    ask_name="Please say your name, or press any key to skip.",
    ask_place="Where are you calling from?",
    ask_topic="In a few words, what would you like to talk about?",
    asked_thanks="Thank you. Please hold.",
    in_line="You are in line. Please hold.",
    next="You are next.",
    radio_down="Turn your radio down.",
    number="You are number {position}.",
    number_of="You are number {position} of {size}.",
    waited_under_a_minute="You have waited less than a minute.",
    waited_a_minute="You have waited 1 minute.",
    waited_minutes="You have waited {minutes} minutes.",
    average_wait_a_minute="The average wait is 1 minute.",
    average_wait_minutes="The average wait is {minutes} minutes.",
    wait_up_to_a_minute="It will take up to 1 more minute.",
    wait_up_to="It will take up to {most} more minutes.",
    wait_between="It will take about {least} to {most} more minutes.",
    wait_over_an_hour="It will take more than an hour.",
    ready_check="You're next. Turn your radio down, and press 1.",
    ready_check_again="Press 1 when you are ready to go on the air.",
    after_tone="You go on the air after a tone. This call may be broadcast.",
    ready="Thank you.",
    screening="You're speaking to the station's screener.",
    screened="You're ready for the studio. Please hold, and turn your radio down.",
    on_hold="You are on hold. Please stay on the line.",
    thanks_for_holding="Thank you for holding. The studio will be back with you.",
    still_on_hold="You are on hold. The studio will be back with you.",
    back_in_line="Thank you. You keep your place in line. Please hold.",
    coming="You will be on the air in a moment, after a tone. This call may be broadcast.",
    on_air="You're on.",
    recorded="This call is being recorded.",
    off_air="You are off the air, and on hold. Please stay on the line.",
    one_moment="One moment, please. The studio will be back with you.",
    cut_short="Thank you for calling. If your call was cut short, please stay on the line.",
    thanks="Thank you for calling. Goodbye.",
    queue_full="Thank you for calling {station}. All our lines are busy. Please call again later. Goodbye.",
    queue_full_until=(
        "Thank you for calling {station}. All our lines are busy. We take calls until {time}: please call again. "
        "Goodbye."
    ),
    turned_away="We cannot take your call. Goodbye.",
    closed="Thank you for calling {station}. The line is closed now. Please call again. Goodbye.",
    closed_until=(
        "Thank you for calling {station}. The line is closed now. It opens {when}, for {show}. "
        "Please call again then. Goodbye."
    ),
    closed_now="Thank you for calling {station}. The line is closed now.",
    closed_now_until="Thank you for calling {station}. The line is closed now. It opens {when}, for {show}.",
    full_now="Thank you for calling {station}. All our lines are busy.",
    full_now_until="Thank you for calling {station}. All our lines are busy. We take calls until {time}.",
    message_offer="To leave a message, press 5.",
    message_instructions=(
        "Please leave your message after the tone. It is recorded, and may be broadcast. If you do not want "
        "that, please hang up now. When you have finished, press any key."
    ),
    message_thanks="Thank you for your message. Goodbye.",
    message_nothing="We did not hear anything. Thank you for calling. Goodbye.",
    message_refused="We cannot take another message now.",
    wait_keys="To leave a message instead, press 5. To hang up, press 9.",
    number_busy="Two calls from your number are on the line already. Please stay with those.",
    browser_busy="Your browser has a call on the line already. Please stay with that one.",
    page_too_old="This page was open for too long. Please reload it, and call again.",
    web_is_off="The studio is not taking calls from the web right now. Please ring {number}.",
    goodbye="Goodbye.",
    app_down=(
        "Thank you for calling. If you have not been on the air yet, stay on the line. "
        "Your call may be broadcast and recorded."
    ),
    next_caller="Next caller.",
    taken_over="Another desk has taken over. Goodbye.",
    connected_again="You have connected again, so this call ends. Goodbye.",
    offer="Another desk is connected. To take over, press star.",
    offer_asked="The other desk has been asked. If nobody refuses, the line is yours in a few seconds.",
    offer_refused="The other desk keeps the line. You can ask again in half a minute.",
    offer_failed="That did not work: the telephone network does not answer.",
    signed_out="You are signed out. Please sign in again, and then connect. Goodbye.",
    not_a_browser_of_ours="This call cannot be connected. Goodbye.",
    trying_again="The call-in system has a problem. Please hold while we try again.",
    studio_only="This number is for the studio only. Goodbye.",
    enter_pin="Please enter your PIN, then press the hash key.",
    wrong_pin="That is not the PIN.",
    no_pin="No PIN was entered. Goodbye.",
    locked="This phone is locked after too many wrong PINs. An admin can unlock it on the accounts page. Goodbye.",
)

CALENDAR = Calendar(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    today="today at {time}",
    tomorrow="tomorrow at {time}",
    weekday="on {weekday} at {time}",
    date="on {weekday}, {month} {day}, at {time}",
    full_hour="{hour} {half}",
    hour_and_minute="{hour}:{minute} {half}",
    has_twelve_hours=True,
    midnight="midnight",
    noon="noon",
)
