"""How does `dev up` bring a cluster to where it takes jobs?"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deployer.devcluster import ready
from deployer.devcluster.agents import start_consul, start_nomad_client, start_nomad_server
from deployer.devcluster.certificate import local_certificate
from deployer.devcluster.config import FIREWALL_IMAGE, Ports
from deployer.devcluster.down import clear_engine, clear_machine
from deployer.devcluster.engine import EngineChoice, choose_engine, own_engine
from deployer.devcluster.hosts import cover_hosts
from deployer.devcluster.layout import data_directory, lay_out, require_name
from deployer.devcluster.ledger import Ledger
from deployer.devcluster.lineage import is_alive
from deployer.devcluster.locks import cluster_lock, machine_lock
from deployer.devcluster.machine import require_fit_machine
from deployer.devcluster.network import make_bridge, make_namespaces
from deployer.devcluster.platform_project import platform_project
from deployer.devcluster.programs import find_programs
from deployer.devcluster.scratch_images import make_images, missing_firewall_programs
from deployer.devcluster.state import Agent, ClusterState, load_state, state_root
from deployer.errors import ConflictError, MachineUnfit


def bring_up(
    name: str, *, workers: int = 0, progress: Callable[[str], None], deploy: Callable[[Path, str], None] | None = None
) -> ClusterState:
    """
    Return a running cluster of this name: the one that runs already, or a new one.

    Args:
        name: lower-case letters, digits and hyphens.
        workers: 0 for one node on the host; N for N nodes in network namespaces of their own,
            with the host in the node pool ``ingress``.
        progress: is told each step in one line.
        deploy: given the platform's project folder and its environment's name, releases it.

    Raises:
        MachineUnfit: this machine cannot carry a cluster, or an agent did not come up.
        ConflictError: a cluster of this name runs with another number of nodes.
    """
    require_fit_machine()
    require_name(name, workers)
    with cluster_lock(name):
        known = load_state(name)
        if known is not None and is_whole(known):
            _require_same_size(known, workers)
            _wait_until_it_takes_jobs(known)
            return _with_platform(known, progress, deploy)
        if known is not None:
            progress(f"cluster {name} is there, but parts of it have ended: starting anew")
            clear_machine(known)
        state = _start_fresh(name, workers, progress)
        with _cleared_on(KeyboardInterrupt, state):
            return _with_platform(state, progress, deploy)


def is_whole(state: ClusterState) -> bool:
    """Tell whether it was brought up to the end and every process still runs, ours of Docker too."""
    engine = own_engine()
    ours = engine.agents if engine is not None and engine.docker_host == state.docker_host else ()
    return state.phase == "running" and all(is_alive(agent) for agent in (*state.agents, *ours))


def _wait_until_it_takes_jobs(state: ClusterState) -> None:
    """A busy machine may miss a health check for a moment: that is no reason to throw jobs away."""
    ready.wait_for(
        state.agents[-1],
        "the cluster takes jobs",
        lambda: ready.consul_leads(state) and ready.nodes_take_jobs(state),
    )


def _require_same_size(state: ClusterState, workers: int) -> None:
    if len(state.nodes) != workers + 1:
        raise ConflictError(
            f"cluster {state.name} runs with {len(state.nodes) - 1 or 'no'} worker nodes, not {workers}",
            hint=f"nomadeploy dev down --name {state.name}",
        )


def _start_fresh(name: str, workers: int, progress: Callable[[str], None]) -> ClusterState:
    programs = find_programs(progress)
    say = _stopwatch(progress)
    with machine_lock():
        state, ports = lay_out(name, workers, programs)
        ledger = Ledger(state)
    with _cleared_on(BaseException, ledger):
        with machine_lock():
            engine = choose_engine()
            ledger.change(docker_host=engine.host, docker_note=engine.note)
        _start_agents(ledger, ports, engine, say)
        state = ledger.change(phase="running")
    say("the cluster takes jobs")
    return state


def _start_agents(ledger: Ledger, ports: Ports, engine: EngineChoice, say: Callable[[str], None]) -> None:
    """Consul, Docker's engine and the certificate come up side by side; Nomad needs the first two."""
    make_bridge(ledger)
    _make_data_directories(ledger)
    make_namespaces(ledger)
    consuls = [start_consul(ledger, node, ports) for node in ledger.state.nodes]
    server = start_nomad_server(ledger, ports)
    with ThreadPoolExecutor() as pool:
        settled = pool.submit(_prepare_engine, ledger, engine, say)
        images = pool.submit(_make_images, settled)
        _prepare_certificate(ledger)
        _wait_for_servers(ledger.state, consuls, server, say)
        settled.result()
        clients = [start_nomad_client(ledger, node, ports) for node in ledger.state.nodes]
        for agent in clients:
            ready.wait_for(agent, "every node is ready", lambda: ready.nodes_take_jobs(ledger.state))
        images.result()


