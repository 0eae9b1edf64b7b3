"""Room: one assessment as a document, a page or a tree."""
