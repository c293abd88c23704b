"""A miniature phone network: in this process, without sound or threads, and deterministic."""
