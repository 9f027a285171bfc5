"""What runs beside the notebook server's event loop: threads, and the work in the background."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from .errors import OmniDomainError, StoreUnavailableError

if TYPE_CHECKING:
    from .services.notices import RunChanged
    from .wiring import Services, Settings

T = TypeVar("T")
P = ParamSpec("P")

RECOVERY_INTERVAL_S = 60.0
WARM_UP_DELAY_S = 1.0

_log = logging.getLogger(__name__)


class Runtime:
    """One server's threads, services and background work.

    The services are built on first use, on a thread: a server on which nobody uses them
    imports nothing of them before its start is over. Receives the services' `Notices`.

    Parameters
    ----------
    settings : gives the settings when they are first needed
    emit : announces a changed run; called on the event loop
    threads : how many calls run at a time
    monitor_interval : seconds between two looks at active runs
    stable_identities : whether Jupyter's user names are the same at every visit
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        emit: Callable[[RunChanged], None],
        *,
        threads: int,
        monitor_interval: float,
        stable_identities: bool,
    ) -> None:
        self.stable_identities = stable_identities
        self._settings = settings
        self._emit = emit
        self._monitor_interval = monitor_interval
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="omnidomain")
        self._build_lock = threading.Lock()
        self._services: Services | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._tasks: list[asyncio.Task[None]] = []
        self._intents = asyncio.Event()
        self._jobs = asyncio.Event()

    async def call(self, function: Callable[[Services], T]) -> T:
        """Run a call of a service on one of the threads."""
        if self._loop is None:
            self.start()
        return await self.run(lambda: function(self._built()))

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run anything that blocks on one of the threads."""
        future = self._pool.submit(function, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def start(self) -> None:
        """Start the background work, on the running event loop, if it is not under way.

        Jupyter asks for it when it has started; the first request does too, since a server
        that is embedded in another program may never ask.
        """
        if self._loop is not None or self._stopped:
            return
        self._loop = asyncio.get_running_loop()
        self._intents.set()
        self._jobs.set()
        self._tasks = [
            self._loop.create_task(self._submit_waiting()),
            self._loop.create_task(self._watch_jobs()),
        ]

    async def stop(self) -> None:
        """End the background work and close what is open. Jobs go on without us."""
        self._stopped = True
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def run_changed(self, change: RunChanged) -> None:
        """Announce a change, from whatever thread: events are emitted on the loop only."""
        self._on_loop(self._emit, change)

    def intents_waiting(self) -> None:
        """Wake the submitter."""
        self._on_loop(self._intents.set)

    def jobs_waiting(self) -> None:
        """Wake the monitor."""
        self._on_loop(self._jobs.set)

    def _on_loop(self, function: Callable[..., object], *args: Any) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function, *args)

    def _built(self) -> Services:
        if self._services is None:
            with self._build_lock:
                if self._services is None:
                    self._services = self._build()
        return self._services

    def _build(self) -> Services:
        from .wiring import build_services

        try:
            return build_services(self._settings(), self)
        except ValueError as error:
            # A wrong trait breaks our routes, and says why; Jupyter goes on working.
            raise StoreUnavailableError(f"OmniDomain is not configured rightly: {error}") from error

    def _close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._services is not None:
            self._services.database.close()

    async def _submit_waiting(self) -> None:
        # Not before the server has answered its first requests.
        await asyncio.sleep(WARM_UP_DELAY_S)
        starting = True
        while True:
            await _set_or_after(self._intents, RECOVERY_INTERVAL_S)
            self._intents.clear()
            drain = functools.partial(_drained, starting=starting)
            settled = await self._quietly(drain)
            starting = starting and settled is None

    async def _watch_jobs(self) -> None:
        await asyncio.sleep(WARM_UP_DELAY_S)
        failures = 0
        while True:
            self._jobs.clear()
            active = await self._quietly(lambda found: found.monitor.cycle())
            failures = failures + 1 if active is None else 0
            if active == 0:
                await _set_or_after(self._jobs, RECOVERY_INTERVAL_S)
            else:
                delay = self._monitor_interval * 2 ** min(failures, 5)
                await asyncio.sleep(min(delay, max(RECOVERY_INTERVAL_S, self._monitor_interval)))

    async def _quietly(self, function: Callable[[Services], int]) -> int | None:
        """Run a piece of background work; a failure is logged and tried again later."""
        try:
            return await self.call(function)
        except OmniDomainError as error:
            _log.warning("OmniDomain: %s", error)
        except Exception:  # noqa: BLE001 - whatever it is, the next round may succeed
            _log.exception("OmniDomain's background work failed; it will be tried again.")
        return None


def _drained(services: Services, *, starting: bool) -> int:
    return services.submitter.drain(starting=starting)


async def _set_or_after(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
