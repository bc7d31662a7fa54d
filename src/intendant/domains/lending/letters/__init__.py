"""Letters: frozen facts, the words made of them, and the two forms they are given in. Once issued, a letter never changes."""
