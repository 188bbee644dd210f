"""What a contender is: a server, and its spelling of the questions."""

from typing import Protocol

from benchmarks.data import Data
from benchmarks.questions import Question
from benchmarks.servers import Launch


class Contender(Protocol):
    """One server that is measured. Those with the same ``server`` share a process."""

    @property
    def name(self) -> str:
        """How the tables call it."""

    @property
    def server(self) -> str:
        """The name of its process."""

    def missing(self) -> str | None:
        """What is not installed, if anything."""

    def launch(self, data: Data, port: int) -> Launch:
        """How its server is started."""

    def path(self, question: Question) -> str | None:
        """How it spells a question; None where it has no answer."""

    def found(self, question: Question, body: bytes) -> object:
        """What an answer says, in a form that is the same for every contender.

        Ids of claims in their order, or counts by value.
        """
