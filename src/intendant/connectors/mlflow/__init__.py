"""MLflow: trained versions as runs and registered models of a tracking server, through its own client."""
