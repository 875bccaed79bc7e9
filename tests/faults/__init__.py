"""Things break on purpose: processes are killed, connections cut; what was promised must hold. Numbers F… are those of the plan."""
