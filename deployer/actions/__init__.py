"""One function per verb, without a word of the command line: what each command does, step by step."""
