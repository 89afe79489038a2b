"""Scoring a model: made-up machines that answer commands, tasks on them, and what came of each."""
