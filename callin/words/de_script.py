"""What the script of the page `/call` says in German, with the formal Sie."""

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
    no_sdk=("Das Telefon auf dieser Seite wurde nicht geladen.", "Bitte laden Sie die Seite neu."),
    unsupported=(
        "Mit diesem Browser können Sie nicht anrufen.",
        "Nehmen Sie einen anderen Browser, oder rufen Sie das Studio per Telefon an.",
    ),
    insecure=(
        "Diese Seite ist nicht sicher, darum lässt der Browser sie nicht an das Mikrofon.",
        "Öffnen Sie die Seite mit https:// am Anfang der Adresse.",
    ),
    no_app=(
        "Wir sind gerade nicht zu erreichen.",
        "Prüfen Sie Ihre Internetverbindung. Drücken Sie dann noch einmal „Anrufen“.",
    ),
    no_token=("Das Studio nimmt gerade keine Anrufe aus dem Web an.", "Sie können stattdessen per Telefon anrufen."),
    token_refused=("Das Telefonnetz hat Ihren Anruf nicht angenommen.", "Drücken Sie noch einmal „Anrufen“."),
    token_expired=("Sie waren zu lange weg.", "Drücken Sie noch einmal „Anrufen“."),
    too_many=(
        "Das Telefonnetz ist überlastet.",
        "Warten Sie ein paar Sekunden, und drücken Sie noch einmal „Anrufen“.",
    ),
    microphone_refused=(
        "Ihr Browser darf das Mikrofon nicht benutzen.",
        "Drücken Sie auf das Symbol neben der Adresse dieser Seite, erlauben Sie das Mikrofon, und drücken Sie "
        "dann „Anrufen“.",
    ),
    microphone_missing=(
        "Wir finden kein Mikrofon.",
        "Schließen Sie eines an, und drücken Sie dann „Anrufen“.",
    ),
    microphone_busy=(
        "Ein anderes Programm benutzt gerade Ihr Mikrofon.",
        "Schließen Sie das Programm oder den Tab, und drücken Sie dann „Anrufen“.",
    ),
    microphone_failed=("Ihr Mikrofon funktioniert nicht.", "Prüfen Sie es, und drücken Sie dann „Anrufen“."),
    network=(
        "Die Verbindung ist abgerissen.",
        "Prüfen Sie Ihre Internetverbindung. Drücken Sie dann noch einmal „Anrufen“. "
        "Falls Sie in der Warteschleife waren, bleibt Ihr Platz eine Minute lang frei.",
    ),
    media=(
        "Die Verbindung ist abgerissen.",
        "Drücken Sie noch einmal „Anrufen“. "
        "Falls Sie in der Warteschleife waren, bleibt Ihr Platz eine Minute lang frei.",
    ),
    no_answer=(
        "Ihr Anruf ist nicht rechtzeitig durchgekommen.",
        "Prüfen Sie Ihre Internetverbindung. Drücken Sie dann noch einmal „Anrufen“.",
    ),
    other=("Ihr Anruf ist nicht durchgekommen.", "Drücken Sie noch einmal „Anrufen“."),
)

