"""Reads the mails of the files that are named, strictly, and prints what they hold as JSON."""

import email
import email.policy
import json
import sys


def read(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.strict)
    parts = list(message.walk())
    defects = [repr(defect) for part in parts for defect in part.defects]
    for part in parts:
        for name, value in part.items():
            defects += [f"{name}: {defect!r}" for defect in getattr(value, "defects", [])]
    sender = message["From"].addresses
    leaves = [part for part in parts if not part.is_multipart()]
    return {
        "path": path,
        "defects": defects,
        "headers": [[name, str(value)] for name, value in message.items()],
        "from": [[address.display_name, address.addr_spec] for address in sender],
        "to": [address.addr_spec for address in message["To"].addresses],
        "date": message["Date"].datetime.isoformat(),
        "kinds": [part.get_content_type() for part in parts],
        "charsets": [part.get_content_charset() for part in leaves],
        "texts": [part.get_content() for part in leaves],
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
