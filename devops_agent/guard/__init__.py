"""What stands between a call and the machine beside the policy: where it goes, what it would hit, what was agreed."""
