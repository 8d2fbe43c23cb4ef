"""The pages: one module a page, in the folders of the templates."""
