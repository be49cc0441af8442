//! Views over the whole estate.
