"""Room: files become records; every problem of every file is collected."""
