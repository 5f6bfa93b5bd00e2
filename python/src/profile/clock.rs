//! The clock of the profiler: the processor's time stamp counter where it can be trusted, else the system's clock.

use std::sync::OnceLock;
use std::time::Instant;

struct Clock {
    counter: bool,
    /// Nanoseconds per tick, as a fraction of 2^32.
    factor: u64,
    start: Instant,
}

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// How long the counter is compared with the system's clock; an error of 100 ns there is one of 1 in 10,000.
const CALIBRATION_NS: u128 = 1_000_000;

/// Chooses and calibrates the clock; takes a millisecond, once.
pub fn prepare() {
    CLOCK.get_or_init(|| {
        let start = Instant::now();
        let counter = trusted_counter();
        Clock { counter, factor: if counter { calibrated() } else { 1 << 32 }, start }
    });
}

/// What it is called where people read it.
pub fn name() -> &'static str {
    CLOCK.get().map_or("none", |clock| if clock.counter { "tsc" } else { "monotonic" })
}

/// The time now, in ticks of whatever clock it is.
#[inline]
pub fn ticks() -> u64 {
    match CLOCK.get() {
        Some(clock) if clock.counter => counter(),
        Some(clock) => u64::try_from(clock.start.elapsed().as_nanos()).unwrap_or(u64::MAX),
        None => 0,
    }
}

/// Ticks in nanoseconds.
#[inline]
pub fn nanoseconds(ticks: u64) -> u64 {
    let factor = CLOCK.get().map_or(1 << 32, |clock| clock.factor);
    u64::try_from((u128::from(ticks) * u128::from(factor)) >> 32).unwrap_or(u64::MAX)
}

fn calibrated() -> u64 {
    let (start, first) = (Instant::now(), counter());
    loop {
        let (elapsed, last) = (start.elapsed().as_nanos(), counter());
        if elapsed >= CALIBRATION_NS {
            let ticks = u128::from(last.wrapping_sub(first)).max(1);
            return u64::try_from((elapsed << 32) / ticks).unwrap_or(1 << 32);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn counter() -> u64 {
    // SAFETY: every x86-64 processor has the instruction.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(not(target_arch = "x86_64"))]
fn counter() -> u64 {
    0
}

/// Does the counter run at one rate in all states, and does the kernel, which tests it on all cores, use it itself?
#[cfg(target_arch = "x86_64")]
fn trusted_counter() -> bool {
    const INVARIANT: u32 = 1 << 8;
    let leaf = std::arch::x86_64::__cpuid(0x8000_0000);
    let invariant = leaf.eax >= 0x8000_0007 && std::arch::x86_64::__cpuid(0x8000_0007).edx & INVARIANT != 0;
    let source = std::fs::read_to_string("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    invariant && source.is_ok_and(|name| name.trim() == "tsc")
}

#[cfg(not(target_arch = "x86_64"))]
fn trusted_counter() -> bool {
    false
}
