"""Where published weights come from, each brought to the names of its architecture here."""
