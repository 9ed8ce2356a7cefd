"""What a federation does for people: articles, aid files, programmes."""
