"""Shows that the job board runs as declared: App A answers through Traefik, App B is out of reach."""

import json
import subprocess
import sys
from pathlib import Path

NOMADEPLOY = str(Path(sys.executable).with_name("nomadeploy"))
EXPECTED = "Jobs:\nTitle: Devops\nDescription: Awesome\n"


def main() -> None:
    cluster = nomadeploy_json("dev", "status", "--name", "dev")[0]
    https, ca, nomad = cluster["https"], cluster["ca_cert"], cluster["nomad"]
    port = https.rpartition(":")[2]

    print("\n== App A is public: a request through Traefik, over HTTPS, into the mesh and on to App B")
    answer = curl("--request", "POST", "--header", "Authorization: mytoken", "--cacert", ca,
                  f"https://app-a.localhost:{port}/jobs")
    expect(answer == (0, EXPECTED), f"App A answered {answer}")

    print("\n== App B is private: every way to it from outside the mesh is refused")
    _, status = curl("--output", "/dev/null", "--write-out", "%{http_code}", "--insecure",
                     "--header", "Host: app-b.localhost", f"https://127.0.0.1:{port}/auth")
    expect(status == "404", f"Traefik answered {status} for App B")
    address, sidecar = app_b_addresses(nomad)
    for url in (f"http://{address}:5001/auth", f"http://{sidecar}/auth"):
        code, body = curl("--data", "token=mytoken", url)
        expect(code != 0 and body == "", f"App B answered {body!r} at {url}")

    print("\n== What runs, and the release that made it")
    for words in (("plan", "dev"), ("status", "dev"), ("history", "dev")):
        show([NOMADEPLOY, *words])
        subprocess.run([NOMADEPLOY, *words], check=True)
    print(f"\nTry it: curl --cacert {ca} -X POST -H 'Authorization: mytoken' https://app-a.localhost:{port}/jobs")
    print(f"Nomad's UI: {nomad}/ui   Consul's UI: {cluster['consul']}/ui   Take it down: make demo-down")


def app_b_addresses(nomad: str) -> tuple[str, str]:
    """Return App B's address in its own network, and the address of its sidecar's port."""
    allocs = api(f"{nomad}/v1/job/app-b/allocations?resources=true")
    alloc = next(item for item in allocs if item["ClientStatus"] == "running")
    detail = api(f"{nomad}/v1/allocation/{alloc['ID']}")
    port = detail["AllocatedResources"]["Shared"]["Ports"][0]
    return detail["NetworkStatus"]["Address"], f"{port['HostIP']}:{port['Value']}"


def api(url: str):
    return json.loads(subprocess.run(["curl", "-fsS", url], capture_output=True, check=True).stdout)


def curl(*words: str) -> tuple[int, str]:
    command = ["curl", "--silent", "--show-error", "--max-time", "5", *words]
    show(command)
    done = subprocess.run(command, capture_output=True, text=True)
    print(done.stdout.rstrip() or f"(no answer: {done.stderr.strip() or 'nothing'})")
    return done.returncode, done.stdout


def nomadeploy_json(*words: str):
    done = subprocess.run([NOMADEPLOY, *words, "--output", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def show(command: list[str]) -> None:
    words = [Path(command[0]).name, *(f"'{word}'" if " " in word else word for word in command[1:])]
    print(f"$ {' '.join(words)}", flush=True)


def expect(holds: bool, problem: str) -> None:
    if not holds:
        sys.exit(f"✗ {problem}")
    print("✓ as it should be")


if __name__ == "__main__":
    main()
