"""Puts the templates and the static files, which lie beside the packages, into the wheel."""

from setuptools import find_packages, setup

HOUSE = (
    *("torc_site*", "pages*", "api*", "workflows*", "jobs*", "userdata*", "accounts*", "web*"),
    *("database*", "specification*", "torc_cli*"),
)

setup(
    packages=[*find_packages(include=HOUSE), "torc_site.templates", "torc_site.static"],
    package_dir={"torc_site.templates": "templates", "torc_site.static": "static"},
    package_data={"torc_site.templates": ["**/*.html"], "torc_site.static": ["**/*"]},
)
