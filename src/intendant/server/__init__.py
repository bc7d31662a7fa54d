"""The HTTP server: translates requests into use cases and their answers into responses; it decides nothing itself."""
