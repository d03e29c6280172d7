"""How long does it take to grade a class?

A class is made whose notebooks hold the right answers, but for every third student, who has left one task out. Then it
is graded as `python -m rnncourse grade` does. See README.md beside this file.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from joblib import cpu_count

from rnncourse.base.files import write_atomically
from rnncourse.exercises import Build, Open
from rnncourse.grading import load
from rnncourse.grading.assignment import answer_name
from rnncourse.grading.handout import notebook
from rnncourse.grading.run import grade_class
from rnncourse.grading.table import read_table
from rnncourse.studies import code_version, machine

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).parent / "results" / "grading.json"
SOURCES = ("a1_cells", "a5_images")  # an assignment of short calls, and one with a training in it


def submission(assignment, student, left_out=None):
    """A student's notebook with all right answers but one, as the data of its file."""
    data = notebook(assignment, student)
    cells = {cell["id"]: cell for cell in data["cells"]}
    for task, one in zip(assignment.tasks, assignment.exercises(student).values(), strict=True):
        if not isinstance(one, Open) and task.name != left_out:
            code = one.solution.strip()
            if not isinstance(one, Build):
                code = code.replace("answer", answer_name(task, one))
            cells[f"{task.name}-answer"]["source"] = code
    return data


def measure(path, students, jobs):
    """Seconds for a class of so many, and its marks checked."""
    assignment = load(path)
    graded = [task for task in assignment.tasks if not isinstance(assignment.exercises("x")[task.name], Open)]
    with tempfile.TemporaryDirectory() as folder:
        folder, expected = Path(folder), {}
        (folder / "submissions").mkdir()
        for n in range(students):
            student, left_out = f"student{n}", graded[n % len(graded)] if n % 3 == 2 else None
            data = submission(assignment, student, left_out and left_out.name)
            (folder / "submissions" / f"{student}.ipynb").write_text(json.dumps(data), encoding="utf-8")
            expected[student] = sum(task.points for task in graded) - (left_out.points if left_out else 0)
        (folder / "class.csv").write_text("student\n" + "\n".join(expected) + "\n", encoding="utf-8")
        started = time.perf_counter()
        summary = grade_class(path, folder / "submissions", folder / "class.csv", folder / "grades", jobs=jobs)
        seconds = time.perf_counter() - started
        found = {row.student: row.score for row in read_table(summary.table)[1]}
    if wrong := [student for student in expected if found[student] != expected[student]]:
        raise RuntimeError(f"the marks of {', '.join(wrong[:5])} aren't what they must be; the machine may be too busy")
    return {"assignment": assignment.name, "students": students, "seconds": seconds}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=300, help="of the class (default 300)")
    parser.add_argument("--jobs", type=int, default=cpu_count(), help="submissions at the same time (default: cores)")
    parser.add_argument("--only", choices=SOURCES, nargs="+", default=SOURCES, help="the assignments (default: both)")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default: beside this script)")
    options = parser.parse_args(arguments)
    if min(options.students, options.jobs) < 1:
        parser.error("--students and --jobs must be at least 1")
    classes = []
    for name in options.only:
        classes.append(measure(ROOT / "assignments" / f"{name}.py", options.students, options.jobs))
        seconds = classes[-1]["seconds"]
        print(f"{name}: {options.students} submissions in {seconds:.0f} s, {options.jobs} at a time", flush=True)
    result = {"jobs": options.jobs, "code": code_version(), "machine": machine(), "classes": classes}
    write_atomically(options.out, json.dumps(result, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
