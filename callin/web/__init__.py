"""The web: a handler class for each address. They read the request, ask the line, and answer."""
