"""Sphinx extension: each page loads each of its scripts once.

Sphinx 7 lists an inline script that an extension adds late (sphinx-thebe's) twice, and declaring its constants
a second time is a script error on every page.
"""


def drop_repeated_scripts(app, pagename, templatename, context, doctree):
    scripts = {}
    for script in context["script_files"]:
        scripts.setdefault((script.filename or "", script.attributes.get("body")), script)
    context["script_files"] = list(scripts.values())


def setup(app):
    app.connect("html-page-context", drop_repeated_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
