//! Exports for our own tests (`tests`), the fuzz targets (`tests/fuzz/targets`) and the benchmark (`tests/bench`).
//!
//! No promise to anybody else: an item is here because one of the three uses it, under the name of its room. All
//! other rooms but `app`, `cli` and `plan`, which the program itself starts with, are private, so that the compiler
//! sees which code is dead.

pub mod add {
    pub mod preview {
        pub use crate::add::preview::{Preview, parse, profile};
    }
}

pub mod alert {
    pub use crate::alert::{
        Addressed, AlertRun, AlertStatus, Audience, ChannelStatus, Coalesced, ContractAnswer,
        ContractEvent, ContractKey, ContractSight, ContractStatus, Decision, Digest, Event,
        EventSubject, Facts, Figures, FolderMemory, GeneralFailure, Heard, HeardStatus,
        KeptMessage, Letter, Memory, Message, News, OpenRule, OpenStatus, Pause, Phase, Recipient,
        Reminders, ReplayClient, ReplayCount, ReplaySummary, Rule, RuleOutcome, Rules, RunMessage,
        Scope, Side, Silence, Told, Undelivered, Waiting, Watch, WatchedTerms, coalesce,
    };
    pub use crate::alert::{Replayed, replay, summary};
}

pub mod alerting {
    pub use crate::alerting::{ChatKind, Mechanism, Thresholds};
}

pub mod calendar {
    pub use crate::calendar::{
        Day, Days, Month, day_of, parse_day, plus_days, two_months_before, weekday,
    };
}

pub mod check {
    pub use crate::check::{Checkup, Fact, Step, StepState};
}

pub mod contract {
    pub use crate::contract::{Contract, Opening};
}

pub mod days {
    pub use crate::days::{CostRow, Ledger};

    pub mod series {
        pub use crate::days::series::{DailySeries, Knowledge};
    }
}

pub mod deliver {
    pub mod channel {
        pub use crate::deliver::channel::{
            Channel, Chat, Login, MessageProgram, Meta, NotificationTopic, OciMail, Sendmail, Smtp,
            Twilio, TwilioAccount, TwilioSender, TwilioWhatsApp, Webhook, Zenvia,
        };
    }

    pub mod heartbeat {
        pub use crate::deliver::heartbeat::{Ping, ping};
    }

    pub mod metrics {
        pub use crate::deliver::metrics::{Metric, Metrics};
    }

    pub mod webhook {
        pub use crate::deliver::webhook::signature;
    }

    pub mod parcel {
        pub use crate::deliver::parcel::{
            Accepted, Content, Mail, Parcel, Receipt, Refusal, RefusalKind,
        };
    }
}

pub mod demo {
    pub use crate::demo::Demo;
}

pub mod failure {
    pub use crate::failure::{
        AddProblem, AlertsProblem, AlertsRefused, CODES, ChannelAnswer, ConfigProblem,
        CredentialKind, DeliveryProblem, ProgramEnd, RefusalReason, StoreProblem,
        UnsendableMessage,
    };
}

pub mod forecast {
    pub use crate::forecast::{Basis, Forecast, Method, coming};

    pub mod estimate {
        pub use crate::forecast::estimate::History;

        pub mod backtest {
            pub use crate::forecast::estimate::backtest::Trial;
        }

        pub mod spread {
            pub use crate::forecast::estimate::spread::{Edges, Spread};
        }
    }
}

pub mod form {
    pub use crate::form::{CsvStyle, FileForm, TableKind};
}

pub mod lang {
    pub use crate::lang::Lang;
}

pub mod manual {
    pub use crate::manual::Topic;
}

pub mod money {
    pub use crate::money::{Amount, Currency};
}

pub mod oci {
    pub mod assumptions {
        pub use crate::oci::assumptions::ASSUMPTIONS;
    }

    pub mod identity {
        pub use crate::oci::identity::decode;
    }

    pub mod region {
        pub use crate::oci::region::Region;
    }

    pub mod signer {
        pub use crate::oci::signer::{ApiKey, Body, Header, Request, Signer, SigningKey};
    }

    pub mod transport {
        pub use crate::oci::transport::{Limits, Web};
    }

    pub mod usage {
        pub use crate::oci::usage::decode;
    }
}

pub mod profile {
    pub mod access {
        pub use crate::profile::access::Access;
    }

    pub mod adjustment {
        pub use crate::profile::adjustment::parse;
    }

    pub mod alerts {
        pub use crate::profile::alerts::{
            AlertSettings, ChannelName, ChatSettings, ClientAlerts, CommandSettings,
            DigestOccasion, FILE_NAME, LoginSettings, MailAddress, MailRoute, MailSettings,
            MetricsSettings, OperatorSettings, Partner, Phone, PublishSettings, RuleSettings,
            Secret, SecretSource, SecretUrl, SmsRoute, SmsSender, SmsSettings, TopicSettings,
            WebhookSettings, WhatsAppRoute, WhatsAppSettings, parse, partner, read, sample,
        };
    }

    pub mod amount {
        pub use crate::profile::amount::parse;
    }

    pub mod config {
        pub use crate::profile::config::{keys, parse};
    }

    pub mod defaults {
        pub use crate::profile::defaults::DefaultKey;
    }

    pub mod key {
        pub use crate::profile::key::{KeyPair, fingerprint, parse};
    }
}

pub mod progress {
    pub use crate::progress::Progress;
}

pub mod render {
    pub use crate::render::{Canvas, Context, backtest, check, file, report};

    pub mod alert {
        pub use crate::render::alert::{
            DecisionLine, Draft, DraftText, Json, MailText, decision, digest_event, digest_mail,
            digest_notice, digest_sms, digest_template, json, letter_event, letter_mail,
            letter_sms, letter_template, replay, status, templates,
        };
    }

    pub mod manual {
        pub use crate::render::manual::{
            CodeGroup, ENTRIES, OPTIONS, assumptions, code, failure_meaning, keys, page, topics,
        };
    }

    pub mod explain {
        pub use crate::render::explain::add::problem as add_problem;
        pub use crate::render::explain::{
            Explanation, alerts_refused, delivery, failure, state, step, warning,
        };
    }

    pub mod page {
        pub use crate::render::page::{ICONS, MANIFEST, PAGE, PageContext, customer, manifest};
    }

    pub mod schema {
        pub use crate::render::schema::{alerts, backtest, check, report, service_report};
    }
}

pub mod report {
    pub mod backtest {
        pub use crate::report::backtest::{Backtest, Tested, Verdict};
    }

    pub mod band {
        pub use crate::report::band::{Bounds, FanDay};
    }

    pub mod burndown {
        pub use crate::report::burndown::BurnDown;
    }

    pub mod figures {
        pub use crate::report::figures::{FIGURES, Figure, FigureKind, SUMS};
    }

    pub mod portfolio {
        pub use crate::report::portfolio::{Client, Portfolio};
    }

    pub mod statement {
        pub use crate::report::statement::{FigureSettings, Situation, Statement};
    }
}

pub mod sim {
    pub use crate::sim::{Scripted, Service, Tenant, World, WorldRow};
}

pub mod store {
    pub use crate::store::{
        AlertStep, ClientRecord, DecidedAlerts, Ending, Held, HeldAlerts, LastSent, Outbox,
        OutboxDraft, OutboxRow, Owner, Recorded, RecordedDays, RowState, Run, Settings, Showing,
        Store, Taken,
    };

    pub mod place {
        pub use crate::store::place::Place;
    }
}

pub mod text {
    pub use crate::text::{AsTyped, printable};
}
