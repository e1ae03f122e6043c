"""What an interrupted build on Ray has finished, on disk next to the indexes, so that the next one continues from
there.

    <home>/.build/<encoder>/
      checkpoint/    Ray Data's checkpoint: the keys of the policies that are in `built`
      built/         what was built, as Parquet
      failed/        what could not be built in this run, one JSON file for each

Ray Data writes the first two in one transaction: a pending checkpoint, then the rows, then the checkpoint itself. A
policy has a new key once its files change, so what was built before is skipped only if it is still true. On a cluster,
every machine must see the folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot import __version__
from bot.building.results import Built, Failed, Result
from bot.building.sources import Source
from bot.policies.writing import replace_file
from bot.types import AskPolicyError

KEY = "key"
_PENDING = ".pending.parquet"


class Ledger:
    """The ledger of the builds into one folder by one encoder and version of this program."""

    def __init__(self, home: Path, encoder: str) -> None:
        self.folder = home.absolute() / ".build" / f"{encoder}-{__version__}"
        self.checkpoint = self.folder / "checkpoint"
        self.built = self.folder / "built"
        self._failed = self.folder / "failed"
        # How many rows each file of the checkpoint has.
        self._counts: dict[Path, int] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other builds out of the folder. Forget earlier failures: their policies are tried again.

        Raises AskPolicyError if another build is running, or if the folder cannot be written.
        """
        with ExitStack() as stack:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context((self.folder.parent / "lock").open("wb"))
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(self._failed, ignore_errors=True)
                self._failed.mkdir()
            except BlockingIOError:
                raise AskPolicyError(
                    f"Another build is writing to {self.folder.parent.parent}: wait for it, or choose another --out."
                ) from None
            except OSError as error:
                raise AskPolicyError(
                    f"The progress of the build cannot be written to {self.folder} ({error.strerror}): free up space, "
                    "or choose another --out."
                ) from None
            yield

    def fail(self, key: str, failed: Failed) -> None:
        """Record that a policy cannot be built. Repeating this changes nothing."""
        path = self._failed / hashlib.sha256(key.encode()).hexdigest()
        replace_file(path, json.dumps([failed.name, failed.why]).encode())

    def count(self) -> int:
        """Return how many policies are done: built, or failed."""
        import pyarrow.parquet

        for path in self._committed():
            if path not in self._counts:
                self._counts[path] = int(pyarrow.parquet.read_metadata(path).num_rows)
        return sum(self._counts.values()) + sum(1 for _ in self._failed.glob("[!.]*"))

    def finished(self) -> set[str]:
        """Return the keys of the policies that the checkpoint has."""
        import pyarrow.parquet

        columns = (pyarrow.parquet.read_table(path, columns=[KEY])[KEY] for path in self._committed())
        return {key for column in columns for key in column.to_pylist()}

    def result(self, sources: Sequence[Source], before: int) -> Result:
        """Return what became of the policies. Raises AskPolicyError if one is neither built nor failed."""
        import pyarrow.parquet

        rows = {
            row[KEY]: Built(row["id"], row["version"], row["statements"], row["questions"])
            for path in self.built.glob("*.parquet")
            for row in pyarrow.parquet.read_table(path).to_pylist()
        }
        failures = [json.loads(path.read_bytes()) for path in self._failed.glob("[!.]*")]
        failed = {name: Failed(name, why) for name, why in failures}
        missing = [source.name for source in sources if source.key not in rows and source.name not in failed]
        if missing:
            raise AskPolicyError(
                f"{len(missing)} of {len(sources)} policies were not built, such as {missing[0]}: run the same command "
                "again, which continues from here."
            )
        return Result(
            tuple(rows[source.key] for source in sources if source.name not in failed),
            tuple(failed[source.name] for source in sources if source.name in failed),
            before,
        )

    def remove(self) -> None:
        """Remove the ledger after a build that was not interrupted."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _committed(self) -> list[Path]:
        return [path for path in self.checkpoint.glob("*.parquet") if not path.name.endswith(_PENDING)]
