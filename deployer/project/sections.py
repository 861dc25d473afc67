"""
The schema of nomadeploy.hcl, stack.hcl and app files: every key with its type and meaning; pure.

docs/configuration.md and ``nomadeploy schema`` are made from these tables.
"""

from deployer.hcl.types import (
    ANY,
    BOOL,
    DURATION_TEXT,
    INTEGER,
    NUMBER,
    SECRET,
    STRING,
    Field,
    ListOf,
    MapOf,
    ObjectOf,
    Pattern,
)

STRINGS = ListOf(STRING)

# RFC 1123 host names, RFC 9110 tokens. A backtick would end Traefik's rule, white space an HTTP request line.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DNS_NAME = Pattern(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*", "a DNS name without a port (a-z, 0-9, dashes and dots)")
_ROUTE_PATH = Pattern(r"/[^\s\x00-\x1f\x7f`]*", 'a path that begins with "/", without white space and backticks')
_ENTRYPOINT = Pattern("[A-Za-z0-9_-]+", "a name of letters, digits, _ and -")
_REQUEST_PATH = Pattern("/[!-~]*", 'a path that begins with "/", in printable ASCII without white space')
_METHOD = Pattern(r"[A-Z0-9!#$%&'*+.^_`|~-]+", "an HTTP method in upper case")
_VARIABLE_NAME = Pattern("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable (letters, digits and _)")
_HEADER = Pattern(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", "an HTTP token (letters, digits and dashes)")

_ENDPOINT = {
    "address": Field(type=STRING, description="URL of the HTTP API; falls back to the tool's own variable"),
    "ca_cert": Field(type=STRING, description="PEM file of the CA that signed the server's certificate"),
    "ca_path": Field(type=STRING, description="directory of PEM files of CAs"),
    "client_cert": Field(type=STRING, description="PEM file of the client certificate"),
    "client_key": Field(type=STRING, description="PEM file of the client certificate's key"),
    "tls_server_name": Field(type=STRING, description="name to expect in the server's certificate"),
    "token_file": Field(type=STRING, description="file that holds the ACL token; tokens are never written here"),
    "skip_verify": Field(type=BOOL, description="do not verify the server's certificate", default=False),
}

NOMAD = ObjectOf(
    {
        **_ENDPOINT,
        "namespace": Field(type=STRING, description="Nomad namespace of the environment's jobs"),
        "region": Field(type=STRING, description="Nomad region"),
    }
)
CONSUL = ObjectOf(_ENDPOINT)

INGRESS = ObjectOf(
    {
        "address": Field(type=STRING, description="host or IP where Traefik listens; empty is the app's own host"),
        "https_port": Field(type=INTEGER, description="Traefik's TLS port", default=443, minimum=1, maximum=65535),
        "ca_cert": Field(type=STRING, description="PEM file of the CA that signed Traefik's certificate"),
        "service": Field(type=STRING, description="Traefik's own service name in Consul", default="traefik"),
    }
)

ENVIRONMENT = ObjectOf(
    {
        "protected": Field(type=BOOL, description="ask before changing it, or want --yes", default=False),
        "dev_cluster": Field(type=STRING, description="name of the embedded cluster (nomadeploy dev up) that it means"),
        "timeout": Field(type=DURATION_TEXT, description="how long `run` waits for one wave", default="10m"),
        "nomad": Field(type=NOMAD, description="how Nomad is reached"),
        "consul": Field(type=CONSUL, description="how Consul is reached"),
        "ingress": Field(type=INGRESS, description="where public routes are reached from this machine"),
        "variables": Field(type=MapOf(ANY), description="values for ${var.NAME} in app files"),
    }
)

PROJECT_FILE = ObjectOf(
    {
        "project": Field(
            type=MapOf(
                ObjectOf({"packs": Field(type=STRINGS, description="directories that hold packs", default=["./packs"])})
            ),
            description="the project, labelled with its name",
            required=True,
        ),
        "environment": Field(type=MapOf(ENVIRONMENT), description="one environment each, labelled with its name"),
    }
)

STACK_FILE = ObjectOf(
    {
        "description": Field(type=STRING, description="what the stack is, in a sentence", default=""),
        "environments": Field(type=STRINGS, description="environments that have it; all where absent", default=[]),
    }
)

PUBLIC = ObjectOf(
    {
        "host": Field(type=STRING, description="host of the public route", required=True, pattern=_DNS_NAME),
        "path": Field(type=STRING, description="path prefix of the route", default="/", pattern=_ROUTE_PATH),
        "strip_path": Field(type=BOOL, description="remove the prefix before the app sees the request", default=False),
        "entrypoint": Field(type=STRING, description="Traefik entrypoint", default="websecure", pattern=_ENTRYPOINT),
        "tls": Field(type=BOOL, description="serve it over TLS", default=True),
    }
)

CHECK = ObjectOf(
    {
        "path": Field(type=STRING, description="HTTP path that answers 2xx when healthy"),
        "command": Field(type=STRINGS, description="command run in the task; exit code 0 is healthy"),
        "interval": Field(type=DURATION_TEXT, description="time between two checks", default="10s"),
        "timeout": Field(type=DURATION_TEXT, description="longest time of one check", default="5s"),
    }
)

SMOKE = ObjectOf(
    {
        "method": Field(type=STRING, description="what is asked", default="GET", pattern=_METHOD),
        "path": Field(type=STRING, description="path and query", default="/", pattern=_REQUEST_PATH),
        "headers": Field(type=MapOf(SECRET, _HEADER), description="request headers", default={}),
        "body": Field(type=SECRET, description="request body", default=""),
        "status": Field(type=INTEGER, description="expected status code", default=200, minimum=100, maximum=599),
        "body_contains": Field(type=STRING, description="text that the answer must hold", default=""),
        "body_equals": Field(type=STRING, description="the whole answer"),
        "timeout": Field(type=DURATION_TEXT, description="how long to try before it counts as wrong", default="30s"),
    }
)

SCALING = ObjectOf(
    {
        "min": Field(type=INTEGER, description="least allocations", default=1, minimum=0),
        "max": Field(type=INTEGER, description="most allocations", required=True, minimum=1),
        "requests_per_second": Field(type=NUMBER, description="wanted request rate per allocation", minimum=0),
        "cpu_percent": Field(type=NUMBER, description="wanted CPU use per allocation", minimum=0),
        "memory_percent": Field(type=NUMBER, description="wanted memory use per allocation", minimum=0),
        "cooldown": Field(type=DURATION_TEXT, description="rest after a scaling", default="1m"),
        "enabled": Field(type=BOOL, description="whether the policy is in force", default=True),
    }
)

RESOURCES = ObjectOf(
    {
        "cpu_mhz": Field(type=INTEGER, description="CPU in MHz", default=100, minimum=1),
        "memory_mb": Field(type=INTEGER, description="memory in MB", default=128, minimum=10),
        "memory_max_mb": Field(type=INTEGER, description="memory in MB it may use when the node has some to spare"),
    }
)

UPDATE = ObjectOf(
    {
        "canary": Field(type=INTEGER, description="canaries beside the running allocations", default=0, minimum=0),
        "promote": Field(
            type=STRING, description="who promotes healthy canaries: Nomad", default="auto", choices=("auto",)
        ),
        "max_parallel": Field(type=INTEGER, description="allocations replaced at a time", default=1, minimum=1),
        "min_healthy_time": Field(type=DURATION_TEXT, description="time to be healthy before it counts", default="5s"),
        "healthy_deadline": Field(type=DURATION_TEXT, description="longest time to become healthy", default="5m"),
        "progress_deadline": Field(type=DURATION_TEXT, description="longest time without progress", default="10m"),
        "auto_revert": Field(type=BOOL, description="let Nomad itself go back to the last good version", default=False),
    }
)

APP = {
    "pack": Field(type=STRING, description="pack that makes the job"),
    "template": Field(type=STRING, description="Jinja2 template beside the app's file that makes the job"),
    "jobspec": Field(type=STRING, description="Nomad job file beside the app's file, taken as it is"),
    "namespace": Field(type=STRING, description="Nomad namespace; the environment's own where absent"),
    "calls": Field(type=STRINGS, description="apps it calls through the mesh (app, stack/app, app:port)", default=[]),
    "after": Field(type=STRINGS, description="apps that must be healthy, or have succeeded, before", default=[]),
    "image": Field(type=STRING, description="container image"),
    "port": Field(type=INTEGER, description="port the app listens on inside its allocation", minimum=1, maximum=65535),
    "protocol": Field(
        type=STRING, description="what the mesh speaks to it", default="tcp", choices=("tcp", "http", "http2", "grpc")
    ),
    "public": Field(type=PUBLIC, description="public route; absent means private"),
    "check": Field(type=CHECK, description="health check, run inside the allocation"),
    "smoke": Field(type=SMOKE, description="request through the real route that proves the app's answer"),
    "scaling": Field(type=SCALING, description="limits and targets for the Nomad Autoscaler"),
    "resources": Field(type=RESOURCES, description="what each allocation reserves", default={}),
    "update": Field(type=UPDATE, description="how a new version replaces the old", default={}),
    "secrets": Field(
        type=MapOf(STRING, _VARIABLE_NAME),
        description='environment variables from the job\'s own Nomad Variable, each written "app#key"',
        default={},
    ),
}
"""Keys every app may have; all others are variables of its pack."""

VARIABLES_FILE_APPS = "apps"
"""The one reserved name in a variables file: values for single apps."""
