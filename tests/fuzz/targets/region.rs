//! A region's text and, on the next line, a tenancy: whatever is accepted, the host is the realm's own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::oci::region::Region;

fuzz_target!(|input: &str| {
    let (text, tenancy) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(region) = Region::find(text, tenancy) else {
        return;
    };
    let url = region.usage_api().unwrap();
    let host = url.host_str().unwrap();
    assert_eq!(
        host,
        format!("usageapi.{}.oci.{}", region.name, region.domain)
    );
    assert_eq!(url.as_str(), format!("https://{host}/"));
    assert!(region.domain.starts_with("oracle"));
    assert!(region.domain.matches('.').count() == 1 && host.matches('.').count() == 4);
    assert!(region.known || text.eq_ignore_ascii_case(&region.name));
});
