"""What the studio counts and times as it works, for Prometheus; see ``/metrics``."""
