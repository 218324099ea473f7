"""What a client and its host can rely on when the way between them is bad: cut, slow, stuttering, out of order."""
