"""Check App B by what it answers: its failures come with status 200, so only the body tells."""

import os
import sys
import urllib.parse
import urllib.request

URL = os.environ.get("CHECK_URL", "http://127.0.0.1:5001/auth")
TOKEN = os.environ.get("CHECK_TOKEN", "mytoken")
USER = os.environ.get("CHECK_USER", "density")


def main():
    form = urllib.parse.urlencode({"token": TOKEN}).encode()
    try:
        with urllib.request.urlopen(URL, data=form, timeout=3) as answer:
            body = answer.read().decode()
    except OSError as error:
        sys.exit(f"App B gives no answer: {error}")
    if body != USER:
        sys.exit(f"App B answers {body!r}, not {USER!r}")
    print("App B knows the token")


if __name__ == "__main__":
    main()
