"""HTTP that belongs to no app: probes for machines, and the pattern of every list."""
