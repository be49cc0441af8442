//! The Rego interpreter, bounded. What it does depends on rules and input alone: there is no clock, no randomness, no file
//! and no network in it, and what limits it is a count of its own steps.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use anyhow::{Result as Called, bail};
use regorus::utils::limits::{ExecutionTimerConfig, TimeSource, set_time_source};
use regorus::{Engine, LimitError, Value};

/// Of one rule, or of one test.
pub const STEPS_MAX: u64 = 500_000;
/// Of all rules of a bundle in one decision, and of all of its tests.
pub const BUNDLE_STEPS_MAX: u64 = 4 * STEPS_MAX;
/// Rules call one another on the stack, as deep as a bundle has rules. Only what is used of it takes memory.
const STACK_BYTES: usize = 512 << 20;
/// Of a text that a rule puts together.
const TEXT_BYTES_MAX: usize = 16 << 10;

/// Functions that make much out of little, or do not give the same answer twice.
const REFUSED: &[(&str, u8)] = &[
    ("numbers.range", 2),
    ("numbers.range_step", 3),
    ("bits.lsh", 2),
    ("rand.intn", 2),
    ("trace", 1),
];

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Limit,
    Error(String),
}

/// What [`Failure::Limit`] is about.
pub fn limit() -> String {
    format!("more than {STEPS_MAX} steps, or its bundle more than {BUNDLE_STEPS_MAX}")
}

pub fn engine() -> Engine {
    count_steps();
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: Duration::from_nanos(STEPS_MAX),
        check_interval: NonZeroU32::MIN,
    });
    for (name, arguments) in REFUSED {
        let refuse = move |_: Vec<Value>| -> Called<Value> { bail!("a policy may not call `{name}`") };
        let added = engine.add_extension((*name).to_owned(), *arguments, Box::new(refuse));
        added.expect("each name is added once");
    }
    let added = engine.add_extension("sprintf".to_owned(), 2, Box::new(sprintf));
    added.expect("the name is added once");
    engine
}

/// What a bundle may still do before it has an answer.
pub struct Budget {
    end: u64,
}

impl Budget {
    pub fn of_a_bundle() -> Budget {
        Budget {
            end: STEPS.with(Cell::get) + BUNDLE_STEPS_MAX,
        }
    }

    fn is_spent(&self) -> bool {
        STEPS.with(Cell::get) >= self.end
    }
}

/// The value of a rule by its path: `data.qlrf.baseline.freeze.deny`.
pub fn evaluate(engine: &mut Engine, path: &str, budget: &Budget) -> Result<Value, Failure> {
    if budget.is_spent() {
        return Err(Failure::Limit);
    }
    engine.eval_rule(path.to_owned()).map_err(|error| {
        match error.chain().any(|cause| cause.is::<LimitError>()) {
            true => Failure::Limit,
            false => Failure::Error(format!("{error:#}")),
        }
    })
}

/// Runs where the stack is deep enough, and survives what panics in the interpreter.
pub fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        let started = builder.spawn_scoped(scope, work);
        let started = started.map_err(|error| Failure::Error(format!("no thread to judge in: {error}")))?;
        started
            .join()
            .map_err(|_| Failure::Error("the interpreter broke down".to_owned()))
    })
}

/// What the interpreter takes for time is the number of times that it asked for it.
struct Steps;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

impl TimeSource for Steps {
    fn now(&self) -> Option<Duration> {
        STEPS.with(|steps| {
            steps.set(steps.get() + 1);
            Some(Duration::from_nanos(steps.get()))
        })
    }
}

fn count_steps() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| set_time_source(&Steps).expect("nothing else in the program sets it"));
}

/// `%s`, `%v` and `%d` with text, numbers and flags: what a reason needs. The interpreter's own takes a width of a billion,
/// and breaks down on some.
fn sprintf(arguments: Vec<Value>) -> Called<Value> {
    let [Value::String(format), Value::Array(values)] = &arguments[..] else {
        bail!("sprintf takes a text and a list");
    };
    let mut values = values.iter();
    let mut text = String::new();
    let mut rest = &format[..];
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let verb = after.chars().next();
        match verb {
            Some('%') => text.push('%'),
            Some('s' | 'v' | 'd') => match values.next() {
                Some(Value::String(value)) => text.push_str(value),
                Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => {
                    text.push_str(&value.to_string());
                }
                Some(_) => bail!("sprintf prints text, numbers and flags"),
                None => bail!("sprintf has fewer values than places for them"),
            },
            _ => bail!("sprintf knows %s, %v, %d and %%"),
        }
        if text.len() > TEXT_BYTES_MAX {
            bail!("sprintf makes more than {TEXT_BYTES_MAX} bytes");
        }
        rest = &after[1..];
    }
    text.push_str(rest);
    match values.next() {
        Some(_) => bail!("sprintf has more values than places for them"),
        None => Ok(Value::String(text.into())),
    }
}
