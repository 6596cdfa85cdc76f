//! Clients that replay an hour of a drive of many, against a balancer in front of its replicas. `benches/scale.sh` builds and
//! calls it.
//!
//! `skillzdrive-scale HOST:PORT FOLDER MIX SECONDS CLIENTS RATE SEED FIRST_PACKAGE` reads what there is from a folder, does
//! what a mix says (`search=180,show=160,…`) and prints what was measured as JSON. With a rate of 0 every client does one
//! thing after the other (a closed loop); otherwise all together begin so many things a second, whether answers come or
//! not, and what an answer waited for its turn counts (an open loop).

mod client;
mod http;
mod tally;
mod world;

use std::error::Error;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::client::Action;
use crate::client::Client;
use crate::tally::Tally;
use crate::world::World;

/// What is done how often, as bounds that rise to the sum of all.
struct Mix(Vec<(usize, Action)>);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [host, folder, mix, seconds, clients, rate, seed, first] => {
            numbers(seconds, clients, rate, seed, first).and_then(|asked| replay(host, Path::new(folder), mix, asked))
        }
        _ => Err("HOST:PORT FOLDER MIX SECONDS CLIENTS RATE SEED FIRST_PACKAGE".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The numbers that were asked for.
struct Asked {
    time: Duration,
    clients: usize,
    rate: f64,
    seed: u64,
    first_package: usize,
}

fn numbers(seconds: &str, clients: &str, rate: &str, seed: &str, first: &str) -> Result<Asked, Box<dyn Error>> {
    Ok(Asked {
        time: Duration::try_from_secs_f64(seconds.parse()?)?,
        clients: clients.parse::<usize>()?.max(1),
        rate: rate.parse()?,
        seed: seed.parse()?,
        first_package: first.parse()?,
    })
}

fn replay(host: &str, folder: &Path, mix: &str, asked: Asked) -> Result<(), Box<dyn Error>> {
    let Asked { time, clients, rate, seed, first_package } = asked;
    let (world, mix) = (World::read(folder, first_package)?, Mix::read(mix)?);
    if world.users.len() < clients {
        return Err("there are more clients than people".into());
    }
    let begun = Instant::now();
    let (world_of_all, mix_of_all) = (&world, &mix);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let running: Vec<_> = (0..clients)
            .map(|number| {
                scope.spawn(move || {
                    let client = Client::new(world_of_all, host, seed, (number, clients));
                    work(client, mix_of_all, begun, time, each(rate, clients))
                })
            })
            .collect();
        for client in running {
            match client.join() {
                Ok(theirs) => tally.add(theirs),
                Err(panicked) => std::panic::resume_unwind(panicked),
            }
        }
    });
    let took = begun.elapsed().as_secs_f64();
    writeln!(
        io::stdout(),
        "{{\"seconds\": {took:.3}, \"ticks\": {}, \"packages\": {}, \"routes\": {}}}",
        ticks()?,
        world.packages_used(),
        tally.json()
    )?;
    Ok(())
}

/// The rate of one of so many clients; `None` in a closed loop.
#[expect(clippy::cast_precision_loss, reason = "so many clients there never are")]
fn each(rate: f64, clients: usize) -> Option<f64> {
    (rate > 0.0).then(|| rate / clients as f64)
}

fn work(mut client: Client<'_>, mix: &Mix, begun: Instant, time: Duration, rate: Option<f64>) -> Tally {
    let mut due = begun;
    while begun.elapsed() < time {
        let at = rate.map(|rate| {
            // As strangers do who know nothing of each other: the time to the next is exponential.
            due += Duration::from_secs_f64(-(1.0 - client.chance.unit()).ln() / rate);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            due
        });
        if at.is_some_and(|at| at.duration_since(begun) >= time) {
            break;
        }
        let action = mix.draw(client.chance.next());
        client.act(action, at);
    }
    client.tally
}

impl Mix {
    fn read(text: &str) -> Result<Self, Box<dyn Error>> {
        let (mut bounds, mut sum) = (Vec::new(), 0);
        for part in text.split(',') {
            let (name, weight) = part.split_once('=').ok_or_else(|| format!("`{part}` is not ACTION=WEIGHT"))?;
            sum += weight.parse::<usize>()?;
            bounds.push((sum, client::action(name).ok_or_else(|| format!("`{name}` is no action"))?));
        }
        if sum == 0 {
            return Err("there is nothing to do".into());
        }
        Ok(Self(bounds))
    }

    fn draw(&self, chance: u64) -> Action {
        let (last, fallback) = self.0[self.0.len() - 1];
        let drawn = usize::try_from(chance % (last as u64)).unwrap_or_default();
        self.0.iter().find(|(bound, _)| drawn < *bound).map_or(fallback, |(_, action)| *action)
    }
}

/// The processor time that this process has used, in ticks of the kernel.
fn ticks() -> io::Result<u64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let field = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    Ok(field(11) + field(12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_read_and_drawn_by_its_weights() {
        let mix = Mix::read("search=3,show=1").unwrap();
        assert_eq!(mix.0.iter().map(|(bound, _)| *bound).collect::<Vec<_>>(), [3, 4]);
        for chance in 0..8 {
            mix.draw(chance);
        }
        for wrong in ["", "search", "search=0", "nothing=1", "search=x"] {
            assert!(Mix::read(wrong).is_err(), "{wrong}");
        }
        assert!(ticks().is_ok());
    }
}
