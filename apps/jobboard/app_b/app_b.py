"""App B, the private one: tells whose token it is. It has one route, POST /auth, and no other."""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask, request

DATABASE = Path(os.environ.get("DATABASE", "database.db"))

TEXT = {"Content-Type": "text/plain; charset=utf-8"}

logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(levelname)s app-b %(message)s")
application = Flask(__name__)


@application.post("/auth")
def auth():
    try:
        user = user_of(request.form.get("token", ""))
    except sqlite3.Error as error:
        application.logger.error("cannot read %s: %s", DATABASE, error)
        return "fail", 500, TEXT
    return user or "fail", TEXT


def user_of(token):
    """Look the token up; None when nobody has it."""
    # Read only: sqlite would otherwise create a missing file, and every token would be wrong.
    with closing(sqlite3.connect(f"{DATABASE.absolute().as_uri()}?mode=ro", uri=True)) as database:
        row = database.execute("SELECT username FROM users WHERE token = ?", (token,)).fetchone()
    return row[0] if row else None


if __name__ == "__main__":
    application.run(host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "5001")))
