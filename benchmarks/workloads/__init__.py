"""What is measured on them: one module for each group of workloads."""
