"""One function per verb, without click: read, decide, do, report."""
