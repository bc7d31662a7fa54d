"""The sandbox payout provider: it keeps a real ledger, loses nothing and **pays nobody**.

Every receipt says so (`pays_nobody`). It runs inside the process (`EmbeddedPayouts`) or as a server of its own that speaks HTTP
(`python -m intendant.connectors.sandbox.provider`, reached by `SandboxPayouts`), which can be told to fail in chosen ways.
"""
