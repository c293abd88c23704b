"""What else listeners read in German, with the formal Sie: the page `/call`, its refusals, and the widget."""

from callin.words.de_script import SCRIPT
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
    open="Das Hörertelefon ist geöffnet.",
    nobody_waits="Niemand wartet.",
    one_waits="1 Anruf wartet.",
    several_wait="{count} Anrufe warten.",
    full="Alle Leitungen sind belegt. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
    last_calls="Das Hörertelefon nimmt in dieser Sendung keine Anrufe mehr an.",
    closed="Das Hörertelefon ist geschlossen.",
    opens="Es öffnet wieder {when}, zur Sendung {show}.",
    by_phone="Das Studio nimmt nur Anrufe per Telefon an: {number}.",
    show="{show}, bis {time}",
    show_with_topic="{show}: {topic}, bis {time}",
)

PAGE = PageWords(
    title="{station} anrufen",
    rehearsal="Probebetrieb",
    needs_javascript="Diese Seite braucht JavaScript. Sie erreichen das Studio auch per Telefon:",
    browser_too_old="Dieser Browser ist zu alt zum Anrufen. Sie erreichen das Studio auch per Telefon:",
    leave_a_message="Nachricht hinterlassen",
    in_call_for="Im Gespräch seit",
    may_be_broadcast="Ihr Anruf kann gesendet werden:",
    consent="Alle, die Radio hören, können Sie dann hören. Wenn Sie anrufen, sind Sie damit einverstanden.",
    ready="Ich bin bereit",
    hang_up="Auflegen",
    microphone="Ihr Mikrofon",
    about="Für das Studio",
    name="Ihr Name",
    place="Ihr Ort",
    topic="Ihr Thema",
    about_help="Das Studio sieht das bei Ihrem Anruf oder Ihrer Nachricht. Sie können die Felder auch leer lassen.",
    message="Lieber eine Nachricht hinterlassen",
    message_may_be_broadcast="Ihre Nachricht kann gesendet werden.",
    message_consent=(
        "Das Studio bewahrt sie eine Zeit lang auf und spielt oder liest sie vielleicht in der Sendung. "
        "Wenn Sie sie absenden, sind Sie damit einverstanden."
    ),
    note_length="Länge",
    note_of="von",
    voice="Ihre Stimme",
    note="Ihre Sprachnachricht",
    send_note="Absenden",
    discard="Verwerfen",
    write="Oder schreiben Sie",
    send_text="Text absenden",
    tips="Bevor Sie anrufen",
    headphones="Nehmen Sie am besten Kopfhörer, und suchen Sie sich einen ruhigen Platz.",
    music="Beim Warten hören Sie Musik, und diese Seite zeigt Ihren Platz in der Warteschleife.",
    radio="Drehen Sie Ihr Radio leiser, bevor Sie dran sind: Es läuft ein paar Sekunden hinterher.",
)

WRITTEN = WrittenWords(
    line=LINE,
    widget=WidgetWords(call="Im Studio anrufen", look="Zur Anrufseite"),
    page=PAGE,
    script=SCRIPT,
    refusals=RefusalWords(
        too_often="Das waren zu viele Anfragen. Bitte versuchen Sie es in einer Minute noch einmal.",
        crowded=("Gerade öffnen sehr viele Menschen diese Seite. Bitte versuchen Sie es in einer Minute noch einmal."),
        blocked="Das Studio nimmt heute keine Anrufe aus diesem Browser an.",
        web_is_off="Das Studio nimmt gerade keine Anrufe aus dem Web an. Bitte wählen Sie {number}.",
        no_call="Sie haben keinen Anruf in der Leitung.",
        field_too_long="Das ist zu lang für das Studio. Bitte fassen Sie sich kürzer.",
        messages_blocked="Das Studio nimmt heute keine Nachrichten aus diesem Browser an.",
        messages_from_network=(
            "Aus Ihrem Netz kamen heute zu viele Nachrichten. Bitte versuchen Sie es morgen noch einmal."
        ),
        messages_full="Im Moment können wir leider keine weiteren Nachrichten annehmen.",
        messages_enough=(
            "Sie haben heute schon drei Nachrichten hinterlassen. Vielen Dank! Morgen hören wir gern wieder von Ihnen."
        ),
        message_empty="Die Nachricht ist leer. Bitte schreiben Sie etwas, und senden Sie sie dann ab.",
        message_too_long="Eine Nachricht hat höchstens {most} Zeichen. Bitte fassen Sie sich kürzer.",
        note_too_long="Die Sprachnachricht ist zu lang. Bitte fassen Sie sich kürzer.",
        note_not_whole="Die Sprachnachricht ist nicht vollständig angekommen. Bitte senden Sie sie noch einmal ab.",
    ),
    error_page=ErrorPageWords(
        not_now="Gerade geht es nicht",
        went_wrong="Etwas ist schiefgegangen",
        reload="Bitte laden Sie diese Seite gleich noch einmal.",
        try_again="Noch einmal versuchen",
    ),
    elsewhere=ElsewhereWords(
        not_found="Seite nicht gefunden",
        no_page="Unter dieser Adresse gibt es keine Seite.",
        invitation="Möchten Sie auf Sendung gehen?",
    ),
)
