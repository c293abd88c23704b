/* Sets up Twilio's voice SDK for a page: its sounds, its microphone and, in a rehearsal, where it signals. */

/* All of the SDK's sounds, by the names of https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice#sounds: with one
   missing it would fetch its own from another host. The build makes this module from static/sound/sdk. */
import { SOUNDS } from "sdk-sounds";

/** How the browser is to treat the microphone: a mixer wants it as it is, because corrections pump and swallow music. */
export function audioConstraints(isPlain) {
  return { echoCancellation: !isPlain, noiseSuppression: !isPlain, autoGainControl: !isPlain };
}

/** What keeps this browser from making calls at all, as a kind of trouble; null when nothing does. */
export function whatThisBrowserLacks() {
  if (!window.isSecureContext) {
    return "insecure"; // browsers give the microphone to https pages and to this machine's own only
  }
  if (!window.Twilio?.Device) {
    return "no_sdk";
  }
  return window.Twilio.Device.isSupported && navigator.mediaDevices?.getUserMedia ? null : "unsupported";
}

/** The SDK's Device. settings: signallingHost, plainSound (see Phone); getUserMedia asks for the microphone. */
export function makeDevice(token, { signallingHost, plainSound }, getUserMedia) {
  const options = {
    sounds: SOUNDS,
    codecPreferences: ["opus", "pcmu"], // the SDK's own order is the other way round
    closeProtection: true, // the browser asks before the page is left in mid-call
    enableImprovedSignalingErrorPrecision: true,
    getUserMedia,
  };
  if (signallingHost) {
    // Private options of the SDK. The first is where its signalling goes; the second keeps it from reporting to Twilio.
    Object.assign(options, { chunderw: signallingHost, publishEvents: false });
  }
  const device = new window.Twilio.Device(token, options);
  device.audio?.setAudioConstraints(audioConstraints(plainSound)); // the SDK opens the microphone again early in a call
  return device;
}

/** The SDK's AudioContext, which all of a page's Devices share; null before the first Device. */
export function sharedAudioContext() {
  return window.Twilio?.Device?.audioContext ?? null;
}

/** Makes the call, once its audio may run. */
export function callWith(device, { plainSound, params = {} }) {
  // Made before the first key press, the SDK's audio context sleeps, and with it the microphone's meter.
  window.Twilio.Device.audioContext?.resume?.();
  return device.connect({ params, rtcConstraints: { audio: audioConstraints(plainSound) } });
}
