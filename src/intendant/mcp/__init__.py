"""The MCP server: what an assistant may see and propose, through the HTTP API with a key like any other caller's.

It decides nothing and has no door of its own: every tool is a call of `intendant.client`, so authentication, permissions, the
gate and the audit are those of the API. Publishing a policy is no tool.
"""

from intendant.mcp._server import build_server, guarded

__all__ = ["build_server", "guarded"]
