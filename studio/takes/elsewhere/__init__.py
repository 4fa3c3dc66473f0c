"""Takes that are rendered elsewhere: each as a job of its own on somebody else's machines."""
