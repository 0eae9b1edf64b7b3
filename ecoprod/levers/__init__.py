"""Room: which input moves which result most, what single change passes a requirement, and which options together do."""
