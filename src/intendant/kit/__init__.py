"""Words any business would use: ids, money, clock, database, errors, settings. Knows nothing of decisions."""
