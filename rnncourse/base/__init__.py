"""What every room needs: checks of arguments, arrays, files, the console, the version; nothing of networks."""
