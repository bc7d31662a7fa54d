"""Collections: what is done about loans in arrears, by policy and model through the gate; contacts, promises, hardship."""
