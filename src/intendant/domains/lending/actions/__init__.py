"""Lending's effects outside, one file each. Only the manifest imports them."""
