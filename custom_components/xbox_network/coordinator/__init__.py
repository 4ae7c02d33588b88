"""The coordinators: they refresh the client's observers and publish snapshots to the entities."""
