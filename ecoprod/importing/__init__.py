"""Room: databases of the user's own, from files of any of the field's formats into ecoprod's cache.

Comes in: a file, archive or folder from outside, hostile until read. Goes out: a background that `--background ID`
finds, and a summary of what was linked and what was not, each miss with its reason.
"""
