"""What the measurement of the console runs in the desk's page."""

from __future__ import annotations

# Keeps each call's incoming and outgoing track, and when the incoming one first had sound.
BEFORE_THE_PAGE = """
(() => {
  window.callsForBench = [];
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...settings) {
      super(...settings);
      const call = { sent: null, heard: null, began: null };
      this.callForBench = call;
      window.callsForBench.push(call);
      this.addEventListener("track", ({ track }) => {
        call.heard = track;
        const context = new AudioContext({ sampleRate: 48000 });
        const meter = context.createScriptProcessor(512, 1, 1);
        meter.onaudioprocess = ({ inputBuffer }) => {
          if (call.began === null && inputBuffer.getChannelData(0).some((sample) => Math.abs(sample) > 0.02)) {
            call.began = performance.now();
            meter.disconnect();
            context.close();
          }
        };
        context.createMediaStreamSource(new MediaStream([track])).connect(meter).connect(context.destination);
      });
    }
    addTrack(track, ...streams) {
      this.callForBench.sent = track;
      const sender = super.addTrack(track, ...streams);
      const replace = sender.replaceTrack.bind(sender);
      sender.replaceTrack = (other) => {
        this.callForBench.sent = other;
        return replace(other);
      };
      return sender;
    }
  };
})();
"""

ADD = """
() => new Promise((done) => {
  const known = window.callsForBench.length;
  const pressed = performance.now();
  document.querySelector(".caller .add:not([hidden])").click();
  const look = setInterval(() => {
    const began = window.callsForBench[known]?.began;
    if (began) {
      clearInterval(look);
      done((began - pressed) / 1000);
    }
  }, 5);
})
"""

# When a pulse begins on the first call's incoming track and on the second's outgoing one, both as the browser delivers
# them, in portions of 10 ms. (An AudioContext would add a queue to each, as long as the delay that is measured.)
DELAYS = """
(pulses) => new Promise((done) => {
  const [first, second] = window.callsForBench.filter(({ heard }) => heard?.readyState === "live");
  const tracks = [first.heard.clone(), second.sent.clone()];
  const delays = [];
  let began = null;
  watch(tracks[0], (at) => { began = at; });
  watch(tracks[1], (at) => {
    if (began !== null) delays.push((at - began) / 1000);
    began = null;
    if (delays.length === pulses) {
      tracks.forEach((track) => track.stop());
      done(delays);
    }
  });

  async function watch(track, heard) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 100 }).readable.getReader();
    let quietSeconds = 0;
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
      const at = performance.now();
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      samples.forEach((sample, n) => {
        quietSeconds += 1 / value.sampleRate;
        if (Math.abs(sample) >= 0.05) {
          if (quietSeconds > 0.1) heard(at + (1000 * n) / value.sampleRate);
          quietSeconds = 0;
        }
      });
      value.close();
    }
  }
})
"""

# As when a loudspeaker is unplugged: the audio stops, and what comes in meanwhile piles up.
STALL = """
async () => {
  const context = Twilio.Device.audioContext;
  await context.suspend();
  await new Promise((done) => setTimeout(done, 200));
  await context.resume();
}
"""
