"""Tables, migrations and blobs: what the studio acknowledged stays here."""