SCRIPT = ScriptWords(
    time_of_day="{time} Uhr",
    call=CallButtonWords(
        first="Anrufen",
        again="Noch einmal anrufen",
        closed="Zurzeit keine Anrufe",
        elsewhere="Schon im Gespräch",
    ),
    mute=MuteButtonWords(off="Stumm", on="Mikro an"),
    title=TitleWords(on_air="AUF SENDUNG", next="Sie sind gleich dran", asked="Sind Sie bereit?"),
    about=AboutWords(
        sent="Das Studio hat Ihre Angaben. Sie können sie noch ändern.",
        failed="Das Studio hat Ihre Angaben noch nicht. Wir versuchen es gleich noch einmal.",
    ),
    check=CheckWords(
        start="Mikrofon testen",
        stop="Test beenden",
        listening="Sagen Sie etwas: Der Balken bewegt sich, wenn das Mikrofon Sie hört.",
        works="Ihr Mikrofon funktioniert.",
        refused=(
            "Ihr Browser darf das Mikrofon nicht benutzen. Drücken Sie auf das Symbol neben der Adresse dieser Seite, "
            "und erlauben Sie es."
        ),
        failed="Wir finden kein Mikrofon, oder ein anderes Programm benutzt es.",
    ),
    record=RecordButtonWords(start="Sprachnachricht aufnehmen", stop="Stopp", again="Neu aufnehmen"),
    message=MessageWords(
        recording="Bitte sprechen Sie. Wenn Sie fertig sind, drücken Sie „Stopp“.",
        recorded="Hören Sie sich die Aufnahme an, und drücken Sie dann „Absenden“.",
        discarded="Die Aufnahme ist gelöscht. Niemand hat sie bekommen.",
        sending="Ihre Nachricht wird übertragen.",
        sent="Vielen Dank. Das Studio hat Ihre Nachricht.",
        refused=(
            "Ihr Browser darf das Mikrofon nicht benutzen. Drücken Sie auf das Symbol neben der Adresse dieser Seite, "
            "und erlauben Sie es, oder schreiben Sie Ihre Nachricht."
        ),
        failed=(
            "Wir finden kein Mikrofon, oder ein anderes Programm benutzt es. Sie können Ihre Nachricht auch schreiben."
        ),
        unsupported="Dieser Browser kann nichts aufnehmen. Sie können Ihre Nachricht aber schreiben.",
        silent="Wir haben nichts gehört. Bitte versuchen Sie es noch einmal, näher am Mikrofon.",
        empty="Bitte schreiben Sie zuerst etwas.",
        no_answer=(
            "Wir sind gerade nicht zu erreichen. Ihre Nachricht ist noch da: Bitte versuchen Sie es gleich noch einmal."
        ),
    ),
    trouble=TROUBLE,
    stage=StageWords(
        arriving=(
            "Willkommen",
            "Sie sind durchgekommen.",
            "Eine Stimme begrüßt Sie, dann kommen Sie in die Warteschleife.",
        ),
        screening=(
            "Redaktion",
            "Sie sprechen jetzt mit unserer Redaktion.",
            "Sie sind noch nicht auf Sendung. Die Redaktion fragt Sie, worum es Ihnen geht.",
        ),
        ready=(
            "Vorgemerkt",
            "Sie sind für die Sendung vorgemerkt.",
            "Bitte bleiben Sie dran, und drehen Sie Ihr Radio leiser.",
        ),
        held=(
            "Bitte warten",
            "Ihr Gespräch wird gehalten.",
            "Das Studio ist gleich wieder für Sie da. Sie sind nicht auf Sendung.",
        ),
        asked=(
            "Sind Sie bereit?",
            "Sie sind als Nächstes dran.",
            "Wenn die Stimme Sie fragt, drücken Sie „Ich bin bereit“.",
        ),
        next=(
            "Gleich dran",
            "Sie sind gleich auf Sendung.",
            "Schalten Sie jetzt Ihr Radio aus. Sprechen Sie, sobald das Studio mit Ihnen spricht.",
        ),
        on_air=(
            "AUF SENDUNG",
            "Sie sind auf Sendung: Alle können Sie hören.",
            "Sprechen Sie mit dem Studio. Danach endet Ihr Anruf von selbst.",
        ),
        muted_on_air=(
            "AUF SENDUNG, stumm",
            "Sie sind auf Sendung, aber stumm: Niemand hört Sie.",
            "Drücken Sie „Mikro an“, und sprechen Sie.",
        ),
        message=(
            "Nachricht",
            "Sie hinterlassen eine Nachricht.",
            "Sprechen Sie nach dem Ton. Legen Sie auf, wenn Sie fertig sind.",
        ),
    ),
    outside=OutsideWords(
        calling="Wir verbinden …",
        reconnecting="Neuer Versuch …",
        ended="Anruf beendet",
        left="Anruf beendet",
        elsewhere="In anderem Tab",
        closed="Geschlossen",
        last_calls="Keine Anrufe mehr",
        full="Alles belegt",
        by_phone="Nur per Telefon",
    ),
    outcome=OutcomeWords(
        aired=("Vielen Dank, dass Sie in der Sendung waren.", ""),
        dropped=("Vielen Dank, dass Sie in der Sendung waren.", ""),
        let_go=("Ihr Anruf ist beendet.", "Vielen Dank für Ihren Anruf. Leider kommen nicht alle in die Sendung."),
        blocked=("Das Studio nimmt Ihren Anruf heute nicht an.", ""),
        line_full=("Alle Leitungen waren belegt.", "Bitte versuchen Sie es in ein paar Minuten noch einmal."),
        line_closed=(
            "Das Hörertelefon ist geschlossen.",
            "Vielen Dank für Ihren Anruf. In der Sendung hören Sie, wann Sie anrufen können.",
        ),
        lost=("Die Verbindung zum Studio ist abgerissen.", "Bitte rufen Sie noch einmal an."),
        hung_up_here=("Sie haben aufgelegt.", "Vielen Dank für Ihren Anruf."),
        other=("Der Anruf ist beendet.", "Vielen Dank für Ihren Anruf."),
    ),
    status=StatusWords(
        one_moment=("Einen Moment …", ""),
        may_call=("Rufen Sie uns an!", "Drücken Sie „Anrufen“, und Sie sind in der Warteschleife."),
        may_try=("Versuchen Sie es ruhig.", "Vielleicht wird gerade eine Leitung frei."),
        may_not_call=("Sie können gerade nicht anrufen.", "Diese Seite zeigt, wann es wieder geht."),
        ring_instead=("Bitte rufen Sie das Studio per Telefon an.", ""),
        connecting=(
            "Wir verbinden Sie mit dem Studio.",
            "Wenn Ihr Browser nach dem Mikrofon fragt, erlauben Sie es bitte.",
        ),
        through=("Sie sind durchgekommen. Bitte bleiben Sie dran.", "Eine Stimme sagt Ihnen Ihren Platz."),
        reconnecting=(
            "Die Verbindung ist abgerissen.",
            "Bitte warten Sie: Wenn sie bald wieder da ist, behalten Sie Ihren Anruf und Ihren Platz.",
        ),
        elsewhere=(
            "Sie haben schon einen Anruf in einem anderen Tab.",
            "Dort können Sie sprechen und auflegen: Mehr als ein Anruf auf einmal geht nicht. "
            "Ist der Tab schon zu, können Sie in ein paar Sekunden hier anrufen.",
        ),
    ),
    waiting=WaitingWords(
        number="Platz {position}",
        is_first="Sie stehen ganz vorn.",
        one_before="Vor Ihnen wartet noch 1 Anruf.",
        several_before="Vor Ihnen warten noch {count} Anrufe.",
        waited="Sie warten seit {waited}.",
        stay="Bleiben Sie auf dieser Seite: Wenn Sie sie verlassen, endet Ihr Anruf.",
    ),
    left=LeftWords(
        title="Sie haben diese Seite verlassen, damit endete Ihr Anruf.",
        on_air_and_kept="Sie waren auf Sendung. Drücken Sie innerhalb von {kept} „Anrufen“: Sie sind dann ganz vorn.",
        kept="Drücken Sie innerhalb von {kept} „Anrufen“: Sie haben dann wieder Ihren Platz in der Warteschleife.",
        on_air="Sie waren auf Sendung. Drücken Sie „Anrufen“, um wieder in die Warteschleife zu kommen.",
        join_again="Drücken Sie „Anrufen“, um wieder in die Warteschleife zu kommen.",
        soon=(
            "Drücken Sie in der nächsten Minute „Anrufen“: Falls Sie in der Warteschleife waren, haben Sie dann wieder "
            "Ihren Platz."
        ),
    ),
    hint=HintWords(
        muted="Sie sind stumm: Niemand hört Sie.",
        no_sound="Von Ihrem Mikrofon kommt nichts an. Ist es ausgeschaltet?",
        late="Wir können Ihren Platz gerade nicht anzeigen. Ihr Anruf läuft weiter.",
        slow="Ihre Verbindung ist langsam. Sie müssen nicht noch einmal drücken: Bitte warten Sie.",
        listen="In der Sendung hören Sie, wann Sie anrufen können.",
    ),
)
