"""Room: what a specification may ask for by name, calculated or declared."""
