"""What the script of the page `/call` says in Spanish, with the formal usted."""

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
    no_sdk=("El teléfono de esta página no se ha cargado.", "Por favor, recargue la página."),
    unsupported=(
        "Con este navegador no se puede llamar.",
        "Pruebe con otro navegador, o llame al estudio por teléfono.",
    ),
    insecure=(
        "Esta página no es segura: el navegador no le permite usar el micrófono.",
        "Ábrala con https:// al principio de la dirección.",
    ),
    no_app=("Ahora mismo no podemos responder.", "Compruebe su conexión a internet y pulse «Llamar» otra vez."),
    no_token=(
        "Ahora mismo el estudio no atiende llamadas desde la web.",
        "También puede llamar al estudio por teléfono.",
    ),
    token_refused=("La red telefónica no ha aceptado su llamada.", "Pulse «Llamar» otra vez."),
    token_expired=("Ha pasado demasiado tiempo.", "Pulse «Llamar» otra vez."),
    too_many=("La red telefónica está saturada.", "Espere unos segundos y pulse «Llamar» otra vez."),
    microphone_refused=(
        "Su navegador no tiene permiso para usar el micrófono.",
        "Pulse el símbolo junto a la dirección de esta página, permita el micrófono y pulse «Llamar».",
    ),
    microphone_missing=("No encontramos ningún micrófono.", "Conecte uno y pulse «Llamar»."),
    microphone_busy=(
        "Otra aplicación está usando su micrófono.",
        "Cierre esa aplicación o pestaña y pulse «Llamar».",
    ),
    microphone_failed=("Su micrófono no funciona.", "Compruébelo y pulse «Llamar»."),
    network=(
        "Se ha cortado la conexión.",
        "Compruebe su conexión a internet y pulse «Llamar» otra vez. "
        "Si estaba en la cola, le guardamos su turno durante un minuto.",
    ),
    media=(
        "Se ha cortado la conexión.",
        "Pulse «Llamar» otra vez. Si estaba en la cola, le guardamos su turno durante un minuto.",
    ),
    no_answer=(
        "Su llamada no ha entrado a tiempo.",
        "Compruebe su conexión a internet y pulse «Llamar» otra vez.",
    ),
    other=("Su llamada no ha entrado.", "Pulse «Llamar» otra vez."),
)

