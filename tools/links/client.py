"""A request to a page of somebody else: never to a host that is not for everybody."""

from __future__ import annotations

from yarl import URL

from tools.links.addresses import NotAsked, PrivateAddress, PublicOnly, refuse_private_number
from tools.links.limits import Limits
from tools.web_client import Answer, Client, Trouble

_ASKED_FOR = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip",
}


class PublicClient(Client):
    """Requests of one run. allowed: private hosts that may be asked all the same. Its Trouble may also be
    of the kind `private`."""

    def __init__(
        self, limits: Limits, allowed: frozenset[str] = frozenset(), contact: str = ""
    ) -> None:
        super().__init__(limits, contact, _ASKED_FOR, lenient=True)
        self.allowed = allowed

    async def __aenter__(self) -> PublicClient:
        self.resolver = PublicOnly(self.allowed)
        return await super().__aenter__()

    async def ask_page(self, method: str, url: URL, most: int) -> Answer:
        """most: bytes of the body to read. Raises Trouble."""
        try:
            refuse_private_number(url, self.allowed)
            return await self.ask(method, url, most)
        except PrivateAddress as error:
            raise Trouble("private", str(error)) from error
        except NotAsked as error:
            raise Trouble("garbled", str(error)) from error
