"""What a client and its host can rely on, whatever carries their words: each test runs over every transport."""
