"""The MCP server: what an assistant may see and propose, through the HTTP API with a key like any other caller's."""
