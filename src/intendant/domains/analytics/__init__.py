"""The AI analytics hub: datasets, models with a life, predictions, monitoring, forecasts, anomalies."""
