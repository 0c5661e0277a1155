"""Takes mail on loopback behind STARTTLS and a login, and keeps it in a folder.

Arguments: folder, certificate, key, user, password. Prints the port, and ends when its input does. A recipient whose
local part is in REFUSED is always refused; one in DELAYED gets its answers in turn, and is taken afterwards.
"""

import asyncio
import json
import logging
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

REFUSED = {
    "suprimido": "254 2.1.5 recipient is suppressed",
    "ninguem": "550 5.1.1 no such user",
}
DELAYED = {
    "apressado": ["455 4.2.1 too many messages"] * 3,
    "reinicio": ["421 4.3.2 shutting down"],
}


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name in REFUSED:
            return REFUSED[name]
        if DELAYED.get(name):
            return DELAYED[name].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        name = f"{self.taken:03}"
        about = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "authenticated": session.authenticated,
        }
        (self.folder / f"{name}.json").write_text(json.dumps(about))
        (self.folder / f"{name}.eml").write_bytes(envelope.original_content)
        return f"250 2.0.0 Ok: queued as {name}"


async def main(folder, certificate, key, user, password):
    # It warns of what its own code uses.
    logging.getLogger("mail").setLevel(logging.ERROR)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    keeper = Keeper(pathlib.Path(folder))

    def authenticate(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=False)

    def conversation():
        return SMTP(
            keeper,
            hostname="mail.parceiro.example",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main(*sys.argv[1:]))
