"""What the hub does outside: telling a tracking server of trained versions."""
