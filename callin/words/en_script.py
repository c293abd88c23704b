"""What the script of the page `/call` says in English."""

from callin.words.script import (
    AboutWords,
    CallButtonWords,
    CheckWords,
    HintWords,
    LeftWords,
    MessageWords,
    MuteButtonWords,
    OutcomeWords,
    OutsideWords,
    RecordButtonWords,
    ScriptWords,
    StageWords,
    StatusWords,
    TitleWords,
    TroubleWords,
    WaitingWords,
)

TROUBLE = TroubleWords(
    no_sdk=("The phone did not load.", "Please reload the page."),
    unsupported=("This browser cannot make calls.", "Try another browser, or ring the studio’s number."),
    insecure=(
        "This page is not secure, so the browser does not let it use the microphone.",
        "Open it by its https:// address.",
    ),
    no_app=("The station does not answer.", "Check your internet connection. Press Call to try again."),
    no_token=(
        "The station is not taking calls from the web right now.",
        "You can ring the studio’s number instead.",
    ),
    token_refused=("The phone network did not let you in.", "Press Call to try again."),
    token_expired=("You were away for too long.", "Press Call to try again."),
    too_many=("The phone network is busy.", "Wait a few seconds. Press Call to try again."),
    microphone_refused=(
        "Your browser may not use the microphone.",
        "Press the icon beside this page’s address, allow the microphone, then press Call.",
    ),
    microphone_missing=("No microphone was found.", "Plug one in, then press Call."),
    microphone_busy=("Something else is using your microphone.", "Close the other app or tab, then press Call."),
    microphone_failed=("Your microphone does not work.", "Check it, then press Call."),
    network=(
        "The connection broke.",
        "Check your internet connection. Press Call to try again. "
        "If you were waiting, your place is kept for a minute.",
    ),
    media=(
        "The connection broke.",
        "Press Call to try again. If you were waiting, your place is kept for a minute.",
    ),
    no_answer=(
        "The call did not get through in time.",
        "Check your internet connection. Press Call to try again.",
    ),
    other=("The call did not go through.", "Press Call to try again."),
)

SCRIPT = ScriptWords(
    time_of_day="{time}",
    call=CallButtonWords(first="Call", again="Call again", closed="Not taking calls", elsewhere="In a call already"),
    mute=MuteButtonWords(off="Mute", on="Unmute"),
    title=TitleWords(on_air="ON AIR", next="You are next", asked="Are you ready?"),
    about=AboutWords(
        sent="The studio has it. You can still change it.",
        failed="This has not reached the studio yet. The page tries again.",
    ),
    check=CheckWords(
        start="Check your microphone",
        stop="Stop the check",
        listening="Say something: the bar moves if your microphone hears you.",
        works="Your microphone works.",
        refused=("Your browser may not use the microphone. Press the icon beside this page’s address, and allow it."),
        failed="No microphone was found, or something else is using it.",
    ),
    record=RecordButtonWords(start="Record a voice note", stop="Stop", again="Record it again"),
    message=MessageWords(
        recording="Speak now. Press Stop when you have finished.",
        recorded="Listen to it, then send it.",
        discarded="It is discarded. Nobody has it.",
        sending="It is being sent.",
        sent="Thank you. The studio has your message.",
        refused=(
            "Your browser may not use the microphone. Press the icon beside this page’s address and allow it, "
            "or write your message."
        ),
        failed="No microphone was found, or something else is using it. You can write your message.",
        unsupported="This browser cannot record. You can write your message.",
        silent="Nothing was heard. Please try again, nearer to the microphone.",
        empty="Please write something first.",
        no_answer="The station does not answer. Your message is still here: please try again in a moment.",
    ),
    trouble=TROUBLE,
    stage=StageWords(
        arriving=("Welcome", "You are through.", "A voice greets you, and then you are in the line."),
        screening=(
            "Screener",
            "You are talking to somebody from the studio.",
            "You are not on the air yet. They ask what you would like to say.",
        ),
        ready=(
            "Ready",
            "The studio has you on its list for the air.",
            "Turn your radio down, and stay close to the phone.",
        ),
        held=(
            "On hold",
            "The studio has put you on hold.",
            "Please stay: they will come back to you. You are not on the air.",
        ),
        asked=("Are you ready?", "You are next.", "Press “I am ready” when the voice asks you."),
        next=(
            "You are next",
            "You are about to be on the air.",
            "Turn your radio off now. Speak when the DJ speaks to you.",
        ),
        on_air=(
            "ON AIR",
            "You are on the air: everybody can hear you.",
            "Speak to the DJ. When they are done, your call ends.",
        ),
        muted_on_air=(
            "ON AIR, muted",
            "You are on the air, but muted: nobody hears you.",
            "Press Unmute to speak.",
        ),
        message=("Message", "You are leaving a message.", "Speak after the tone. Hang up when you have finished."),
    ),
    outside=OutsideWords(
        calling="Calling…",
        reconnecting="Reconnecting…",
        ended="Call ended",
        left="Call ended",
        elsewhere="In another tab",
        closed="Line closed",
        last_calls="No more calls",
        full="Line full",
        by_phone="By phone only",
    ),
    outcome=OutcomeWords(
        aired=("Thank you for being on the show.", ""),
        dropped=("Thank you for being on the show.", ""),
        let_go=("Your call has ended.", "Thank you for calling. The studio cannot take every caller."),
        blocked=("The studio is not taking your call today.", ""),
        line_full=("The line was full.", "Try again in a few minutes."),
        line_closed=(
            "The line is closed.",
            "Thank you for calling. Listen to the show: it says when you can call.",
        ),
        lost=("The connection to the studio broke.", "Press Call to try again."),
        hung_up_here=("You hung up.", "Thank you for calling."),
        other=("The call has ended.", "Thank you for calling."),
    ),
    status=StatusWords(
        one_moment=("One moment…", ""),
        may_call=("Ready when you are.", "Press Call to join the line."),
        may_try=("You can try.", "A place in the line may be free when you press Call."),
        may_not_call=("You cannot call right now.", "This page shows when you can."),
        ring_instead=("Please ring the studio by phone.", ""),
        connecting=("The page is connecting you.", "If your browser asks for the microphone, allow it."),
        through=("You are through. Please stay on the line.", "A voice tells you your place."),
        reconnecting=(
            "The connection broke.",
            "Please stay: your call and your place are kept if it comes back soon.",
        ),
        elsewhere=(
            "You are in a call already, in another tab.",
            "Go to that tab to talk or to hang up: you can make only one call at a time. "
            "If it is closed, wait a few seconds, and you can call here.",
        ),
    ),
    waiting=WaitingWords(
        number="Number {position}",
        is_first="You are first in line.",
        one_before="1 caller is ahead of you.",
        several_before="{count} callers are ahead of you.",
        waited="You have waited {waited}.",
        stay="Stay on this page: if you leave it, your call ends.",
    ),
    left=LeftWords(
        title="You left this page, and your call ended with it.",
        on_air_and_kept="You were on the air. Press Call within {kept}, and you are first in line.",
        kept="Press Call within {kept}, and you have your place in the line again.",
        on_air="You were on the air. Press Call to join the line again.",
        join_again="Press Call to join the line again.",
        soon="Press Call within a minute. If you were waiting, you have your place in the line again.",
    ),
    hint=HintWords(
        muted="You are muted: nobody hears you.",
        no_sound="Nothing comes from your microphone. Is it switched off?",
        late="The station cannot show your place right now. Your call goes on.",
        slow="Your connection is slow. You need not press again: please wait.",
        listen="Listen to the show: it says when you can call.",
    ),
)
