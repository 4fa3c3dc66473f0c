"""The tests. Whatever process imports something of them is on the database that was chosen."""

from tests import postgres

postgres.follow()
