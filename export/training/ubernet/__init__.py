"""Training of ubernet: a lesson for each of its heads, and recipes that give them."""
