"""Oracle's own SDK against the stand-in of the credentials; each line says what the stand-in did."""

import sys
from datetime import datetime, timezone

import oci
from oci.auth import signers
from oci.secrets import SecretsClient
from oci.usage_api import UsageapiClient
from oci.usage_api.models import RequestSummarizedUsagesDetails

endpoint, folder, tenancy, secret = sys.argv[1:5]


def usage(signer, config=None):
    client = UsageapiClient(config or {}, signer=signer, service_endpoint=endpoint)
    details = RequestSummarizedUsagesDetails(
        tenant_id=tenancy,
        time_usage_started=datetime(2026, 6, 1, tzinfo=timezone.utc),
        time_usage_ended=datetime(2026, 6, 3, tzinfo=timezone.utc),
        granularity="DAILY",
        query_type="COST",
    )
    items = client.request_summarized_usages(details).data.items
    return sum(float(item.computed_amount) for item in items)


def refused(what, call):
    try:
        call()
    except oci.exceptions.ServiceError as error:
        print(what, error.status, error.code)
    else:
        print(what, "accepted")


print("sdk", oci.__version__)

# A session token, as a profile has it.
token = open(f"{folder}/token").read().strip()
key = oci.signer.load_private_key_from_file(f"{folder}/session.pem")
print("session_token", usage(signers.SecurityTokenSigner(token, key)))
other = oci.signer.load_private_key_from_file(f"{folder}/other.pem")
refused("other_key", lambda: usage(signers.SecurityTokenSigner(token, other)))
over = open(f"{folder}/over").read().strip()
refused("over", lambda: usage(signers.SecurityTokenSigner(over, key)))

# The identity of a resource, in variables: contents first, then paths.
print("resource", usage(signers.get_resource_principals_signer()))

# The identity of an instance.
machine = signers.InstancePrincipalsSecurityTokenSigner(federation_endpoint=f"{endpoint}/v1/x509")
assert machine.tenancy_id == tenancy, machine.tenancy_id
print("instance", machine.region, usage(machine))
machine.refresh_security_token()
print("instance_again", usage(machine))

# A secret of Vault, with the instance's identity.
client = SecretsClient({}, signer=machine, service_endpoint=endpoint)
bundle = client.get_secret_bundle(secret).data
print("secret", bundle.secret_bundle_content.content)
refused("no_secret", lambda: client.get_secret_bundle(secret + "x"))
