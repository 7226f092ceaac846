"""Shards on a Dask cluster: `--engine dask`. docs/scaling.md says how to start one.

Each worker opens the checkout itself, so the checkout, the texts and the folder that is
written have to be on paths that all workers share.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from standpoint.records.engine import Opened, WorkerError, begin

SECONDS = 30
"""How long a scheduler may take to answer."""

RETRIES = 3
"""How often a shard is begun again after its worker was killed."""


class Cluster(NamedTuple):
    """A Dask cluster.

    Attributes:
        address: Its scheduler, such as tcp://10.0.0.1:8786; None to start one here.
        workers: Processes of one that is started here.
    """

    address: str | None
    workers: int

    def is_needed(self, n_jobs: int) -> bool:
        """Tell whether so many jobs are worth it."""
        return n_jobs > 0

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Connect to the cluster.

        Raises:
            WorkerError: If it cannot be used, or a shard killed its workers again and again.
        """
        try:
            import distributed
        except ModuleNotFoundError:
            raise WorkerError(
                "Dask is not installed: pip install 'standpoint-corpus[dask]'"
            ) from None
        dask: Any = distributed  # its constructors have no types
        with ExitStack() as stack:
            where: Any = self.address
            if where is None:
                cluster = dask.LocalCluster(
                    n_workers=self.workers, threads_per_worker=1, dashboard_address=None
                )
                where = stack.enter_context(cluster)
            try:
                client = stack.enter_context(dask.Client(where, timeout=SECONDS))
            except (OSError, ValueError) as error:
                raise WorkerError(
                    f"no Dask scheduler answers at {self.address}: {error}"
                ) from None

            def submit(function: Any, *given: Any) -> Any:
                return client.submit(function, *given, pure=False, retries=RETRIES)

            client.run(begin)
            try:
                yield Opened(submit, max(1, sum(client.nthreads().values())))
            except dask.KilledWorker as error:
                raise WorkerError(
                    f"workers were killed again and again: {error}"
                ) from None
            except FileNotFoundError as error:
                raise WorkerError(
                    f"a worker cannot find {error.filename}: the checkout, the texts, the"
                    " cache and the output must be on paths that all workers share"
                ) from None
