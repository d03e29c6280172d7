"""Pictures: plots and the slide-through widget of the chapters."""
