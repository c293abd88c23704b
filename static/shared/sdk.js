/* Sets up Twilio's voice SDK for a page: its sounds, its microphone and, in a rehearsal, where it signals. */

/* All of the SDK's sounds, by the names of https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice#sounds: with one
   missing it would fetch its own from another host. The build makes this module from static/sound/sdk. */
import { SOUNDS } from "sdk-sounds";

/* A mixer wants the microphone as it is; a browser's corrections pump and swallow music. */
const PLAIN_SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

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
    closeProtection: true, // the browser asks before the page is left in mid-call
    enableImprovedSignalingErrorPrecision: true,
    getUserMedia,
  };
  if (signallingHost) {
    // Private options of the SDK. The first is where its signalling goes; the second keeps it from reporting to Twilio.
    Object.assign(options, { chunderw: signallingHost, publishEvents: false });
  }
  const device = new window.Twilio.Device(token, options);
  if (plainSound) {
    device.audio?.setAudioConstraints(PLAIN_SOUND); // for a microphone that is changed in mid-call
  }
  return device;
}

/** What the microphone is asked for. */
export function audioConstraints(plainSound) {
  return plainSound ? PLAIN_SOUND : true;
}

/** The SDK's AudioContext, which all of a page's Devices share. */
export function sharedAudioContext() {
  return window.Twilio.Device.audioContext;
}

/** Makes the call, once its audio may run. */
export function callWith(device, { plainSound, params = {} }) {
  // Made before the first key press, the SDK's audio context sleeps, and with it the microphone's meter.
  window.Twilio.Device.audioContext?.resume?.();
  return device.connect({ params, rtcConstraints: { audio: audioConstraints(plainSound) } });
}
