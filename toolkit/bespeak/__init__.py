"""Find a CSP customer, see what its Azure VMs use, size and price reservations, buy them: the face of the toolkit."""
