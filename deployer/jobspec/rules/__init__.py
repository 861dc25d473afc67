"""What must hold between the parts of a job, one function per rule, each with its source in Nomad."""
