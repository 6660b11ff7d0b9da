"""The examinee's own event loop: whatever is awaitable is awaited before it is answered with.

One loop serves all calls, so that streams, locks and events of one call can be used by the next. It is made when the
first awaitable shows up, runs in the thread of the call that needs it first, and takes in those of other threads
meanwhile.
"""

from __future__ import annotations

import sys
import threading
from types import AsyncGeneratorType, CoroutineType

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

_loop: asyncio.AbstractEventLoop | None = None
_driven = False
_change = threading.Condition(threading.RLock())
_awaited_by: dict[int, _Waiting] = {}


def result_of(value: Any) -> Any:
    """What an awaitable gives; anything else as it is."""
    while type(value) is CoroutineType or _is_future(value):
        value = _run(value)
    return value


def is_async_iterator(value: Any) -> bool:
    """It gives its items by `__anext__`."""
    return type(value) is AsyncGeneratorType or (hasattr(value, "__anext__") and not hasattr(value, "__next__"))


def on_the_loop(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a method of one of asyncio's own objects where it may be called: in the loop's thread."""
    import asyncio

    async def call() -> Any:
        value = function(*args, **kwargs)
        return await value if asyncio.iscoroutine(value) or asyncio.isfuture(value) else value

    return _run(call())


def belongs_to_asyncio(value: object) -> bool:
    """It is an object of asyncio itself, such as an Event or a Queue, which no other thread may touch."""
    return type(value).__module__.partition(".")[0] == "asyncio"


def current_loop() -> Any:
    """The loop, if there is one."""
    return _loop


def cancel(thread: int | None) -> bool:
    """Cancel what this thread waits for, as `asyncio.Task.cancel` does. False if it waits for no coroutine."""
    waiting = _awaited_by.get(thread) if thread is not None else None
    if waiting is None:
        return False

    def do() -> None:
        if waiting.task is not None:
            waiting.task.cancel()

    _the_loop().call_soon_threadsafe(do)
    return True


def close() -> int:
    """Let closing transports finish, then close the loop. The number of tasks that were still running."""
    global _loop
    if _loop is None or _driven:
        return 0
    loop, _loop = _loop, None
    left = loop.run_until_complete(_finish())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    return left


async def _finish() -> int:
    """As asyncio.run ends: what is closing gets the time to close, what still runs is cancelled."""
    import asyncio

    for _ in range(3):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return len(left)


class _Waiting:
    """An awaitable that some thread waits for."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None

    async def fill(self, awaitable: Any) -> None:
        try:
            self.value = await awaitable
        except BaseException as error:  # also SystemExit, which would stop the loop for everybody
            self.error = error
        with _change:
            self.done = True
            _change.notify_all()


def _run(awaitable: Any) -> Any:
    """Have it awaited on the loop. Of the threads that wait for something on it, one drives the loop at any time."""
    waiting, loop = _Waiting(), _the_loop()

    def begin() -> None:
        waiting.task = loop.create_task(waiting.fill(awaitable))

    loop.call_soon_threadsafe(begin)
    _awaited_by[threading.get_ident()] = waiting
    with _change:
        while not waiting.done:
            if _driven:
                _change.wait()
            else:
                _drive(loop, waiting)
    del _awaited_by[threading.get_ident()]
    if waiting.error is not None:
        raise waiting.error
    return waiting.value


def _drive(loop: asyncio.AbstractEventLoop, waiting: _Waiting) -> None:
    """Run the loop until what this thread waits for is done; then another thread may. Called holding `_change`."""
    global _driven
    _driven = True
    _change.release()
    try:
        loop.run_until_complete(_until_done(waiting))
    finally:
        _change.acquire()
        _driven = False
        _change.notify_all()


async def _until_done(waiting: _Waiting) -> None:
    import asyncio

    while waiting.task is None:
        await asyncio.sleep(0)
    await asyncio.wait([waiting.task])


def _the_loop() -> asyncio.AbstractEventLoop:
    global _loop
    import asyncio

    with _change:
        if _loop is None:
            _loop = asyncio.new_event_loop()
        return _loop


def _is_future(value: Any) -> bool:
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio.isfuture(value)
