"""Leave, transfer and retirement of who fosters: who visits meanwhile, who comes next, and how it ends."""
