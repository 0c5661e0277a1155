//! How long a range the service answers for and how far back, through the program: what the search among
//! windows finds is tried exhaustively beside it, in `oci::windows`.

use std::collections::BTreeSet;

use oci_consumo::internals::calendar::{Day, Days, plus_days};
use serde_json::Value;

use crate::common::habits::{Habits, History};
use crate::common::{AS_OF, Config, Folder, client, daily, day, morning, samples};
use crate::store::document;

/// The most requests of a client that may be refused.
const MOST_REFUSED: usize = 12;

/// A service that answers for so many days at once, and refuses a range that begins earlier than so many days ago.
struct World {
    longest: u32,
    oldest: i64,
}

impl World {
    fn config(&self, age: i64) -> Config {
        let start = plus_days(day(AS_OF), -age);
        Config::new(&format!("de-{}-ate-{}", self.longest, self.oldest))
            .with("inicio_contrato", &start.to_string())
    }
}

#[test]
fn each_day_that_can_be_had_is_had_for_a_dozen_refusals() {
    // A window of fewer days means more requests, so most of these services remember little.
    let (age, oldest) = samples((140, [2, 40, 100]), (400, [2, 88, 366]));
    let mut worlds = Vec::new();
    for longest in [90, 60, 31, 7, 5, 3, 2, 1] {
        for oldest in oldest {
            if longest >= 5 || oldest <= samples(40, 366) {
                worlds.push(World { longest, oldest });
            }
        }
    }
    let mut folder = Folder::new();
    for world in &worlds {
        let config = world.config(age);
        folder = folder.client(&config, daily(config.value("inicio_contrato"), AS_OF, "10"));
        folder.world.tenants.last_mut().unwrap().habits = Some(Habits {
            longest: world.longest,
            history: History::RefusedBefore(plus_days(day(AS_OF), -world.oldest)),
            ..Habits::default()
        });
    }
    let served = folder.serve();

    let document = document(&served, morning(AS_OF), &["--no-store"]);

    for world in &worlds {
        let config = world.config(age);
        let client = client(&document, &config.file);
        let lines = client["diario"].as_array().unwrap().iter();
        let known = lines.filter(|line| !line["custo"].is_null());
        let known: BTreeSet<Day> = known
            .map(|line| day(line["data"].as_str().unwrap()))
            .collect();
        let remembered = Days::new(plus_days(day(AS_OF), -world.oldest), day(AS_OF));
        assert_eq!(known, remembered.iter().collect(), "{}", config.file);
        let said = Value::from(age - world.oldest);
        assert_eq!(client["dias_sem_informacao"], said, "{}", config.file);
        let seen = served.seen_of(&config);
        let refused = seen.iter().filter(|seen| seen.status == 400).count();
        assert!(refused <= MOST_REFUSED, "{}: {refused}", config.file);
    }
}
