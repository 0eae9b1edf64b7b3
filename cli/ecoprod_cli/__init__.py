"""The front door: arguments, exit codes, colours. Everything it does the library can do."""
