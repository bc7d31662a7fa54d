"""HashiCorp Vault (or OpenBao, which speaks the same): its transit engine keeps the key around our data keys, through `hvac`."""
