"""The sound of the rehearsal network: voices, wave files, meters, and one audio peer for each browser on the phone.

Everything here speaks one format, which is also what crosses the network to the browsers: frames of 20 ms, 8 kHz, mono,
G.711 mu-law, 160 bytes each. So two bridged browsers hear each other without any transcoding. Only `peer` and `clips`
need aiortc and PyAV; they are imported when the first browser connects, so that thousands of silent calls never pay for
them.
"""
