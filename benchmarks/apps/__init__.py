"""The applications of the peers, as a newcomer to each framework would write them."""
