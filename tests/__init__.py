"""The tests; a package so that helpers in it are found before any other package called tests."""
