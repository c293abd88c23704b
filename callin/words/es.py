"""Spanish, with the formal usted."""

from callin.words.spoken import Calendar, SpokenWords
from callin.words.voices import voice_named

WORDS = SpokenWords(
    voice=voice_named("es-ES"),
    greeting=(
        "Gracias por llamar a {station}. Su llamada puede emitirse y grabarse. Por favor, baje el volumen de su radio."
    ),
    notice="Su llamada puede emitirse y grabarse. Por favor, baje el volumen de su radio.",
    ask_name="Díganos su nombre, o pulse una tecla para continuar.",
    ask_place="¿Desde dónde llama?",
    ask_topic="En pocas palabras, ¿de qué le gustaría hablar?",
    asked_thanks="Gracias. Por favor, no cuelgue.",
    in_line="Su llamada está en cola. Por favor, no cuelgue.",
    next="Su llamada es la siguiente.",
    radio_down="Baje el volumen de su radio.",
    number="Su turno es el {position}.",
    number_of="Su turno es el {position} de {size}.",
    waited_under_a_minute="Lleva menos de un minuto en espera.",
    waited_a_minute="Lleva un minuto en espera.",
    waited_minutes="Lleva {minutes} minutos en espera.",
    average_wait_a_minute="La espera media es de un minuto.",
    average_wait_minutes="La espera media es de {minutes} minutos.",
    wait_up_to_a_minute="Tendrá que esperar, como mucho, un minuto más.",
    wait_up_to="Tendrá que esperar, como mucho, {most} minutos más.",
    wait_between="Tendrá que esperar entre {least} y {most} minutos más.",
    wait_over_an_hour="Tendrá que esperar todavía más de una hora.",
    ready_check="Su llamada es la siguiente. Baje el volumen de su radio y pulse uno.",
    ready_check_again="Cuando pueda salir al aire, pulse uno.",
    after_tone="Saldrá al aire después del tono. Esta llamada puede emitirse.",
    ready="Gracias.",
    screening="Le atiende ahora el equipo de producción.",
    screened="Su llamada ya puede salir al aire. Por favor, no cuelgue y baje el volumen de su radio.",
    on_hold="Su llamada está en espera. Por favor, no cuelgue.",
    thanks_for_holding="Gracias por esperar. El estudio le atenderá enseguida.",
    still_on_hold="Su llamada sigue en espera. El estudio le atenderá enseguida.",
    back_in_line="Gracias. Mantiene su turno en la cola. Por favor, no cuelgue.",
    coming="Enseguida, después del tono, saldrá al aire. Esta llamada puede emitirse.",
    on_air="Está en el aire.",
    recorded="Esta llamada se está grabando.",
    off_air="Ya no está en el aire: su llamada queda en espera. Por favor, no cuelgue.",
    one_moment="Un momento, por favor. El estudio le atenderá enseguida.",
    cut_short="Gracias por llamar. Si su llamada se ha cortado, por favor, no cuelgue.",
    thanks="Gracias por llamar. Adiós.",
    queue_full=(
        "Gracias por llamar a {station}. Todas nuestras líneas están ocupadas. Por favor, llame más tarde. Adiós."
    ),
    queue_full_until=(
        "Gracias por llamar a {station}. Todas nuestras líneas están ocupadas. "
        "Atendemos llamadas hasta las {time}: inténtelo de nuevo. Adiós."
    ),
    turned_away="No podemos atender su llamada. Adiós.",
    closed=(
        "Gracias por llamar a {station}. En este momento la línea está cerrada. "
        "Por favor, llámenos en otra ocasión. Adiós."
    ),
    closed_until=(
        "Gracias por llamar a {station}. En este momento la línea está cerrada. "
        "Vuelve a abrir {when}, con el programa {show}. Por favor, llámenos entonces. Adiós."
    ),
    closed_now="Gracias por llamar a {station}. En este momento la línea está cerrada.",
    closed_now_until=(
        "Gracias por llamar a {station}. En este momento la línea está cerrada. "
        "Vuelve a abrir {when}, con el programa {show}."
    ),
    full_now="Gracias por llamar a {station}. Todas nuestras líneas están ocupadas.",
    full_now_until=(
        "Gracias por llamar a {station}. Todas nuestras líneas están ocupadas. Atendemos llamadas hasta las {time}."
    ),
    message_offer="Para dejar un mensaje, pulse cinco.",
    message_instructions=(
        "Deje su mensaje después del tono. Se grabará y puede emitirse. Si no lo desea, cuelgue ahora. "
        "Cuando termine, pulse cualquier tecla."
    ),
    message_thanks="Gracias por su mensaje. Adiós.",
    message_nothing="No hemos oído nada. Gracias por llamar. Adiós.",
    message_refused="En este momento no podemos recibir más mensajes.",
    wait_keys="Si prefiere dejar un mensaje, pulse cinco. Para colgar, pulse nueve.",
    number_busy="Ya hay dos llamadas de su número en la línea. Por favor, continúe con ellas.",
    browser_busy="Su navegador ya tiene una llamada en la línea. Por favor, continúe con ella.",
    page_too_old="Esta página lleva demasiado tiempo abierta. Por favor, recárguela y vuelva a llamar.",
    web_is_off="Ahora mismo el estudio no atiende llamadas desde la web. Por favor, llame al {number}.",
    goodbye="Adiós.",
    app_down=(
        "Gracias por llamar. Si todavía no ha salido al aire, por favor, no cuelgue. "
        "Su llamada puede emitirse y grabarse."
    ),
    next_caller="Siguiente llamada.",
    taken_over="Otra mesa ha tomado el control. Adiós.",
    connected_again="Se ha conectado de nuevo, así que esta llamada termina. Adiós.",
    offer="Hay otra mesa conectada. Para tomar el control, pulse asterisco.",
    offer_asked="Hemos avisado a la otra mesa. Si nadie se opone, la línea será suya en unos segundos.",
    offer_refused="La otra mesa conserva la línea. Puede volver a pedirla dentro de medio minuto.",
    offer_failed="No ha funcionado: la red telefónica no responde.",
    signed_out="Su sesión ha terminado. Por favor, inicie sesión de nuevo y después conéctese. Adiós.",
    not_a_browser_of_ours="Esta llamada no se puede conectar. Adiós.",
    trying_again="El sistema de llamadas tiene un problema. Por favor, espere mientras lo intentamos de nuevo.",
    studio_only="Este número es solo para el estudio. Adiós.",
    enter_pin="Por favor, introduzca su PIN y después pulse almohadilla.",
    wrong_pin="El PIN no es correcto.",
    no_pin="No se ha introducido ningún PIN. Adiós.",
    locked=(
        "Este teléfono está bloqueado: se ha introducido un PIN incorrecto demasiadas veces. "
        "Un administrador puede desbloquearlo. Adiós."
    ),
)

CALENDAR = Calendar(
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    today="hoy a las {time}",
    tomorrow="mañana a las {time}",
    weekday="el {weekday} a las {time}",
    date="el {weekday} {day} de {month} a las {time}",
    full_hour="{hour}:00",
    hour_and_minute="{hour}:{minute}",
    time_at_one=("las {time}", "la {time}"),
)
