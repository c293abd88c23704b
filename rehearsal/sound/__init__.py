"""The sound of the rehearsal network: voices, wave files, meters, and one audio peer for each browser on the phone.

Everything here speaks one format: frames of 20 ms, 8 kHz, mono, G.711 mu-law, 160 bytes each. A peer turns it into Opus
and back for a browser that asks for that; PCMU crosses the network as it is. Only `peer`, `opus` and `clips` need
aiortc and PyAV; they are imported when the first browser connects: thousands of silent calls never pay for them.
"""
