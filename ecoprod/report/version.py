"""The version that every document carries and `ecoprod --version` prints; a test holds it equal to pyproject.toml."""

VERSION = "0.1.0"
