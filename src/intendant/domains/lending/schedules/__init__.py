"""Schedules: due dates, interest of a period, equal instalments and annual rates. Pure arithmetic, exact to the smallest unit."""
