/*
 * Sends the voice SDK's signalling to the rehearsal network on this machine.
 *
 * The SDK always opens wss://. A rehearsal has no certificate, so a socket to its host, and only that, is opened as
 * ws:// instead. The page loads this before the SDK, and only in a rehearsal; the SDK itself is not changed.
 */
(function () {
  "use strict";

  const host = document.currentScript.dataset.signallingHost;
  const prefix = `wss://${host}/`;
  const Socket = window.WebSocket;

  window.WebSocket = class RehearsalSocket extends Socket {
    constructor(address, protocols) {
      const wanted = String(address);
      const opened = host && wanted.startsWith(prefix) ? `ws://${host}/${wanted.slice(prefix.length)}` : wanted;
      if (protocols === undefined) {
        super(opened);
      } else {
        super(opened, protocols);
      }
    }
  };
})();
