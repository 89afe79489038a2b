"""Made-up machines that answer commands as real ones do."""
