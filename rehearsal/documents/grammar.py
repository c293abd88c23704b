"""The grammar of TwiML for calls: which element may hold which elements, attributes and text, and where."""

from __future__ import annotations

from dataclasses import dataclass

PAGES = "https://www.twilio.com/docs/voice/twiml/"


@dataclass(frozen=True, slots=True)
class Row:
    """One element: the page of Twilio's documentation that describes it, and what it may hold."""

    page: str
    attributes: frozenset[str]
    children: dict[str, str]
    """The tag of each element it may hold, and the name of that element's row."""
    text: bool


def _row(page: str, attributes: str = "", children: str = "", *, text: bool = False) -> Row:
    rows = {tag: name or tag for tag, _, name in (child.partition("=") for child in children.split())}
    return Row(PAGES + page, frozenset(attributes.split()), rows, text)


# Names as Twilio writes them: case counts. All of Twilio's verbs are here, even those that this network does not play.
ROWS: dict[str, Row] = {
    "Response": _row(
        "",
        "",
        "Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record Redirect Refer "
        "Reject Say Sms Start Stop",
    ),
    "AiSession": _row("connect", "aiConnector aiSessionConfiguration"),
    "Application": _row(
        "application",
        "copyParentTo customerId method statusCallback statusCallbackEvent statusCallbackMethod url",
        "ApplicationSid Parameter",
        text=True,
    ),
    "ApplicationSid": _row("application", "", text=True),
    "Autopilot": _row("connect", "", text=True),
    "Client": _row(
        "client",
        "method statusCallback statusCallbackEvent statusCallbackMethod url",
        "Identity Parameter",
        text=True,
    ),
    "Conference": _row(
        "conference",
        "beep coach endConferenceOnExit eventCallbackUrl jitterBufferSize maxParticipants muted "
        "participantLabel record recordingConfigurationId recordingStatusCallback "
        "recordingStatusCallbackEvent recordingStatusCallbackMethod region startConferenceOnEnter "
        "statusCallback statusCallbackEvent statusCallbackMethod trim waitMethod waitUrl",
        text=True,
    ),
    "Config": _row("connect/virtualagent", "name value"),
    "Connect": _row(
        "connect",
        "action method",
        "AiSession Autopilot Conversation ConversationRelay ConversationRelaySession Room Stream VirtualAgent",
    ),
    "Conversation": _row(
        "connect/conversation",
        "inboundAutocreation inboundTimeout method record recordingStatusCallback "
        "recordingStatusCallbackEvent recordingStatusCallbackMethod routingAssignmentTimeout "
        "serviceInstanceSid statusCallback statusCallbackEvent statusCallbackMethod trim url",
    ),
    "ConversationRelay": _row(
        "connect/conversationrelay",
        "applicationReconnect asrSmartFormat backgroundNoiseReduction customerName debug deepgramSmartFormat "
        "dtmfDetection eagerEotThreshold echoPromptFiltering elevenlabsLanguageTextNormalization "
        "elevenlabsTextNormalization events hints ignoreBackchannel includeInPrompt intelligenceService "
        "interruptSensitivity interruptible language partialPromptOnHangup partialPrompts preemptible "
        "profanityFilter reportInputDuringAgentSpeech speechModel speechTimeout transcriptionLanguage "
        "transcriptionProvider ttsLanguage ttsLanguageTextNormalization ttsProvider ttsTextNormalization "
        "turnDetection url voice welcomeGreeting welcomeGreetingInterruptible",
        "Language Parameter",
    ),
    "ConversationRelaySession": _row("connect/conversationrelay", "connector sessionConfiguration"),
    "Dial": _row(
        "dial",
        "action answerOnBridge callerId events hangupOnStar method passports record recordingConfigurationId "
        "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod recordingTrack "
        "referMethod referUrl ringTone sequential timeLimit timeout trim",
        "Application Client Conference Number Queue Sim Sip WhatsApp",
        text=True,
    ),
    "Echo": _row("echo", ""),
    "Enqueue": _row("enqueue", "action maxQueueSize method waitUrl waitUrlMethod workflowSid", "Task", text=True),
    "Gather": _row(
        "gather",
        "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language maxSpeechTime "
        "method numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel "
        "speechTimeout timeout",
        "Pause Play Say",
    ),
    "Hangup": _row("hangup", "", "Parameter"),
    "Header": _row("sip", "name value"),
    "Headers": _row("sip", "", "Header"),
    "Identity": _row("client", "", text=True),
    "Language": _row(
        "connect/conversationrelay",
        "asrSmartFormat code hints speechModel transcriptionProvider ttsLanguageTextNormalization ttsProvider "
        "ttsTextNormalization voice",
    ),
    "Leave": _row("leave", ""),
    "Number": _row(
        "number",
        "amdStatusCallback amdStatusCallbackMethod byoc machineDetection machineDetectionSilenceTimeout "
        "machineDetectionSpeechEndThreshold machineDetectionSpeechThreshold machineDetectionTimeout method "
        "sendDigits statusCallback statusCallbackEvent statusCallbackMethod url",
        text=True,
    ),
    "Parameter": _row("parameter", "name value"),
    "Pause": _row("pause", "length"),
    "Pay": _row(
        "pay",
        "action bankAccountType chargeAmount currency description input language maxAttempts "
        "minPostalCodeLength paymentConnector paymentMethod postalCode securityCode statusCallback "
        "statusCallbackMethod timeout tokenType validCardTypes",
        "Parameter Prompt",
    ),
    "Play": _row("play", "digits loop", text=True),
    "Prompt": _row("pay/prompt", "attempt cardType errorType for requireMatchingInputs", "Pause Play Say"),
    "Queue": _row("queue", "method postWorkActivitySid reservationSid url", text=True),
    "Record": _row(
        "record",
        "action finishOnKey maxLength method playBeep recordingConfigurationId recordingStatusCallback "
        "recordingStatusCallbackEvent recordingStatusCallbackMethod timeout transcribe transcribeCallback "
        "trim",
    ),
    "Recording": _row(
        "recording",
        "channels recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent "
        "recordingStatusCallbackMethod track trim",
    ),
    "Redirect": _row("redirect", "method", text=True),
    "Refer": _row("refer", "action method", "Sip=ReferSip"),
    "ReferSip": _row("refer", "", text=True),
    "Reject": _row("reject", "reason", "Parameter"),
    "Room": _row("connect/room", "participantIdentity", text=True),
    "Say": _row("say", "language loop voice", "break emphasis lang p phoneme prosody s say-as sub w", text=True),
    "Sim": _row("sim", "", text=True),
    "Sip": _row(
        "sip",
        "amdStatusCallback amdStatusCallbackMethod machineDetection machineDetectionSilenceTimeout "
        "machineDetectionSpeechEndThreshold machineDetectionSpeechThreshold machineDetectionTimeout method "
        "password statusCallback statusCallbackEvent statusCallbackMethod url username",
        "Headers Uri",
        text=True,
    ),
    "Siprec": _row("siprec", "connectorName name statusCallback statusCallbackMethod track", "Parameter"),
    "Sms": _row("sms", "action from method statusCallback to", text=True),
    "Start": _row("start", "action method", "Recording Siprec Stream Transcription"),
    "Stop": _row("stop", "", "Siprec Stream Transcription"),
    "Stream": _row(
        "stream",
        "audioFormat connectorName name sampleRate statusCallback statusCallbackMethod track url",
        "Parameter",
    ),
    "Task": _row("enqueue", "priority timeout", text=True),
    "Transcription": _row(
        "transcription",
        "enableAutomaticPunctuation hints inboundTrackLabel intelligenceService languageCode name "
        "outboundTrackLabel partialResults profanityFilter speechModel statusCallbackMethod statusCallbackUrl "
        "track transcriptionEngine",
        "Config Parameter",
    ),
    "Uri": _row("sip", "password priority username weight", text=True),
    "VirtualAgent": _row(
        "connect/virtualagent",
        "connectorName language sentimentAnalysis statusCallback statusCallbackMethod",
        "Config Parameter",
    ),
    "WhatsApp": _row("whatsapp", "method statusCallback statusCallbackEvent statusCallbackMethod url", text=True),
    "break": _row("say/text-speech", "strength time"),
    "emphasis": _row("say/text-speech", "level", "break emphasis lang phoneme prosody say-as sub w", text=True),
    "lang": _row("say/text-speech", "xml:lang", "break emphasis lang p phoneme prosody s say-as sub w", text=True),
    "p": _row("say/text-speech", "", "break emphasis lang phoneme prosody s say-as sub w", text=True),
    "phoneme": _row("say/text-speech", "alphabet ph", text=True),
    "prosody": _row(
        "say/text-speech",
        "pitch rate volume",
        "break emphasis lang p phoneme prosody s say-as sub w",
        text=True,
    ),
    "s": _row("say/text-speech", "", "break emphasis lang phoneme prosody say-as sub w", text=True),
    "say-as": _row("say/text-speech", "format interpret-as", text=True),
    "sub": _row("say/text-speech", "alias", text=True),
    "w": _row("say/text-speech", "role", "break emphasis phoneme prosody say-as sub", text=True),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document runs, and the verbs that Twilio allows there (None: all)."""

    name: str
    page: str
    verbs: frozenset[str] | None = None


CALL = Place("a call's document", PAGES)
WAIT_URL = Place(
    "a waitUrl document",
    PAGES + "enqueue#attributes-waiturl",
    frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}),
)
QUEUE_URL = Place(
    "the document of a Queue's url", PAGES + "queue#attributes-url", frozenset({"Play", "Say", "Pause", "Redirect"})
)
CLIENT_URL = Place(
    "the document of a Client's url", PAGES + "client#attributes-url", frozenset(ROWS["Response"].children) - {"Dial"}
)
