"""Room: the product system: parts rolled up, five stages, demands on datasets."""
