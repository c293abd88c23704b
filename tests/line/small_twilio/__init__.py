"""A phone network in miniature: in this process, without sound or threads, and the same every time."""
