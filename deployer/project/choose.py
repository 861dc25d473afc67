"""Which apps of an environment a command means: all, those of a stack, or those named; pure."""

from collections.abc import Sequence

from deployer.errors import UnknownEnvironment
from deployer.finding import did_you_mean
from deployer.project.links import find_app
from deployer.project.model import App
from deployer.project.resolve import Resolved


def chosen_apps(resolved: Resolved, names: Sequence[str] = (), stack: str | None = None) -> tuple[App, ...]:
    """
    Return the apps in the order of the files.

    Args:
        names: ``app`` or ``stack/app``; none means all.
        stack: only this stack's apps.

    Raises:
        UnknownEnvironment: the environment has no such stack or app; all unknown names are told at once.
    """
    apps = resolved.apps
    stacks = dict.fromkeys(app.stack for app in apps)
    where = resolved.environment.name
    if stack is not None and stack not in stacks:
        raise UnknownEnvironment(
            f"there is no stack {stack!r} with apps in environment {where!r}{did_you_mean(stack, stacks)}",
            hint=f"it has {', '.join(stacks) or 'none'}",
        )
    apps = tuple(app for app in apps if stack in (None, app.stack))
    if not names:
        return apps
    found = {name: _named(name, apps) for name in names}
    unknown = [name for name, app in found.items() if app is None]
    if unknown:
        known = [app.name for app in apps]
        words = " and ".join(f"{name!r}{did_you_mean(name, known)}" for name in unknown)
        raise UnknownEnvironment(
            f"environment {where!r} has no app {words}", hint="a name that several stacks use is written stack/app"
        )
    wanted = list(found.values())
    return tuple(app for app in apps if app in wanted)


def _named(name: str, apps: Sequence[App]) -> App | None:
    # No stack is preferred here: a name that two stacks use must be told apart by the caller.
    return find_app(name, "", apps)
