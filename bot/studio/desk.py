"""What every page and call of the studio works with: the files, the chat built from them, and the board of topics."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from bot.policies.anchors import Anchors
from bot.settings import Settings
from bot.studio.board import Board, make_board
from bot.studio.files import Contents, Files
from bot.studio.live import Live
from bot.studio.publish import Publisher


@dataclass(slots=True)
class Desk:
    """The owner's desk. The board is rebuilt only if the files or the chat have changed."""

    files: Files
    live: Live
    publisher: Publisher
    settings: Settings
    _board: tuple[tuple[str, str], Board] | None = field(default=None, init=False)
    _checked: tuple[Anchors, dict[str, tuple[str, ...]]] | None = field(default=None, init=False)

    def board(self, contents: Contents) -> Board:
        """Return the board of the folder."""
        built = self.live.built
        key = contents.revision, built.revision if built else ""
        if self._board is None or self._board[0] != key:
            # The checker takes milliseconds for each entry, and an edit changes one. The anchors are those of a policy.
            if self._checked is None or self._checked[0] is not contents.anchors:
                self._checked = contents.anchors, {}
            coverage, new_words = (built.coverage, built.new_words) if built else (None, None)
            self._board = key, make_board(contents, coverage, self._checked[1], new_words)
        return self._board[1]


def desk_of(request: Request) -> Desk:
    """Return the application's desk."""
    desk: Desk = request.app.state.desk
    return desk
