//! A tenancy's regions as the service tells them, any bytes: what is accepted is of the tenancy's realm and has an address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::oci::identity::decode;

fuzz_target!(|body: &[u8]| {
    let read = decode(body, "ocid1.tenancy.oc1..aaaa");
    assert_eq!(
        format!("{read:?}"),
        format!("{:?}", decode(body, "ocid1.tenancy.oc1..aaaa"))
    );
    let Ok(home) = read else {
        return;
    };
    assert_eq!(home.realm, "oc1");
    let host = home.usage_api().unwrap();
    let expected = format!("https://usageapi.{}.oci.oraclecloud.com/", home.name);
    assert_eq!(host.as_str(), expected);
});
