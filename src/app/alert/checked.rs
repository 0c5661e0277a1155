//! The look of `check` at the channels of alerts, and at the user that publishes.

use std::sync::Arc;

use anyhow::Result;
use futures_util::StreamExt as _;
use tokio::task::spawn_blocking;

use super::post::Channels;
use super::{names, web};
use crate::check::{ChannelCheck, ChannelProblem};
use crate::deliver::object::UserBuckets;
use crate::plan::Plan;
use crate::profile::alerts::{self, AlertSettings, FILE_NAME, PublishSection};

/// Channels that a check looks at at a time.
const CHECKED_AT_ONCE: usize = 4;

/// Looks at the channels of the folder's alerts, where it has any: their settings alone where the check is `offline`, else
/// by a login that sends nothing.
pub(in crate::app) async fn checked(plan: &Plan, offline: bool) -> Result<Vec<ChannelCheck>> {
    let path = plan.dir.join(FILE_NAME);
    let read = move || (alerts::read(&path), alerts::publish_section(&path));
    let (settings, publish) = spawn_blocking(read).await?;
    // A fault of the section is one of the file.
    let publish = publish.ok().flatten();
    let mut checks = match settings {
        Ok(Some(settings)) => channels_checked(plan, settings, offline).await,
        Ok(None) => Vec::new(),
        Err(_) if publish.as_ref().is_some_and(|publish| publish.alone) => Vec::new(),
        Err(refused) => vec![ChannelCheck {
            channel: FILE_NAME.to_owned(),
            asked: false,
            problem: Some(ChannelProblem::Settings(refused)),
        }],
    };
    if let Some(publish) = publish {
        checks.push(publish_checked(plan, publish, offline).await?);
    }
    Ok(checks)
}

/// Looks at the partner's own user that publishes: its files, and its signature by a request that writes nothing.
async fn publish_checked(
    plan: &Plan,
    publish: PublishSection,
    offline: bool,
) -> Result<ChannelCheck> {
    let opened = spawn_blocking(move || alerts::partner(&publish.settings.user)).await?;
    let asked = !offline && opened.is_ok();
    let problem = match opened {
        Err(refused) => Some(ChannelProblem::Settings(refused)),
        Ok(partner) if asked => {
            let bucket = UserBuckets {
                signer: partner.signer,
                region: partner.region,
                endpoint: plan.endpoint.clone(),
            };
            let refused = bucket.probe(&web(plan)).await.err();
            refused.map(|refusal| ChannelProblem::Login(refusal.problem))
        }
        Ok(_) => None,
    };
    Ok(ChannelCheck {
        channel: "publicar".to_owned(),
        asked,
        problem,
    })
}

async fn channels_checked(
    plan: &Plan,
    settings: AlertSettings,
    offline: bool,
) -> Vec<ChannelCheck> {
    let settings = Arc::new(settings);
    let names = names(&settings);
    let channels = Channels::new(settings, web(plan));
    let looking = futures_util::stream::iter(names).map(async |name| {
        let made = channels.get(&name).await;
        let asked = !offline && matches!(&made, Ok(Some(channel)) if channel.can_be_probed());
        let problem = match made {
            Err(refused) => Some(ChannelProblem::Settings(refused)),
            Ok(Some(channel)) if asked => {
                let probed = channel.probe(&channels.web).await;
                probed
                    .err()
                    .map(|refusal| ChannelProblem::Login(refusal.problem))
            }
            Ok(_) => None,
        };
        ChannelCheck {
            channel: name.to_string(),
            asked,
            problem,
        }
    });
    looking.buffered(CHECKED_AT_ONCE).collect().await
}
