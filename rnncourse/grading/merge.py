"""Put marks together: late ones, regraded ones, those given by hand."""

from .table import read_table, write_table


def merge(first, others, out):
    """Replace marks of a table by those of other tables, task by task, and write the result.

    An empty field replaces nothing. So a table may hold only the marks of open questions.

    Args:
        first: the table that holds the whole class.
        others: the tables whose marks replace its own.
        out: the file to write.

    Returns:
        How many marks changed.

    Raises:
        OSError: a file can't be read or written.
        ValueError: the tables don't fit together: a student whom the first one lacks, a task it lacks or counts
            otherwise, or two of the others give different marks.
    """
    tasks, rows = read_table(first)
    known, given, changed = {row.student: row for row in rows if row.student}, {}, 0
    for path in others:
        other_tasks, other_rows = read_table(path)
        if wrong := [f"{task} ({points})" for task, points in other_tasks.items() if tasks.get(task) != points]:
            raise ValueError(f"{path} has columns that {first} lacks: {', '.join(wrong)}")
        for other in other_rows:
            if not other.student:
                continue  # a file of nobody
            if other.student not in known:
                raise ValueError(f"{path} has the student {other.student}, whom {first} lacks; correct the id")
            row, replaced = known[other.student], False
            for task, mark in other.marks.items():
                if mark is None:
                    continue
                before = given.setdefault((other.student, task), (mark, path))
                if before[0] != mark:
                    raise ValueError(
                        f"{other.student} has {before[0]} for {task} in {before[1]} and {mark} in {path}; merge them "
                        "one after the other: the one that is merged last holds"
                    )
                changed += row.marks[task] != mark
                row.marks[task], replaced = mark, True
            _update(row, other, replaced)
    write_table(out, tasks, rows)
    return changed


def _update(row, other, replaced):
    """Status and note of a row after its marks were replaced, or not."""
    notes = [row.note]
    if replaced:
        without = row.status in ("missing", "unreadable", "failed")
        row.status = "to be marked" if None in row.marks.values() else "graded"
        notes = [other.note] if without and row.status == "graded" else [row.note, other.note]
    elif other.status == "unreadable":
        notes.append(f"another file is unreadable: {other.note}")
    row.note = "; ".join(dict.fromkeys(filter(None, notes)))
