"""What the pages of a run show: from rows of the store to what templates write down. A module for each part."""
