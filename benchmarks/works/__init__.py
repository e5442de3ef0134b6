"""The works that are timed, one a module; each checks that everyone gives the same answer."""
