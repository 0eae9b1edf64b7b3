"""Room: the standards as data, picked as of a date."""
