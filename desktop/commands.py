"""Every action as data: menus, shortcuts, the command field and the shortcut sheet all come from this one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["window", "reader", "library", "codes"]
# "passage" is a selection, the annotation one stands on, or else the unit of text at the caret.
Needs = Literal[
    "", "project", "article", "selection", "passage", "annotation", "codes", "end", "hits", "found", "undo", "redo", "back",
    "forward", "beside", "hidden",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """One action: its name in code, what it is called, where its keys work and what it needs to be possible."""

    name: str
    text: str  # English template, translated by words.tr
    menu: str = ""  # English title of its menu; nothing = command field only
    shortcut: str = ""  # QKeySequence in portable text
    icon: str = ""
    where: Where = "window"
    needs: Needs = ""
    edits: bool = False  # it changes the project, so it waits while a job does
    checkable: bool = False
    separator: bool = False  # a line above it in the menu
    also: str = ""  # a second shortcut, where hands know two


# The menus with the letters that open them together with Alt.
MENUS = {"File": "F", "Edit": "E", "Select": "S", "Article": "A", "Annotation": "N", "View": "V", "Go": "G", "Help": "H"}

COMMANDS: tuple[Command, ...] = (
    Command("new_project", "New project…", "File", "Ctrl+N", "new"),
    Command("open_project", "Open project…", "File", "Ctrl+O", "open"),
    Command("open_sample", "Explore the sample project", "File"),
    Command("import_files", "Import articles…", "File", "Ctrl+I", "import", needs="project", edits=True, separator=True),
    Command("import_folder", "Import a folder…", "File", needs="project", edits=True),
    Command("paste_article", "Import from the clipboard", "File", "Ctrl+Shift+V", needs="project", edits=True),
    Command("watch_folder", "Watch a folder…", "File", needs="project", checkable=True),
    Command("import_report", "What was imported last", "File", needs="project"),
    Command("export", "Export…", "File", "Ctrl+Shift+E", "export", needs="project", separator=True),
    Command("check_quotes", "Check the quotes of a manuscript…", "File", needs="project"),
    Command("compare_frozen", "Compare with a frozen state…", "File", needs="project"),
    Command("merge", "Take in from others…", "File", "", "merge", needs="project", edits=True),
    Command("save_copy", "Save a copy for sharing…", "File", "", "copy", needs="project"),
    Command("check_project", "Check the project", "File", needs="project"),
    Command("close_project", "Close project", "File", "Ctrl+Shift+W", "close", needs="project", separator=True),
    Command("quit", "Quit", "File", "Ctrl+Q"),
    Command("undo", "Undo", "Edit", "Ctrl+Z", "undo", needs="undo", edits=True),
    Command("redo", "Redo", "Edit", "Ctrl+Shift+Z", "redo", needs="redo", edits=True, also="Ctrl+Y"),
    Command("copy", "Copy", "Edit", "Ctrl+C", "copy", where="reader", needs="selection", separator=True),
    Command("copy_quote", "Copy quote and citation", "Edit", "Ctrl+Shift+C", where="reader", needs="passage"),
    Command("copy_pandoc", "Copy quote for Pandoc", "Edit", needs="passage"),
    Command("copy_locator", "Copy the locator", "Edit", "Ctrl+Alt+C", where="reader", needs="passage"),
    Command("find", "Find in article…", "Edit", "Ctrl+F", "find", needs="article", separator=True),
    Command("find_next", "Next hit", "Edit", "F3", "next", needs="hits"),
    Command("find_previous", "Previous hit", "Edit", "Shift+F3", "previous", needs="hits"),
    Command("search", "Search the project…", "Edit", "Ctrl+Alt+F", "search", needs="project"),
    Command("found_next", "Next of what was found", "Edit", "F8", needs="found"),
    Command("found_previous", "Previous of what was found", "Edit", "Shift+F8", needs="found"),
    Command("concordance", "Concordance", "Edit", needs="project"),
    Command("mark_hits", "Tag the hits of this search…", "Edit", needs="project", edits=True),
    Command("select_next", "Select the next unit", "Select", ".", where="reader", needs="article"),
    Command("select_previous", "Select the unit before", "Select", ",", where="reader", needs="article"),
    Command("extend_next", "Extend by a unit", "Select", ">", where="reader", needs="article"),
    Command("extend_previous", "Draw in by a unit", "Select", "<", where="reader", needs="article"),
    Command("larger_unit", "Larger unit", "Select", "]", where="reader", needs="article", separator=True),
    Command("smaller_unit", "Smaller unit", "Select", "[", where="reader", needs="article"),
    Command("unit_free", "Passages of this project: free", "Select", needs="project", edits=True, separator=True),
    Command("unit_clause", "Passages of this project: whole clauses", "Select", needs="project", edits=True),
    Command("unit_sentence", "Passages of this project: whole sentences", "Select", needs="project", edits=True),
    Command("unit_paragraph", "Passages of this project: whole paragraphs", "Select", needs="project", edits=True),
    Command("status_to_read", "To read", "Article", "", "status-to-read", needs="article", edits=True),
    Command("status_reading", "Reading", "Article", "", "status-reading", needs="article", edits=True),
    Command("status_coded", "Coded", "Article", "", "status-coded", needs="article", edits=True),
    Command("status_checked", "Checked", "Article", "", "status-checked", needs="article", edits=True),
    Command("status_excluded", "Excluded…", "Article", "", "status-excluded", needs="article", edits=True),
    Command("relate_article", "Relate to an article or instrument…", "Article", needs="article", edits=True, separator=True),
    Command("show_removed", "Choose what belongs to the text…", "Article", "", needs="article"),
    Command("edit_text", "Correct the text…", "Article", needs="article", edits=True, separator=True),
    Command("new_version", "New version from a file…", "Article", needs="article", edits=True),
    Command("versions", "Versions", "Article", needs="article"),
    Command("put_into_collection", "Put into a collection…", "Article", needs="article", edits=True, separator=True),
    Command("tag_article", "Tag the article…", "Article", needs="article", edits=True),
    Command("close_article", "Close article", "Article", "Ctrl+W", needs="article", separator=True),
    Command("remove_article", "Remove article", "Article", "", "remove", needs="article", edits=True),
    Command("tag", "Tag…", "Annotation", "T", "tag", where="reader", needs="passage", edits=True),
    Command("link", "Link to an instrument…", "Annotation", "L", "link", where="reader", needs="passage", edits=True),
    Command("note", "Write a note", "Annotation", "N", "note", where="reader", needs="passage", edits=True),
    Command("highlight", "Highlight without a code", "Annotation", "H", where="reader", needs="passage", edits=True),
    Command(
        "code_by_letters", "Tag by two letters…", "Annotation", "C", where="reader", needs="passage", edits=True, separator=True
    ),
    Command("repeat_codes", "Tag with the last codes again", "Annotation", "R", where="reader", needs="codes", edits=True),
    Command("repeat_and_next", "Tag again and go on", "Annotation", "E", where="reader", needs="codes", edits=True),
    Command("sticky_code", "Sticky code", "Annotation", "S", where="reader", needs="codes", edits=True, checkable=True),
    Command("in_vivo", "New code from these words", "Annotation", "V", where="reader", needs="selection", edits=True),
    Command(
        "repeat_link", "Link to the last instrument again", "Annotation", "Shift+L", where="reader", needs="passage", edits=True
    ),
    Command(
        "start_earlier", "Begin a unit earlier", "Annotation", "U", where="reader", needs="annotation", edits=True, separator=True
    ),
    Command("start_later", "Begin a unit later", "Annotation", "I", where="reader", needs="annotation", edits=True),
    Command("end_earlier", "End a unit earlier", "Annotation", "O", where="reader", needs="annotation", edits=True),
    Command("end_later", "End a unit later", "Annotation", "P", where="reader", needs="annotation", edits=True),
    Command(
        "remove_annotation", "Remove annotation", "Annotation", "Del", "remove", where="reader", needs="annotation", edits=True
    ),
    Command("mark_end", "Mark as one end of a relation", "Annotation", "M", where="reader", needs="passage", separator=True),
    Command("relate_1", "Relate: continues", "Annotation", "1", where="reader", needs="end", edits=True),
    Command("relate_2", "Relate: contradicts", "Annotation", "2", where="reader", needs="end", edits=True),
    Command("relate_3", "Relate: repeats", "Annotation", "3", where="reader", needs="end", edits=True),
    Command("relate_4", "Relate: translates", "Annotation", "4", where="reader", needs="end", edits=True),
    Command("relate_5", "Relate: responds to", "Annotation", "5", where="reader", needs="end", edits=True),
    Command("open_provision", "Go to the linked provision", "Annotation", "G", where="reader", needs="annotation"),
    Command("next_annotation", "Next annotation", "Annotation", "J", "next", where="reader", needs="article", separator=True),
    Command("previous_annotation", "Previous annotation", "Annotation", "K", "previous", where="reader", needs="article"),
    Command("next_uncoded", "Next not yet coded", "Annotation", "Shift+J", where="reader", needs="article"),
    Command("previous_uncoded", "Previous not yet coded", "Annotation", "Shift+K", where="reader", needs="article"),
    Command("new_code", "New code…", "Annotation", needs="project", edits=True, separator=True),
    Command("edit_code", "Edit code…", "Annotation", needs="project"),
    Command("new_instrument", "New instrument…", "Annotation", needs="project", edits=True),
    Command("toggle_sidebar", "Sidebar", "View", "Ctrl+B", "panel-left", checkable=True),
    Command("toggle_inspector", "Inspector", "View", "Ctrl+Alt+B", "panel-right", checkable=True),
    Command("full_screen", "Text only", "View", "F11", checkable=True),
    Command("zoom_in", "Larger text", "View", "Ctrl+=", "zoom-in", needs="article", separator=True),
    Command("zoom_out", "Smaller text", "View", "Ctrl+-", "zoom-out", needs="article"),
    Command("zoom_reset", "Normal text size", "View", "Ctrl+0", needs="article"),
    Command("wider_column", "Wider column", "View", "Ctrl+Alt+=", needs="article"),
    Command("narrower_column", "Narrower column", "View", "Ctrl+Alt+-", needs="article"),
    Command("serif_text", "Serif text", "View", checkable=True),
    Command("beside", "Two articles side by side", "View", "Ctrl+\\", needs="article", checkable=True, separator=True),
    Command("scroll_together", "Scroll both together", "View", needs="beside", checkable=True),
    Command("hide_code", "Hide this code", "View", needs="project", separator=True),
    Command("dim_code", "Dim this code", "View", needs="project"),
    Command("solo_code", "Show only this code", "View", needs="project"),
    Command("show_all_codes", "Show all codes", "View", needs="hidden"),
    Command("show_layers", "Show others' annotations of this article here", "View", needs="article", edits=True),
    Command("hide_layers", "Hide others' annotations of this article again", "View", needs="article", edits=True),
    Command("theme_system", "Theme of the system", "View", "", "theme", checkable=True, separator=True),
    Command("theme_light", "Light theme", "View", checkable=True),
    Command("theme_dark", "Dark theme", "View", checkable=True),
    Command("theme_sepia", "Sepia theme", "View", checkable=True),
    Command("language_zh", "中文", "View", "", "language", checkable=True, separator=True),
    Command("language_en", "English", "View", checkable=True),
    Command("palette", "Command field", "Go", "Ctrl+K", "command"),
    Command("go_library", "Library", "Go", "Ctrl+1", "library", needs="project", separator=True),
    Command("go_codes", "Codes", "Go", "Ctrl+2", "codes", needs="project"),
    Command("go_instruments", "Instruments", "Go", "Ctrl+3", "instruments", needs="project"),
    Command("go_reader", "Text", "Go", "Ctrl+4", needs="article"),
    Command("go_inspector", "Inspector", "Go", "Ctrl+5", needs="article"),
    Command("go_outline", "Outline", "Go", "Ctrl+Shift+O", needs="article"),
    Command("go_history", "History", "Go", "Ctrl+H", "history", needs="project", separator=True),
    Command("go_journal", "Journal", "Go", "Ctrl+J", "journal", needs="project"),
    Command("go_review", "Review of moved passages", "Go", "", needs="project"),
    Command("go_duplicates", "Duplicates", "Go", "", needs="project"),
    Command("go_conflicts", "Conflicts", "Go", "", needs="project"),
    Command("agreement", "Agreement between coders…", "Go", needs="project"),
    Command("back", "Back", "Go", "Alt+Left", "back", needs="back", separator=True),
    Command("forward", "Forward", "Go", "Alt+Right", needs="forward"),
    Command("next_tab", "Next tab", "Go", "Ctrl+Tab", needs="article", also="Ctrl+PgDown"),
    Command("previous_tab", "Previous tab", "Go", "Ctrl+Shift+Tab", needs="article", also="Ctrl+PgUp"),
    Command("next_pane", "Next pane", "Go", "F6"),
    Command("shortcuts", "Keyboard shortcuts", "Help", "F1", "help"),
    Command("about", "About Glossator", "Help"),
)


def command(name: str) -> Command:
    """Give the command of a name; KeyError for one that is not in the list."""
    return _BY_NAME[name]


_BY_NAME = {each.name: each for each in COMMANDS}
