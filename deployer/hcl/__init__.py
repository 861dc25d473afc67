"""HCL2 text read exactly: every literal value, every position, nothing evaluated."""
