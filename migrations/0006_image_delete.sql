-- A draft that nobody runs may be removed; everything later in the life cycle stays in the history.
GRANT DELETE ON image_version TO qlrf_app;
