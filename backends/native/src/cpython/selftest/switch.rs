//! T5 and T6: the byte that switches the JIT, found without an offset, and the configuration behind it.

use super::outcome::{Found, Probe, Switch, View, expect_no_error, need, refuse};
use super::runtime::Offsets;
use jitctl_cpython::{ConfigLayout, SwitchLayout};
use std::sync::atomic::{AtomicU8, AtomicU16, Ordering};

const T5: Probe = Probe(5);
const T6: Probe = Probe(6);

impl Switch {
    /// Switches it.
    pub fn set(self, on: bool) {
        self.cell().store(u8::from(on), Ordering::Relaxed);
    }

    /// Is it on?
    pub fn is_on(self) -> bool {
        self.cell().load(Ordering::Relaxed) != 0
    }

    /// Keeps entries of functions from starting traces, from their next specialisation on.
    pub fn silence_entries(self) {
        if let Some((address, value)) = self.entry_backoff {
            // SAFETY: the self-test found this aligned field inside the interpreter's state, which lives with the thread.
            let cell = unsafe { &*(address as *const AtomicU16) };
            cell.store(value, Ordering::Relaxed);
        }
    }

    fn cell<'a>(self) -> &'a AtomicU8 {
        // SAFETY: the self-test found it inside the interpreter's state, which outlives every call of a backend in it.
        unsafe { &*(self.byte as *const AtomicU8) }
    }
}

/// Finds the switch: the byte behind the run of pointers to the common constants.
pub fn locate(view: &View, offsets: &Offsets, expected: SwitchLayout, enabled: bool) -> Found<Switch> {
    let host = view.host;
    let mut pattern = Vec::new();
    let constants = host.import("opcode").and_then(|opcode| host.get(opcode.borrow(), "_common_constants"));
    view.python.first_of_list(expect_no_error(T5, constants)?.borrow(), usize::MAX, |constant| {
        pattern.push(constant.address() as usize);
    });
    need(T5, pattern.len() >= expected.constants, || format!("{} common constants", pattern.len()))?;

    let state = view.python.interpreter();
    let words = offsets.interpreter_size() / size_of::<usize>();
    // SAFETY: the interpreter's state is that long, by its own debug offsets; it is only read, word by word.
    let memory = unsafe { std::slice::from_raw_parts(state as *const usize, words) };
    let first = pattern.first().copied().unwrap_or(0);
    let mut hits = memory
        .windows(pattern.len() + 1)
        .enumerate()
        .filter(|(_, window)| window[0] == first && window[..pattern.len()] == pattern[..])
        .map(|(index, _)| index);
    let hit = hits.next();
    let another = hits.next().is_some();
    let Some(hit) = hit.filter(|_| !another) else {
        return refuse(T5, "the common constants are not found exactly once");
    };
    let byte = state + (hit + pattern.len()) * size_of::<usize>();
    let mut switch = Switch { byte, entry_backoff: None };
    // SAFETY: one byte inside the interpreter's state.
    let value = view.see(T5, u64::from(unsafe { *(byte as *const u8) }));
    need(T5, value == u64::from(enabled), || format!("the byte at the switch is {value}"))?;
    toggle(view, switch, enabled)?;
    if let Some(config) = expected.config {
        check_config(view, byte, config)?;
        switch.entry_backoff = Some((byte + config.at + 2 * config.entry_backoff, config.unreachable));
    }
    Ok(switch)
}

fn toggle(view: &View, switch: Switch, enabled: bool) -> Found<()> {
    let host = view.host;
    let sys = expect_no_error(T5, host.import("sys"))?;
    let is_enabled =
        expect_no_error(T5, host.get(sys.borrow(), "_jit").and_then(|jit| host.get(jit.borrow(), "is_enabled")))?;
    for value in [!enabled, enabled] {
        switch.set(value);
        let told = host.call(is_enabled.borrow(), &[]).and_then(|answer| host.truth(answer.borrow()));
        switch.set(enabled);
        need(T5, expect_no_error(T5, told)? == value, || "the byte does not switch the JIT".to_owned())?;
    }
    Ok(())
}

/// The defaults may be changed by environment variables, so only their ranges are checked.
fn check_config(view: &View, byte: usize, config: ConfigLayout) -> Found<()> {
    let mut fields = [0_u16; 8];
    for (index, field) in (0_usize..).zip(&mut fields) {
        // SAFETY: inside the interpreter's state; the address is even, for the switch stands behind a pointer.
        *field = unsafe { *((byte + config.at + 2 * index) as *const u16) };
    }
    let fitness = view.see(T6, u64::from(fields[6]));
    let flags = fields[7].to_le_bytes();
    let counters = [0, 2, 4].iter().all(|index| fields[*index] <= 8191 && fields[*index + 1] <= config.unreachable);
    need(T6, counters && (50..=10_000).contains(&fitness) && flags[0] <= 1 && flags[1] <= 1, || {
        "the JIT's configuration has impossible values".to_owned()
    })
}
