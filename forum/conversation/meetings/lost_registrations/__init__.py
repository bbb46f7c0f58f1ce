"""Who lost their registration for a meeting that they no longer see, and is told so."""
