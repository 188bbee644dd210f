"""What is computed from records when it is asked for. No SQL, no HTTP, no formats."""
