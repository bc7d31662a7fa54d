"""How deployed versions do: measured by day or week, compared, alarmed about, and trained again when it is time."""
