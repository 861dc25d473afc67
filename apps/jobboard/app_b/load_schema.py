"""Make App B's database from schema.sql where $DATABASE says; the image and the prestart task run it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")
DATABASE = Path(os.environ.get("DATABASE", "database.db"))


def main():
    # Written aside and renamed: App B never sees half a database, and a second run is harmless.
    draft = DATABASE.with_suffix(".new")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as database:
        database.executescript(SCHEMA.read_text())
    draft.replace(DATABASE)
    print(f"{DATABASE} is made from {SCHEMA.name}")


if __name__ == "__main__":
    main()
