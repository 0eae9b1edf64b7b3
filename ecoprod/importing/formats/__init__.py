"""The formats: each module reads one into `ForeignDatabase`, offline, without Brightway, with every loss named.

A reader is `read(opened, progress) -> ForeignDatabase`; `recognises(opened) -> bool` looks at names and first bytes.
`progress(done, total)` hears how many processes are read; a reader calls it about once a process.
"""
