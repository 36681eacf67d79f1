"""Writing lessons: the form beside a page, the guide for authors, and the handout."""
