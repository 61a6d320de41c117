"""Signing in with Entra ID: whose cloud, which way, whose token, and what a refusal means."""
