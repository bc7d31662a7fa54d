"""What is made from openapi.json. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""
