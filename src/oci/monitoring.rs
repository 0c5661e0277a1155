//! OCI Monitoring: `PostMetricData`, version 20180401.
//!
//! Source: Oracle's Python SDK 2.189.0, package `monitoring`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::endpoint::below;
use super::region::Region;

/// The most metrics in one request: the service takes 50 streams.
pub(crate) const MOST_METRICS: usize = 50;

/// One figure at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Name of the metric.
    pub name: String,
    /// Names and values of the dimensions: one at least, twenty at most.
    pub dimensions: Vec<(String, String)>,
    /// The figure, as a JSON number.
    pub value: String,
    /// The time: two hours ago at most, and ten minutes ahead.
    pub at: SystemTime,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MetricsDetails<'a> {
    metric_data: Vec<Stream<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stream<'a> {
    namespace: &'a str,
    compartment_id: &'a str,
    name: &'a str,
    dimensions: BTreeMap<&'a str, &'a str>,
    datapoints: [Datapoint; 1],
}

#[derive(Serialize)]
struct Datapoint {
    timestamp: String,
    value: Box<RawValue>,
}

/// The answer to a request that was read. The service may have refused a part of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetricsAnswer {
    pub(crate) failed_metrics_count: u64,
    #[serde(default)]
    failed_metrics: Option<Vec<RefusedMetric>>,
}

#[derive(Debug, Deserialize)]
struct RefusedMetric {
    #[serde(default)]
    message: String,
}

impl MetricsAnswer {
    /// The reason of the first refusal.
    pub(crate) fn reason(&self) -> &str {
        let failed = self
            .failed_metrics
            .as_ref()
            .and_then(|failed| failed.first());
        failed.map_or("", |failed| failed.message.as_str())
    }
}

/// The address that takes metrics.
pub(crate) fn post(instead: Option<&Url>, region: &Region) -> Option<Url> {
    let own = region.host("telemetry-ingestion", false);
    below(instead, own, &["20180401", "metrics"])
}

/// The request of `metrics`; `None` where a value is no JSON number.
pub(crate) fn body(namespace: &str, compartment: &str, metrics: &[Metric]) -> Option<String> {
    let stream = |metric: &'_ Metric| -> Option<Datapoint> {
        let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let value = RawValue::from_string(metric.value.clone()).ok()?;
        let at = DateTime::<Utc>::from(metric.at);
        number(value.get()).then(|| Datapoint {
            timestamp: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            value,
        })
    };
    let metric_data: Option<Vec<Stream<'_>>> = metrics
        .iter()
        .map(|metric| {
            let dimensions = metric.dimensions.iter();
            Some(Stream {
                namespace,
                compartment_id: compartment,
                name: &metric.name,
                dimensions: dimensions
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect(),
                datapoints: [stream(metric)?],
            })
        })
        .collect();
    let metric_data = metric_data?;
    serde_json::to_string(&MetricsDetails { metric_data }).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn metric(value: &str) -> Metric {
        Metric {
            name: "nivel".to_owned(),
            dimensions: vec![("cliente".to_owned(), "a".to_owned())],
            value: value.to_owned(),
            at: UNIX_EPOCH + Duration::from_millis(1_764_230_400_123),
        }
    }

    #[test]
    fn a_figure_keeps_its_digits() {
        assert_eq!(
            body("n", "c", &[metric("0.10")]).unwrap(),
            r#"{"metricData":[{"namespace":"n","compartmentId":"c","name":"nivel","dimensions":{"cliente":"a"},"datapoints":[{"timestamp":"2025-11-27T08:00:00.123Z","value":0.10}]}]}"#
        );
        for value in ["", "x", "NaN", "\"1\"", "null", "[1]"] {
            assert_eq!(body("n", "c", &[metric(value)]), None, "{value}");
        }
    }

    #[test]
    fn the_host_is_the_vendor_sdk_s() {
        let region = Region::find("gru", "ocid1.tenancy.oc1..a").unwrap();
        assert_eq!(
            post(None, &region).unwrap().as_str(),
            "https://telemetry-ingestion.sa-saopaulo-1.oraclecloud.com/20180401/metrics"
        );
    }
}
