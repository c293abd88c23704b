"""German, with the formal Sie."""

from callin.words.spoken import Calendar, SpokenWords
from callin.words.voices import voice_named

WORDS = SpokenWords(
    voice=voice_named("de-DE"),
    greeting=(
        "Vielen Dank für Ihren Anruf bei {station}. Ihr Anruf kann gesendet und aufgezeichnet werden. "
        "Bitte drehen Sie Ihr Radio leiser."
    ),
    notice="Ihr Anruf kann gesendet und aufgezeichnet werden. Bitte drehen Sie Ihr Radio leiser.",
    ask_name="Wie ist Ihr Name? Zum Überspringen drücken Sie eine Taste.",
    ask_place="Von wo rufen Sie an?",
    ask_topic="In wenigen Worten: Worüber möchten Sie sprechen?",
    asked_thanks="Vielen Dank. Bitte bleiben Sie dran.",
    in_line="Sie sind in der Warteschleife. Bitte bleiben Sie dran.",
    next="Sie sind als Nächstes dran.",
    radio_down="Bitte Radio leise drehen.",
    number="Sie sind auf Platz {position}.",
    number_of="Sie sind auf Platz {position} von {size}.",
    waited_under_a_minute="Sie warten noch keine Minute.",
    waited_a_minute="Sie warten seit einer Minute.",
    waited_minutes="Sie warten seit {minutes} Minuten.",
    average_wait_a_minute="Die durchschnittliche Wartezeit beträgt eine Minute.",
    average_wait_minutes="Die durchschnittliche Wartezeit beträgt {minutes} Minuten.",
    wait_up_to_a_minute="Es dauert höchstens noch eine Minute.",
    wait_up_to="Es dauert höchstens noch {most} Minuten.",
    wait_between="Es dauert noch etwa {least} bis {most} Minuten.",
    wait_over_an_hour="Es dauert noch mehr als eine Stunde.",
    ready_check="Sie sind als Nächstes dran. Drehen Sie Ihr Radio leiser, und drücken Sie die Eins.",
    ready_check_again="Drücken Sie die Eins, sobald Sie für die Sendung bereit sind.",
    after_tone="Nach dem Ton sind Sie auf Sendung. Ihr Anruf kann gesendet werden.",
    ready="Vielen Dank.",
    screening="Sie sprechen jetzt mit unserer Redaktion.",
    screened="Sie sind für die Sendung vorgemerkt. Bitte bleiben Sie dran, und drehen Sie Ihr Radio leiser.",
    on_hold="Ihr Gespräch wird gehalten. Bitte bleiben Sie dran.",
    thanks_for_holding="Danke für Ihre Geduld. Das Studio ist gleich wieder für Sie da.",
    still_on_hold="Ihr Gespräch wird gehalten. Das Studio ist gleich wieder für Sie da.",
    back_in_line="Vielen Dank. Sie behalten Ihren Platz in der Warteschleife. Bitte bleiben Sie dran.",
    coming="Gleich nach dem Ton sind Sie auf Sendung. Ihr Anruf kann gesendet werden.",
    on_air="Sie sind dran.",
    recorded="Dieser Anruf wird aufgezeichnet.",
    off_air="Sie sind nicht mehr auf Sendung, Ihr Gespräch wird gehalten. Bitte bleiben Sie dran.",
    one_moment="Einen Moment, bitte. Das Studio ist gleich wieder für Sie da.",
    cut_short="Vielen Dank für Ihren Anruf. Falls Ihr Gespräch unterbrochen wurde, bleiben Sie bitte dran.",
    thanks="Vielen Dank für Ihren Anruf. Auf Wiederhören.",
    queue_full=(
        "Vielen Dank für Ihren Anruf bei {station}. Alle unsere Leitungen sind belegt. "
        "Bitte rufen Sie später noch einmal an. Auf Wiederhören."
    ),
    queue_full_until=(
        "Vielen Dank für Ihren Anruf bei {station}. Alle unsere Leitungen sind belegt. "
        "Bis {time} nehmen wir Anrufe an: Bitte versuchen Sie es noch einmal. Auf Wiederhören."
    ),
    turned_away="Wir können Ihren Anruf nicht annehmen. Auf Wiederhören.",
    closed=(
        "Vielen Dank für Ihren Anruf bei {station}. Unser Hörertelefon ist zurzeit geschlossen. "
        "Bitte rufen Sie uns ein andermal wieder an. Auf Wiederhören."
    ),
    closed_until=(
        "Vielen Dank für Ihren Anruf bei {station}. Unser Hörertelefon ist zurzeit geschlossen. "
        "Es öffnet wieder {when}, zur Sendung {show}. Bitte rufen Sie uns dann wieder an. Auf Wiederhören."
    ),
    closed_now="Vielen Dank für Ihren Anruf bei {station}. Unser Hörertelefon ist zurzeit geschlossen.",
    closed_now_until=(
        "Vielen Dank für Ihren Anruf bei {station}. Unser Hörertelefon ist zurzeit geschlossen. "
        "Es öffnet wieder {when}, zur Sendung {show}."
    ),
    full_now="Vielen Dank für Ihren Anruf bei {station}. Alle unsere Leitungen sind belegt.",
    full_now_until=(
        "Vielen Dank für Ihren Anruf bei {station}. Alle unsere Leitungen sind belegt. Bis {time} nehmen wir Anrufe an."
    ),
    message_offer="Um eine Nachricht zu hinterlassen, drücken Sie die Fünf.",
    message_instructions=(
        "Bitte sprechen Sie nach dem Ton. Ihre Nachricht wird aufgezeichnet und kann gesendet werden. Wenn "
        "Sie das nicht möchten, legen Sie bitte jetzt auf. Drücken Sie am Ende eine beliebige Taste."
    ),
    message_thanks="Vielen Dank für Ihre Nachricht. Auf Wiederhören.",
    message_nothing="Wir konnten leider nichts hören. Vielen Dank für Ihren Anruf. Auf Wiederhören.",
    message_refused="Im Moment können wir leider keine weiteren Nachrichten annehmen.",
    wait_keys="Für eine Nachricht drücken Sie die Fünf, zum Auflegen die Neun.",
    number_busy="Von Ihrer Nummer aus sind schon zwei Anrufe in der Leitung. Bitte bleiben Sie dort dran.",
    browser_busy="Aus Ihrem Browser ist schon ein Anruf in der Leitung. Bitte bleiben Sie dort dran.",
    page_too_old="Diese Seite war zu lange geöffnet. Bitte laden Sie sie neu, und rufen Sie noch einmal an.",
    web_is_off="Das Studio nimmt gerade keine Anrufe aus dem Web an. Bitte wählen Sie {number}.",
    goodbye="Auf Wiederhören.",
    app_down=(
        "Vielen Dank für Ihren Anruf. Falls Sie noch nicht auf Sendung waren, bleiben Sie bitte dran. "
        "Ihr Anruf kann gesendet und aufgezeichnet werden."
    ),
    next_caller="Der nächste Anruf.",
    taken_over="Ein anderes Pult hat übernommen. Auf Wiederhören.",
    connected_again="Sie haben sich neu verbunden, darum endet dieser Anruf. Auf Wiederhören.",
    offer="Ein anderes Pult ist verbunden. Um zu übernehmen, drücken Sie die Sterntaste.",
    offer_asked=(
        "Wir haben beim anderen Pult angefragt. Wenn niemand ablehnt, gehört die Leitung in wenigen Sekunden Ihnen."
    ),
    offer_refused="Das andere Pult behält die Leitung. In einer halben Minute können Sie noch einmal fragen.",
    offer_failed="Das hat nicht geklappt: Das Telefonnetz antwortet nicht.",
    signed_out=("Sie sind abgemeldet. Bitte melden Sie sich wieder an, und verbinden Sie sich dann. Auf Wiederhören."),
    not_a_browser_of_ours="Dieser Anruf kann nicht verbunden werden. Auf Wiederhören.",
    trying_again="Unser Hörertelefon ist gestört. Bitte bleiben Sie dran, wir versuchen es noch einmal.",
    studio_only="Diese Nummer ist nur für das Studio. Auf Wiederhören.",
    enter_pin="Bitte geben Sie Ihre PIN ein, und drücken Sie dann die Rautetaste.",
    wrong_pin="Diese PIN ist falsch.",
    no_pin="Es wurde keine PIN eingegeben. Auf Wiederhören.",
    locked=(
        "Dieses Telefon ist gesperrt, weil zu oft eine falsche PIN eingegeben wurde. "
        "Die Administration kann es entsperren. "
        "Auf Wiederhören."
    ),
)

CALENDAR = Calendar(
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    today="heute um {time}",
    tomorrow="morgen um {time}",
    weekday="am {weekday} um {time}",
    date="am {weekday}, dem {day}. {month}, um {time}",
    full_hour="{hour} Uhr",
    hour_and_minute="{hour} Uhr {minute}",
)
