"""Calls to Microsoft Graph."""