SCRIPT = ScriptWords(
    time_of_day="{time}",
    call=CallButtonWords(
        first="Llamar",
        again="Llamar otra vez",
        closed="Ahora no es posible",
        elsewhere="Ya está en una llamada",
    ),
    mute=MuteButtonWords(off="Silenciar", on="Abrir micro"),
    title=TitleWords(on_air="EN EL AIRE", next="Su llamada es la siguiente", asked="¿Todo listo?"),
    about=AboutWords(
        sent="El estudio ya lo tiene. Todavía puede cambiarlo.",
        failed="Todavía no ha llegado al estudio. Lo intentamos de nuevo.",
    ),
    check=CheckWords(
        start="Probar el micrófono",
        stop="Terminar la prueba",
        listening="Diga algo: si el micrófono le oye, la barra se mueve.",
        works="Su micrófono funciona.",
        refused=(
            "Su navegador no tiene permiso para usar el micrófono. "
            "Pulse el símbolo junto a la dirección de esta página y permítalo."
        ),
        failed="No encontramos ningún micrófono, o lo está usando otra aplicación.",
    ),
    record=RecordButtonWords(start="Grabar una nota de voz", stop="Parar", again="Grabar de nuevo"),
    message=MessageWords(
        recording="Hable ahora. Cuando termine, pulse «Parar».",
        recorded="Escuche la grabación y después pulse «Enviar».",
        discarded="La grabación se ha descartado. No la tiene nadie.",
        sending="Su mensaje se está enviando.",
        sent="Gracias. El estudio ya tiene su mensaje.",
        refused=(
            "Su navegador no tiene permiso para usar el micrófono. "
            "Pulse el símbolo junto a la dirección de esta página y permítalo, o escriba su mensaje."
        ),
        failed="No encontramos ningún micrófono, o lo está usando otra aplicación. También puede escribir su mensaje.",
        unsupported="Este navegador no puede grabar. También puede escribir su mensaje.",
        silent="No hemos oído nada. Inténtelo de nuevo, más cerca del micrófono.",
        empty="Por favor, escriba algo primero.",
        no_answer="Ahora mismo no podemos responder. Su mensaje sigue aquí: inténtelo de nuevo en un momento.",
    ),
    trouble=TROUBLE,
    stage=StageWords(
        arriving=("Hola", "Su llamada ha entrado.", "Una voz le da la bienvenida, y después pasa a la cola."),
        screening=(
            "Producción",
            "Le atiende ahora el equipo de producción.",
            "Todavía no está en el aire. Le preguntan de qué quiere hablar.",
        ),
        ready=(
            "En la lista",
            "Su llamada ya puede salir al aire.",
            "Por favor, no cuelgue y baje el volumen de su radio.",
        ),
        held=(
            "En espera",
            "Su llamada está en espera.",
            "El estudio le atenderá enseguida. No está en el aire.",
        ),
        asked=("¿Todo listo?", "Su llamada es la siguiente.", "Cuando la voz le pregunte, pulse «Todo listo»."),
        next=(
            "Es su turno",
            "Enseguida saldrá al aire.",
            "Apague ahora su radio. Hable cuando el estudio le dé paso.",
        ),
        on_air=(
            "EN EL AIRE",
            "Está en el aire: le oye todo el mundo.",
            "Hable con el estudio. Al terminar, su llamada acaba sola.",
        ),
        muted_on_air=(
            "EN EL AIRE, en silencio",
            "Está en el aire, pero en silencio: no le oye nadie.",
            "Pulse «Abrir micro» y hable.",
        ),
        message=("Mensaje", "Está dejando un mensaje.", "Hable después del tono. Cuando termine, cuelgue."),
    ),
    outside=OutsideWords(
        calling="Llamando…",
        reconnecting="Reconectando…",
        ended="Llamada terminada",
        left="Llamada terminada",
        elsewhere="En otra pestaña",
        closed="Línea cerrada",
        last_calls="No hay más llamadas",
        full="Línea ocupada",
        by_phone="Solo por teléfono",
    ),
    outcome=OutcomeWords(
        aired=("Gracias por participar en el programa.", ""),
        dropped=("Gracias por participar en el programa.", ""),
        let_go=("Su llamada ha terminado.", "Gracias por llamar. El estudio no puede atender todas las llamadas."),
        blocked=("Hoy el estudio no atiende su llamada.", ""),
        line_full=("Todas las líneas estaban ocupadas.", "Inténtelo de nuevo en unos minutos."),
        line_closed=(
            "La línea está cerrada.",
            "Gracias por llamar. Escuche el programa: ahí se dice cuándo puede llamar.",
        ),
        lost=("Se ha cortado la conexión con el estudio.", "Por favor, llame otra vez."),
        hung_up_here=("Ha colgado.", "Gracias por llamar."),
        other=("La llamada ha terminado.", "Gracias por llamar."),
    ),
    status=StatusWords(
        one_moment=("Un momento…", ""),
        may_call=("¡Llámenos!", "Pulse «Llamar» para entrar en la cola."),
        may_try=("Puede intentarlo.", "Quizá quede libre una línea justo ahora."),
        may_not_call=("Ahora no se puede llamar.", "Esta página le dice cuándo podrá."),
        ring_instead=("Por favor, llame al estudio por teléfono.", ""),
        connecting=("Le estamos conectando con el estudio.", "Si su navegador pide usar el micrófono, permítalo."),
        through=("Su llamada ha entrado. Por favor, no cuelgue.", "Una voz le dice su turno."),
        reconnecting=(
            "Se ha cortado la conexión.",
            "Por favor, espere: si vuelve pronto, conserva su llamada y su turno.",
        ),
        elsewhere=(
            "Ya tiene una llamada en otra pestaña.",
            "Vaya allí para hablar o colgar: solo puede hacer una llamada a la vez. "
            "Si ya la ha cerrado, espere unos segundos y podrá llamar desde aquí.",
        ),
    ),
    waiting=WaitingWords(
        number="Turno {position}",
        is_first="Su llamada es la primera de la cola.",
        one_before="Hay 1 llamada antes que la suya.",
        several_before="Hay {count} llamadas antes que la suya.",
        waited="Lleva {waited} en espera.",
        stay="Quédese en esta página: si la deja, su llamada termina.",
    ),
    left=LeftWords(
        title="Ha salido de esta página, y con eso ha terminado su llamada.",
        on_air_and_kept="Estaba en el aire. Pulse «Llamar» en menos de {kept}: pasará al primer lugar de la cola.",
        kept="Pulse «Llamar» en menos de {kept}: recuperará su turno en la cola.",
        on_air="Estaba en el aire. Pulse «Llamar» para volver a la cola.",
        join_again="Pulse «Llamar» para volver a la cola.",
        soon="Pulse «Llamar» en menos de un minuto: si estaba en la cola, recuperará su turno.",
    ),
    hint=HintWords(
        muted="Está en silencio: no le oye nadie.",
        no_sound="No llega nada de su micrófono. ¿Está apagado?",
        late="Ahora mismo no podemos mostrar su turno. Su llamada continúa.",
        slow="Su conexión es lenta. No hace falta que pulse otra vez: espere, por favor.",
        listen="Escuche el programa: ahí se dice cuándo puede llamar.",
    ),
)
