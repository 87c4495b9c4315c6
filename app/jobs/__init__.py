"""Long work: accepted onto disk, done when its turn comes, kept until it is fetched; no HTTP."""
