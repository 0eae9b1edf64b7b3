"""Room: many designs of one product, each with the figures and the verdict that `assess` would give it."""
