//! Signs of life: the heartbeat's pings, and the metrics.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::task::spawn_blocking;

use super::channels;
use super::post::DeliveryTrouble;
use crate::alert::{ContractKey, Memory, Watch};
use crate::app::run::Report;
use crate::app::screen::complain;
use crate::deliver::heartbeat::{Ping, ping};
use crate::deliver::metrics::{Metric, Metrics};
use crate::lang::Lang;
use crate::oci::transport::Web;
use crate::profile::alerts::{AlertSettings, MetricsSettings, Partner, partner};
use crate::render::explain;
use crate::text::AsTyped;

/// The most characters of a dimension of a metric.
const MOST_NAME: usize = 100;

/// The heartbeat of a run.
#[derive(Debug)]
pub(super) struct Pulse {
    url: Option<AsTyped>,
    lang: Lang,
}

impl Pulse {
    /// Tells that the run begins, where the settings name a watchdog and `beats` is set.
    pub(super) async fn begin(
        settings: &Arc<AlertSettings>,
        web: &Web,
        beats: bool,
        lang: Lang,
    ) -> Self {
        let mut pulse = Self { url: None, lang };
        if !beats || settings.heartbeat.is_none() {
            return pulse;
        }
        let own = Arc::clone(settings);
        let url = spawn_blocking(move || own.heartbeat.as_ref().map(channels::url).transpose());
        match url.await.unwrap_or(Ok(None)) {
            Ok(url) => pulse.url = url,
            Err(refused) => pulse.complain(&DeliveryTrouble::Settings(refused)),
        }
        pulse.ping(web, Ping::Start, "").await;
        pulse
    }

    /// Tells that the run is over.
    pub(super) async fn end(&self, web: &Web, is_well: bool, text: &str) {
        let ping = match is_well {
            true => Ping::Success,
            false => Ping::Fail,
        };
        self.ping(web, ping, text).await;
    }

    async fn ping(&self, web: &Web, which: Ping, body: &str) {
        let Some(url) = &self.url else { return };
        if let Err(refusal) = ping(web, url, which, body).await {
            self.complain(&DeliveryTrouble::Delivery(refusal.problem));
        }
    }

    fn complain(&self, trouble: &DeliveryTrouble) {
        let text = explain::alert::undelivered(self.lang, "batimento", "", None, trouble.into());
        complain(&text);
    }
}

/// Posts the metrics of a run: that it was made, and each client's days to run out, chance and level.
pub(super) async fn metrics(
    settings: &MetricsSettings,
    web: &Web,
    report: &Report,
    memory: &Memory,
    now: DateTime<Utc>,
) -> Result<(), DeliveryTrouble> {
    let user = settings.user.clone();
    let partner = spawn_blocking(move || partner(&user)).await;
    let Ok(partner) = partner else { return Ok(()) };
    let Partner { region, signer } = partner.map_err(DeliveryTrouble::Settings)?;
    let metric = |name: &str, client: &str, value: i64| Metric {
        name: name.to_owned(),
        dimensions: vec![("cliente".to_owned(), dimension(client))],
        value: value.to_string(),
        at: now.into(),
    };
    let mut all = vec![metric("execucao", "todos", 1)];
    for client in &report.portfolio.clients {
        let Some(statement) = client.statement() else {
            continue;
        };
        let name = client.name.as_str();
        if let Some(day) = statement.runs_out {
            let days = (day - statement.as_of).num_days().max(0);
            all.push(metric("dias_ate_esgotar", name, days));
        }
        if let Some(chance) = statement.band.as_ref().and_then(|band| band.chance) {
            all.push(metric("probabilidade", name, chance.into()));
        }
        let tenancy = client.tenancy.as_deref().unwrap_or_default();
        let key = ContractKey::new(tenancy, &statement.contract);
        let watch = memory.watches.get(&key);
        let open = watch.into_iter().flat_map(Watch::open_rules);
        let level = open.map(|(_, level, _)| level).max().unwrap_or(0);
        all.push(metric("nivel", name, level.into()));
    }
    let place = Metrics {
        signer,
        region,
        compartment: settings.compartment.clone(),
        namespace: settings.namespace.clone(),
        endpoint: settings.endpoint.clone(),
    };
    let posted = place.post(web, &all).await;
    posted.map_err(|refusal| DeliveryTrouble::Delivery(refusal.problem))
}

/// A name that a dimension may have: printable ASCII.
fn dimension(name: &str) -> String {
    let folded = crate::text::folded(name);
    let plain = folded.chars().map(|c| {
        if c.is_ascii_graphic() || c == ' ' {
            c
        } else {
            '_'
        }
    });
    let plain: String = plain.take(MOST_NAME).collect();
    match plain.trim() {
        "" => "sem nome".to_owned(),
        name => name.to_owned(),
    }
}
