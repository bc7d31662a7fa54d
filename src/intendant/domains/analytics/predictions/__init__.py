"""Predictions: served by champion, challenger and shadow, kept, and told what really happened."""
