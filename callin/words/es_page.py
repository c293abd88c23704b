"""What else listeners read in Spanish, with the formal usted: the page `/call`, its refusals, and the widget."""

from callin.words.es_script import SCRIPT
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
    open="La línea está abierta.",
    nobody_waits="No hay nadie en espera.",
    one_waits="Hay 1 llamada en espera.",
    several_wait="Hay {count} llamadas en espera.",
    full="Todas las líneas están ocupadas. Inténtelo de nuevo en unos minutos.",
    last_calls="La línea ya no admite más llamadas en este programa.",
    closed="La línea está cerrada.",
    opens="Vuelve a abrir {when}, con el programa {show}.",
    by_phone="El estudio solo atiende llamadas por teléfono: {number}.",
    show="{show}, hasta las {time}",
    show_with_topic="{show}: {topic}, hasta las {time}",
)

PAGE = PageWords(
    title="Llamar a {station}",
    rehearsal="Ensayo",
    needs_javascript="Esta página necesita JavaScript. También puede llamar al estudio por teléfono:",
    browser_too_old="Este navegador es demasiado antiguo para llamar. También puede llamar al estudio por teléfono:",
    leave_a_message="Dejar un mensaje",
    in_call_for="En llamada desde hace",
    may_be_broadcast="Su llamada puede emitirse:",
    consent="todas las personas que escuchan la radio podrán oírle. Al llamar, está de acuerdo con ello.",
    ready="Todo listo",
    hang_up="Colgar",
    microphone="Su micrófono",
    about="Para el estudio",
    name="Su nombre",
    place="Desde dónde llama",
    topic="De qué quiere hablar",
    about_help="El estudio lo ve con su llamada o su mensaje. Si prefiere, déjelo en blanco.",
    message="O deje un mensaje",
    message_may_be_broadcast="Su mensaje puede emitirse.",
    message_consent=(
        "El estudio lo guarda durante un tiempo y puede emitirlo o leerlo en el programa. "
        "Al enviarlo, está de acuerdo con ello."
    ),
    note_length="Duración",
    note_of="de",
    voice="Su voz",
    note="Su nota de voz",
    send_note="Enviar",
    discard="Descartar",
    write="O escríbalo",
    send_text="Enviar el texto",
    tips="Antes de llamar",
    headphones="Si puede, use auriculares y busque un lugar tranquilo.",
    music="Mientras espera suena música, y esta página muestra su turno en la cola.",
    radio="Baje el volumen de su radio antes de salir al aire: se oye con unos segundos de retraso.",
)

WRITTEN = WrittenWords(
    line=LINE,
    widget=WidgetWords(call="Llamar al estudio", look="Ir a la página de llamadas"),
    page=PAGE,
    script=SCRIPT,
    refusals=RefusalWords(
        too_often="Demasiadas peticiones. Por favor, inténtelo de nuevo en un minuto.",
        crowded="Muchas personas están abriendo esta página. Por favor, inténtelo de nuevo en un minuto.",
        blocked="Hoy el estudio no atiende llamadas desde este navegador.",
        web_is_off="Ahora mismo el estudio no atiende llamadas desde la web. Por favor, llame al {number}.",
        no_call="No tiene ninguna llamada en la línea.",
        field_too_long="Es demasiado largo para el estudio. Por favor, escriba algo más corto.",
        messages_blocked="Hoy el estudio no recibe mensajes desde este navegador.",
        messages_from_network="Hoy han llegado demasiados mensajes desde su red. Por favor, inténtelo mañana.",
        messages_full="En este momento no podemos recibir más mensajes.",
        messages_enough="Hoy ya ha dejado tres mensajes. ¡Gracias! Mañana puede dejar otro.",
        message_empty="El mensaje está vacío. Por favor, escriba algo y envíelo después.",
        message_too_long="Un mensaje tiene como mucho {most} caracteres. Por favor, escriba algo más corto.",
        note_too_long="La nota de voz es demasiado larga. Por favor, grabe una más corta.",
        note_not_whole="La nota de voz no ha llegado completa. Por favor, envíela de nuevo.",
    ),
    error_page=ErrorPageWords(
        not_now="Ahora no es posible",
        went_wrong="Algo ha fallado",
        reload="Por favor, recargue esta página en un momento.",
        try_again="Intentarlo de nuevo",
    ),
    elsewhere=ElsewhereWords(
        not_found="Página no encontrada",
        no_page="En esta dirección no hay ninguna página.",
        invitation="¿Quiere salir al aire?",
    ),
)
