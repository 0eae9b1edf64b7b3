"""Room: requirements meet measures, three-valued."""