def _prepare_engine(ledger: Ledger, engine: EngineChoice, say: Callable[[str], None]) -> ClusterState:
    """Write down what became of the engine: Nomad's clients are told of it, and of what it can do."""
    engine = settle_engine(engine)
    if not engine.host:
        say(f"no Docker engine: {engine.note}")
        return ledger.change(docker_host="", docker_note=engine.note)
    say(f"Docker: {engine.note}")
    missing = missing_firewall_programs()
    if missing:
        say(f"no firewall image, so no docker apps of the pack service: {', '.join(missing)} missing here")
    return ledger.change(firewall_image="" if missing else FIREWALL_IMAGE)


def settle_engine(engine: EngineChoice) -> EngineChoice:
    """Wait for an engine that was started just now; one that does not come up is cleared away, and none."""
    if engine.started is None:
        return engine
    try:
        ready.wait_for(engine.started, "the Docker engine answers", lambda: ready.docker_answers(engine.host))
    except MachineUnfit:
        last_words = ready.log_end(engine.started, lines=1).strip()
        own = own_engine()
        if own is not None and own.docker_host == engine.host:
            with machine_lock():
                clear_engine(own)
        return EngineChoice(host="", note=f"dockerd does not start: {last_words}")
    return engine


def _make_images(settled: Future[ClusterState]) -> None:
    state = settled.result()
    if state.docker_host:
        make_images(state)


def _wait_for_servers(state: ClusterState, consuls: list[Agent], server: Agent, say: Callable[[str], None]) -> None:
    for agent, node in zip(consuls, state.nodes, strict=True):
        address = f"http://{node.address}:8500" if node.netns else state.consul_address
        ready.wait_for(agent, "Consul answers", partial(ready.consul_answers, address))
    ready.wait_for(consuls[0], "Consul has a leader and denies by default", lambda: ready.consul_leads(state))
    say("Consul leads")
    ready.wait_for(server, "Nomad has a leader and a keyring", lambda: ready.nomad_registers(state))
    say("Nomad leads")


def _make_data_directories(ledger: Ledger) -> None:
    root = data_directory(ledger.state)
    ledger.note("directory", str(root))
    for node in ledger.state.nodes:
        Path(node.data).mkdir(parents=True, exist_ok=True, mode=0o755)


def _prepare_certificate(ledger: Ledger) -> None:
    with machine_lock():  # clusters share one authority
        files = local_certificate(state_root() / "ca")
    ledger.change(ca_cert=str(files.ca), certificate=str(files.certificate), certificate_key=str(files.key))


def _with_platform(
    state: ClusterState, progress: Callable[[str], None], deploy: Callable[[Path, str], None] | None
) -> ClusterState:
    """Release Traefik by the engine itself, once; a failure leaves the cluster up for a look."""
    if deploy is None or state.platform == "deployed":
        return state
    say = _stopwatch(progress)
    cover_hosts(state, ())
    folder = platform_project(state, Path(state.directory) / "platform")
    deploy(folder, "dev")
    say("the platform is deployed")
    return Ledger(state).change(platform="deployed")


@contextmanager
def _cleared_on(kind: type[BaseException], made: Ledger | ClusterState) -> Iterator[None]:
    """Leave nothing behind when it fails so: an agent that ends, or Ctrl-C."""
    try:
        yield
    except kind:
        clear_machine(made if isinstance(made, ClusterState) else made.state)
        raise


def _stopwatch(progress: Callable[[str], None]) -> Callable[[str], None]:
    begun = time.monotonic()
    return lambda text: progress(f"{time.monotonic() - begun:4.1f} s  {text}")
