"""One file a page: each reads what it shows and says it twice, as plain values for its JSON and as parts for its template."""
