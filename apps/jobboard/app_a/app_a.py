"""App A, the public one: lists the jobs for a caller whose token App B knows."""

import logging
import os

import requests
from flask import Flask, request

AUTH_URL = os.environ.get("AUTH_URL", "http://127.0.0.1:5001/auth")
AUTH_TIMEOUT_S = float(os.environ.get("AUTH_TIMEOUT_S", "2"))
ALLOWED_USER = os.environ.get("ALLOWED_USER", "density")

JOBS = "Jobs:\nTitle: Devops\nDescription: Awesome\n"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}

logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(levelname)s app-a %(message)s")
application = Flask(__name__)


@application.get("/health")
def health():
    """Say that this process answers; App B has no part in it, or its fault would stop App A too."""
    return "ok", TEXT


@application.get("/hello")
def hello():
    return "Hello there", TEXT


@application.post("/jobs")
def jobs():
    token = request.headers.get("Authorization", "")
    try:
        user = user_of(token)
    except requests.RequestException as error:
        application.logger.error("App B gives no answer: %s", error)
        return "App B gives no answer\n", 502, TEXT
    if user != ALLOWED_USER:
        application.logger.info("token refused")
        return "fail", TEXT
    return JOBS, TEXT


def user_of(token):
    """Ask App B whose token it is; "fail" means nobody's."""
    answer = requests.post(AUTH_URL, data={"token": token}, timeout=AUTH_TIMEOUT_S)
    answer.raise_for_status()
    return answer.text


if __name__ == "__main__":
    application.run(host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "5000")))
