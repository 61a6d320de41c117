"""The door: everything that speaks HTTP as a client. Nothing else in the house imports an HTTP library."""
