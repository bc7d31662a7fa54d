"""Views: what routes answer, as typed models. Clients are generated from them, so a field's name and optionality are a promise."""
