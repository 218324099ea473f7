"""What the pages of a task show, put together from the store and from what attempts left."""
