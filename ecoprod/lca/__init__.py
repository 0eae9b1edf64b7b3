"""Room: the engine room, the only room that knows Brightway."""
