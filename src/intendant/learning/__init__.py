"""Learning from what the business has seen: datasets, models, calibration, fairness, estimators."""
