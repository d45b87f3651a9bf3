"""One step for several repairs: each by its own action, with its own answer."""
