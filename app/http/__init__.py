"""What is HTTP and no task: uploads, negotiation, problems, keys, health, routes of tasks."""
