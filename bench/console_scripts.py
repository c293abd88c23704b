"""What the measurement of the console runs in the desk's page."""

from __future__ import annotations

# Keeps, for each call, the track that comes in and the one that goes out, and when sound was first heard on the former.
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

# When a pulse begins on what the first call brings, and on what goes out to the second: both by one audio clock. The
# browser keeps up to 20 ms of each before it hands them over, another amount in each context: measure several times.
DELAYS = """
(pulses) => new Promise((done) => {
  const [first, second] = window.callsForBench.filter(({ heard }) => heard?.readyState === "live");
  const context = new AudioContext({ sampleRate: 48000, latencyHint: 0 });
  const both = context.createChannelMerger(2);
  context.createMediaStreamSource(new MediaStream([first.heard])).connect(both, 0, 0);
  context.createMediaStreamSource(new MediaStream([second.sent])).connect(both, 0, 1);
  const meter = context.createScriptProcessor(256, 2, 2);
  both.connect(meter).connect(context.destination);
  const quietFor = [0, 0];
  let [position, began] = [0, null];
  const delays = [];
  meter.onaudioprocess = ({ inputBuffer }) => {
    for (let n = 0; n < 256; n += 1) {
      for (const side of [0, 1]) {
        if (Math.abs(inputBuffer.getChannelData(side)[n]) < 0.05) {
          quietFor[side] += 1;
          continue;
        }
        if (quietFor[side] > 4800) {
          if (side === 0) began = position + n;
          else if (began !== null) {
            delays.push((position + n - began) / 48000);
            began = null;
          }
        }
        quietFor[side] = 0;
      }
    }
    position += 256;
    if (delays.length >= pulses) {
      context.close();
      done(delays);
    }
  };
})
"""
