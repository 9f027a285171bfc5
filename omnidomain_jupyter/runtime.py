"""What runs beside the notebook server's event loop: threads, and the work in the background."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from .errors import OmniDomainError, StoreUnavailableError

if TYPE_CHECKING:
    from .services.notices import RunChanged
    from .wiring import Services, Settings

T = TypeVar("T")
P = ParamSpec("P")

SWEEP_INTERVAL_S = 10.0
"""How often an idle server looks whether the database has work for it."""

BEAT_INTERVAL_S = 5.0
LAST_WORDS_INTERVAL_S = 2.0
LOOKING_S = 45.0
"""How long somebody counts as looking after a request: more than two slow polls of a client."""

MOST_BACKOFF_S = 60.0
WARM_UP_DELAY_S = 1.0
FIRST_REMOVAL_S = 300.0
REMOVAL_INTERVAL_S = 24 * 3600.0
"""How often jobs that ended long ago are looked for."""

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
    monitor_interval : seconds between two looks at active runs while somebody looks at them
    idle_interval : the same while nobody does
    stable_identities : whether Jupyter's user names are the same at every visit
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        emit: Callable[[RunChanged], None],
        *,
        threads: int,
        monitor_interval: float,
        idle_interval: float = 60.0,
        stable_identities: bool,
    ) -> None:
        self.stable_identities = stable_identities
        self._settings = settings
        self._emit = emit
        self._monitor_interval = monitor_interval
        self._idle_interval = max(idle_interval, monitor_interval)
        self._looked_until = float("-inf")
        self._watching = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="omnidomain")
        self._build_lock = threading.Lock()
        self._services: Services | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._tasks: list[asyncio.Task[None]] = []
        self._intents = asyncio.Event()
        self._jobs = asyncio.Event()

    @property
    def stopped(self) -> bool:
        """Whether the server ends: what is long on a thread should end too."""
        return self._stopped

    async def call(self, function: Callable[[Services], T]) -> T:
        """Run a call of a service on one of the threads."""
        if self._loop is None:
            self.start()
        return await self.run(lambda: function(self._built()))

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run anything that blocks on one of the threads."""
        future = self._pool.submit(function, *args, **kwargs)
        return await asyncio.wrap_future(future)

    def in_background(self, function: Callable[[Services], int]) -> None:
        """Run a piece of work that nobody waits for."""
        task = asyncio.get_running_loop().create_task(self._in_background(function))
        self._tasks.append(task)
        task.add_done_callback(self._forget)

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
            self._loop.create_task(self._keep_lease()),
            self._loop.create_task(self._hear_last_words()),
            self._loop.create_task(self._remove_old_jobs()),
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

    def somebody_looks(self) -> None:
        """Watch the jobs closely for a while. Called on the event loop."""
        if time.monotonic() > self._looked_until:
            self._jobs.set()
        self._looked_until = time.monotonic() + LOOKING_S

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
            services = build_services(self._settings(), self)
        except ValueError as error:
            # A wrong trait breaks our routes, and says why; Jupyter goes on working.
            raise StoreUnavailableError(f"OmniDomain is not configured rightly: {error}") from error
        # What is loaded now stays for as long as the server runs. Python's collector, which stops
        # everything while it works, need not go through it again and again: that takes 150 ms.
        gc.freeze()
        return services

    def _close(self) -> None:
        services = self._services
        if services is not None:
            for end in (services.drain.stop, services.monitor.stop, services.lease.end):
                try:
                    end()
                except OmniDomainError as error:
                    # Others find out when the lease is over.
                    _log.warning("OmniDomain: %s", error)
        self._pool.shutdown(wait=True, cancel_futures=True)
        if services is not None:
            services.report_parser.close()
            services.database.close()

    async def _submit_waiting(self) -> None:
        # Not before the server has answered its first requests.
        await asyncio.sleep(WARM_UP_DELAY_S)
        await self._quietly(_taken_over)
        failures = 0
        while not self._stopped:
            await _set_or_after(self._intents, SWEEP_INTERVAL_S)
            self._intents.clear()
            settled = await self._quietly(lambda services: services.drain.drain())
            failures = failures + 1 if settled is None else 0
            if failures:
                await asyncio.sleep(min(2.0 ** min(failures, 10), MOST_BACKOFF_S))
                self._intents.set()

    async def _watch_jobs(self) -> None:
        await asyncio.sleep(WARM_UP_DELAY_S)
        failures = 0
        while not self._stopped:
            self._jobs.clear()
            active = await self._quietly(lambda services: services.monitor.cycle())
            self._watching = active != 0
            failures = failures + 1 if active is None else 0
            await self._until_next_look(failures)

    async def _until_next_look(self, failures: int) -> None:
        looking = time.monotonic() < self._looked_until
        if failures:
            delay = self._monitor_interval * 2 ** min(failures, 5)
            await asyncio.sleep(min(delay, max(MOST_BACKOFF_S, self._monitor_interval)))
        elif not self._watching:
            await _set_or_after(self._jobs, SWEEP_INTERVAL_S)
        elif looking:
            await asyncio.sleep(_jittered(self._monitor_interval))
        else:
            await self._idle_pause()

    async def _idle_pause(self) -> None:
        """Wait for the next slow look, or until somebody looks; take over work meanwhile."""
        until = time.monotonic() + _jittered(self._idle_interval)
        while (
            (left := until - time.monotonic()) > 0 and not self._jobs.is_set() and not self._stopped
        ):
            await _set_or_after(self._jobs, min(left, SWEEP_INTERVAL_S))
            await self._quietly(lambda services: services.monitor.share())

    async def _keep_lease(self) -> None:
        """Renew the lease while it covers anything, however long a piece of work takes."""
        while not self._stopped:
            await asyncio.sleep(BEAT_INTERVAL_S)
            if self._watching or (self._services is not None and self._services.drain.busy):
                await self._quietly(_renewed)

    async def _hear_last_words(self) -> None:
        """Ask for what failed jobs have printed last, where it comes late."""
        while not self._stopped:
            await asyncio.sleep(LAST_WORDS_INTERVAL_S)
            if self._services is not None and self._services.monitor.last_words.waiting:
                await self._quietly(lambda services: services.monitor.last_words.ask())

    async def _remove_old_jobs(self) -> None:
        """Remove long-ended jobs, once the monitor has had the time to store their ends."""
        await asyncio.sleep(FIRST_REMOVAL_S)
        while not self._stopped:
            await self._quietly(lambda services: services.old_jobs.sweep())
            await asyncio.sleep(_jittered(REMOVAL_INTERVAL_S))

    async def _in_background(self, function: Callable[[Services], int]) -> None:
        await self._quietly(function)

    def _forget(self, task: asyncio.Task[None]) -> None:
        if task in self._tasks:
            self._tasks.remove(task)

    async def _quietly(self, function: Callable[[Services], int]) -> int | None:
        """Run a piece of background work; a failure is logged and tried again later."""
        try:
            return await self.call(function)
        except OmniDomainError as error:
            _log.warning("OmniDomain: %s", error)
        except Exception:  # noqa: BLE001 - whatever it is, the next round may succeed
            _log.exception("OmniDomain's background work failed; it will be tried again.")
        return None


def _taken_over(services: Services) -> int:
    services.lease.bury_dead()
    return 0


def _renewed(services: Services) -> int:
    services.lease.ensure()
    return 0


def _jittered(seconds: float) -> float:
    # Servers that were started together must not ask together for ever.
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - no secret


async def _set_or_after(event: asyncio.Event, seconds: float) -> None:
    # Not `wait_for`, which may swallow a cancellation that comes as the event is set.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
